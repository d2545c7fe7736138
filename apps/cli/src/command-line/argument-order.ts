import { type Catalog, commandsOf, type Named } from "./catalog.ts";
import { UsageError } from "./errors.ts";
import { visible } from "./visible-text.ts";

const OF_THE_PROGRAM = new Set(["-h", "--help", "-V", "--version"]);

/**
 * The command line with the command first: `--json ls` becomes `ls --json`, and `help get` becomes `get --help`.
 * @throws {UsageError}
 */
export function inOrder(catalog: Catalog, argv: readonly string[]): readonly string[] {
  const specs = commandsOf(catalog);
  const ordered = commandFirst(specs, new Set(catalog.flagsWithValue), argv);
  const [first, ...topic] = ordered;
  if (first !== "help") {
    requireKnownCommand(specs, ordered);
    const path = commandPath(specs, ordered);
    if (path.length > 0 && ordered[path.length] === "help" && below(specs, path).length > 0) {
      return inOrder(catalog, ["help", ...path, ...ordered.slice(path.length + 1)]);
    }
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
 * Rejects an unknown subcommand, which the group's default command would report as a surplus argument.
 * @throws {UsageError}
 */
function requireKnownCommand(specs: readonly Named[], words: readonly string[]): void {
  const path = commandPath(specs, words);
  const word = words[path.length];
  const known = path.length === 0 ? [] : below(specs, path).map(({ name }) => name);
  if (known.length === 0 || word === undefined || word.startsWith("-") || word === "help") return;
  throw new UsageError(`There is no command "${visible([...path, word].join(" "))}"; available: ${known.join(", ")}.`);
}

/** The commands of the group at `path`; none if that is a command. */
const below = (specs: readonly Named[], path: readonly string[]): readonly Named[] =>
  path.reduce((group, name) => group.find((each) => each.name === name)?.commands ?? [], specs);

function commandFirst(
  specs: readonly Named[],
  flagsWithValue: ReadonlySet<string>,
  argv: readonly string[],
): readonly string[] {
  let at = 0;
  for (let word = argv[at]; word?.startsWith("-") === true && word !== "--"; word = argv[at]) {
    if (OF_THE_PROGRAM.has(word)) return argv;
    at += flagsWithValue.has(word) ? 2 : 1;
  }
  const [options, rest] = [argv.slice(0, at), argv.slice(at)];
  const path = commandPath(specs, rest);
  return [...path, ...options, ...rest.slice(path.length)];
}

/** The words that name a command, including its groups. */
function commandPath(specs: readonly Named[], words: readonly string[]): readonly string[] {
  const [name, ...rest] = words;
  const spec = specs.find((each) => each.name === name);
  if (spec === undefined || name === undefined) return [];
  return [name, ...commandPath(spec.commands ?? [], rest)];
}
