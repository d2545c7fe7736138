import type { CommandGroupSpec, CommandSpec } from "./command.ts";
import { UsageError } from "./errors.ts";

type Spec = CommandSpec | CommandGroupSpec;

const OF_THE_PROGRAM = new Set(["-h", "--help", "-V", "--version"]);

/** The command line with the command first: `--json ls` is `ls --json`, and `help get` is `get --help`. @throws {UsageError} */
export function inOrder(specs: readonly Spec[], argv: readonly string[]): readonly string[] {
  const ordered = commandFirst(specs, argv);
  const [first, ...topic] = ordered;
  if (first !== "help") return ordered;
  const words = topic.filter((word) => !word.startsWith("-"));
  if (commandPath(specs, words).length < words.length) {
    throw new UsageError(`There is no command "${words.join(" ")}"; \`consigne --help\` lists the commands.`);
  }
  // A page of its own, which is shown by running it.
  return topic[0] === "exit-codes" ? topic : [...topic, "--help"];
}

function commandFirst(specs: readonly Spec[], argv: readonly string[]): readonly string[] {
  let at = 0;
  for (let word = argv[at]; word?.startsWith("-") === true && word !== "--"; word = argv[at]) {
    if (OF_THE_PROGRAM.has(word)) return argv;
    at += takesValue(specs, word) ? 2 : 1;
  }
  const [options, rest] = [argv.slice(0, at), argv.slice(at)];
  const path = commandPath(specs, rest);
  return [...path, ...options, ...rest.slice(path.length)];
}

/** The words that name a command, the groups it is in included. */
function commandPath(specs: readonly Spec[], words: readonly string[]): readonly string[] {
  const [name, ...rest] = words;
  const spec = specs.find((each) => each.name === name);
  if (spec === undefined || name === undefined) return [];
  return "commands" in spec ? [name, ...commandPath(spec.commands, rest)] : [name];
}

/** Of an option of any command: those of one name agree on that. */
function takesValue(specs: readonly Spec[], word: string): boolean {
  return specs.some((spec) =>
    "commands" in spec
      ? takesValue(spec.commands, word)
      : spec.options.some(({ flags }) => flags.endsWith(">") && flags.split(/[ ,]+/).includes(word)),
  );
}
