import type { CommandGroupSpec, CommandSpec } from "./command.ts";
import { UsageError } from "./errors.ts";
import { flagsOf, takesValue } from "./option.ts";
import { visible } from "./visible-text.ts";

type Spec = CommandSpec | CommandGroupSpec;

const OF_THE_PROGRAM = new Set(["-h", "--help", "-V", "--version"]);

/** The command line with the command first: `--json ls` is `ls --json`, and `help get` is `get --help`. @throws {UsageError} */
export function inOrder(specs: readonly Spec[], argv: readonly string[]): readonly string[] {
  const ordered = commandFirst(specs, argv);
  const [first, ...topic] = ordered;
  if (first !== "help") {
    requireKnownCommand(specs, ordered);
    return ordered;
  }
  const words = topic.filter((word) => !word.startsWith("-"));
  if (commandPath(specs, words).length < words.length) {
    throw new UsageError(`There is no command "${words.join(" ")}"; \`consigne --help\` lists the commands.`);
  }
  // A page of its own, which is shown by running it.
  return topic[0] === "exit-codes" ? topic : [...topic, "--help"];
}

/**
 * A word that is no command of its group, which a command that is meant where none is named would take for an argument
 * too many. @throws {UsageError}
 */
function requireKnownCommand(specs: readonly Spec[], words: readonly string[]): void {
  const path = commandPath(specs, words);
  const word = words[path.length];
  let group: Spec | undefined;
  for (const name of path) group = (group === undefined ? specs : commandsOf(group)).find((each) => each.name === name);
  const known = group === undefined ? [] : commandsOf(group).map(({ name }) => name);
  if (known.length === 0 || word === undefined || word.startsWith("-") || word === "help") return;
  throw new UsageError(
    `There is no command "${visible([...path, word].join(" "))}"; ${path.join(" ")} has: ${known.join(", ")}.`,
  );
}

const commandsOf = (spec: Spec): readonly Spec[] => ("commands" in spec ? spec.commands : []);

function commandFirst(specs: readonly Spec[], argv: readonly string[]): readonly string[] {
  let at = 0;
  for (let word = argv[at]; word?.startsWith("-") === true && word !== "--"; word = argv[at]) {
    if (OF_THE_PROGRAM.has(word)) return argv;
    at += hasValue(specs, word) ? 2 : 1;
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
function hasValue(specs: readonly Spec[], word: string): boolean {
  return specs.some((spec) =>
    "commands" in spec
      ? hasValue(spec.commands, word)
      : spec.options.some((option) => takesValue(option) && flagsOf(option).includes(word)),
  );
}
