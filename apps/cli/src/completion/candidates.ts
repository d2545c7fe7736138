import type { ArgumentSpec, CommandGroupSpec, CommandSpec } from "../command-line/command.ts";
import { choicesOf, flagsOf, nameOf, type OptionSpec, takesValue } from "../command-line/option.ts";
import { excludedBy } from "../command-line/option-rules.ts";
import type { Environment } from "../environment.ts";
import type { ServerValues } from "../profiles/connection.ts";
import { readProfiles } from "../profiles/profile-file.ts";
import { remoteCandidates, startsRemotePath } from "./remote-candidates.ts";

type Spec = CommandSpec | CommandGroupSpec;
type PathKind = NonNullable<ArgumentSpec["completes"]>;

/** What may come at the end of a command line. */
export interface Candidates {
  /** What is offered: words of `consigne` itself, or paths. For `local` and `either` the shell adds its own paths. */
  kind: "words" | PathKind;
  /** Whole words, including what is already typed. */
  words: readonly string[];
}

/** @param words those after `consigne`; the last is being typed, and may be empty */
export async function findCandidates(
  specs: readonly Spec[],
  environment: Environment,
  words: readonly string[],
): Promise<Candidates> {
  const word = words.at(-1) ?? "";
  const { kind, words: found } = await allCandidates(specs, environment, words.slice(0, -1), word);
  return { kind, words: found.filter((candidate) => candidate.startsWith(word)) };
}

async function allCandidates(
  specs: readonly Spec[],
  environment: Environment,
  before: readonly string[],
  word: string,
): Promise<Candidates> {
  const { spec, rest } = commandOf(specs, before);
  if (spec === undefined) return ofWords(rest.length === 0 ? [...namesOf(specs), "help"] : []);
  if (!("handler" in spec)) return ofWords(namesOf(spec.commands));
  const { option, placed, flags, given, isPastOptions } = readWords(spec, rest);
  const place = { environment, options: { url: given["url"], profile: given["profile"] } };
  if (option !== undefined) return await optionValues(option, place, word);
  if (!word.startsWith("-") || word === "-" || isPastOptions) {
    return await ofPaths(argumentAt(spec, placed)?.completes, place, word);
  }
  const [, flag = "", value = ""] = /^(--[\w-]+=)(.*)$/s.exec(word) ?? [];
  const assigned = findOption(spec, flag.slice(0, -1));
  if (assigned === undefined) {
    const possible = spec.options.filter((each) => !excludedBy(each, spec).some((other) => flags.includes(other)));
    return ofWords([...possible.flatMap(flagsOf), "--help"]);
  }
  const { kind, words } = await optionValues(assigned, place, value);
  return { kind, words: words.map((each) => flag + each) };
}

const ofWords = (words: readonly string[]): Candidates => ({ kind: "words", words });

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

/** The meaning of the words before the one being typed. */
interface ReadWords {
  /** The option whose value is being typed. */
  option: OptionSpec | undefined;
  /** Number of arguments so far. */
  placed: number;
  /** Options so far, as typed. */
  flags: string[];
  /** Values of options, by their names in camel case. */
  given: Record<string, string>;
  /** Everything that follows is an argument. */
  isPastOptions: boolean;
}

function readWords(spec: CommandSpec, words: readonly string[]): ReadWords {
  const read: ReadWords = { option: undefined, placed: 0, flags: [], given: {}, isPastOptions: false };
  for (const word of words) {
    if (read.option !== undefined) {
      read.given[nameOf(read.option)] = word;
      read.option = undefined;
    } else if (read.isPastOptions || !word.startsWith("-") || word === "-") {
      read.placed += 1;
      read.isPastOptions ||= spec.passesThrough === true;
    } else if (word === "--") read.isPastOptions = true;
    else {
      const [flag = "", ...values] = word.split("=");
      read.flags.push(flag);
      const option = findOption(spec, flag);
      if (option !== undefined && values.length > 0) read.given[nameOf(option)] = values.join("=");
      else read.option = option;
    }
  }
  return read;
}

/** The option with this flag, if it takes a value. */
const findOption = (spec: CommandSpec, flag: string): OptionSpec | undefined =>
  spec.options.find((each) => takesValue(each) && flagsOf(each).includes(flag));

/** Where to look, according to the words already typed. */
interface Place {
  environment: Environment;
  options: ServerValues;
}

async function optionValues(option: OptionSpec, place: Place, word: string): Promise<Candidates> {
  if (option.completes === "profile") {
    return ofWords(Object.keys((await readProfiles(place.environment.configFolder)).profiles));
  }
  return option.completes === undefined ? ofWords(choicesOf(option)) : await ofPaths(option.completes, place, word);
}

const argumentAt = ({ arguments: specs = [] }: CommandSpec, placed: number): ArgumentSpec | undefined =>
  specs[placed] ?? (specs.at(-1)?.isList === true ? specs.at(-1) : undefined);

async function ofPaths(kind: PathKind | undefined, place: Place, word: string): Promise<Candidates> {
  if (kind === undefined) return ofWords([]);
  if (kind === "local") return { kind, words: [] };
  return { kind: startsRemotePath(word) ? "remote" : kind, words: await remoteCandidates(place, word) };
}
