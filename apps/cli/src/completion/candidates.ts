import type { ArgumentSpec, CommandGroupSpec, CommandSpec, OptionSpec } from "../command-line/command.ts";
import type { Environment } from "../environment.ts";
import { readProfiles } from "../profiles/profile-file.ts";
import { remoteCandidates } from "./remote-candidates.ts";

type Spec = CommandSpec | CommandGroupSpec;

/** What may stand at the end of a command line. `words` are those behind `consigne`; the last is being written. */
export async function candidates(specs: readonly Spec[], environment: Environment, words: readonly string[]) {
  const word = words.at(-1) ?? "";
  const found = await allCandidates(specs, environment, words.slice(0, -1), word);
  return found.filter((candidate) => candidate.startsWith(word));
}

async function allCandidates(
  specs: readonly Spec[],
  environment: Environment,
  before: readonly string[],
  word: string,
) {
  const { spec, rest } = commandOf(specs, before);
  if (spec === undefined) return rest.length === 0 ? [...namesOf(specs), "help"] : [];
  if (!("handler" in spec)) return namesOf(spec.commands);
  const { option, placed } = readWords(spec, rest);
  if (option !== undefined) return await optionValues(option, environment, word);
  if (word.startsWith("-") && word !== "-" && !rest.includes("--")) return [...spec.options.flatMap(flagsOf), "--help"];
  return await argumentValues(spec.arguments ?? [], placed, environment, word);
}

const namesOf = (specs: readonly Spec[]): string[] =>
  specs.filter((spec) => !("handler" in spec && spec.isHidden === true)).map(({ name }) => name);

function commandOf(
  specs: readonly Spec[],
  words: readonly string[],
): { spec: Spec | undefined; rest: readonly string[] } {
  const [name, ...rest] = words;
  if (name === "help") return commandOf(specs, rest);
  const spec = specs.find((each) => each.name === name);
  if (spec === undefined || "handler" in spec || rest.length === 0)
    return { spec, rest: spec === undefined ? words : rest };
  const below = commandOf(spec.commands, rest);
  return below.spec === undefined ? { spec, rest } : below;
}

/** The option whose value is being written, and how many arguments stand before it. */
function readWords(spec: CommandSpec, words: readonly string[]): { option: OptionSpec | undefined; placed: number } {
  let placed = 0;
  let option: OptionSpec | undefined;
  for (const word of words) {
    const isValue = option !== undefined;
    option = isValue
      ? undefined
      : spec.options.find((each) => each.flags.includes("<") && flagsOf(each).includes(word));
    if (!isValue && option === undefined && !word.startsWith("-")) placed += 1;
  }
  return { option, placed };
}

function flagsOf({ flags }: OptionSpec): string[] {
  return flags.split(/[ ,]+/).filter((flag) => flag.startsWith("-"));
}

async function optionValues({ flags }: OptionSpec, environment: Environment, word: string): Promise<string[]> {
  if (flags.startsWith("--profile")) return Object.keys((await readProfiles(environment.configFolder)).profiles);
  if (flags.startsWith("--to ")) return await remoteCandidates(environment, word);
  return /<(\w+\|[\w|]+)>/.exec(flags)?.[1]?.split("|") ?? [];
}

async function argumentValues(specs: readonly ArgumentSpec[], placed: number, environment: Environment, word: string) {
  const argument = specs[placed] ?? (specs.at(-1)?.isList === true ? specs.at(-1) : undefined);
  const isRemote = argument?.completes === "remote" || argument?.completes === "either";
  return isRemote ? await remoteCandidates(environment, word) : [];
}
