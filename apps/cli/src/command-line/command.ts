import type { Environment } from "../environment.ts";
import type { FlagOf, OptionSpec, ValuesOf } from "./option.ts";
import type { OptionRules } from "./option-rules.ts";
import type { Output } from "./output.ts";

export interface ArgumentSpec {
  /** As shown by `--help`. */
  label: string;
  description: string;
  isOptional?: true;
  /** One or more; the last argument only. */
  isList?: true;
  /** What completion offers. */
  completes?: "remote" | "local" | "either";
}

/** A command line that works, and what it is for. */
export interface ExampleSpec {
  line: string;
  purpose: string;
}

/**
 * What a handler gets: the values of its options, its arguments, and everything it may touch outside itself. Whoever is
 * handed a call names the options that it reads, and takes calls of commands that have them.
 */
export interface CommandCall<Values extends object = object> {
  options: Values;
  arguments: readonly string[];
  environment: Environment;
  output: Output;
  /** Standard input. */
  input: Input;
  /**
   * Aborted by Ctrl-C and by the signals that end a program; asking for it takes these over from the system, which
   * would end the process at once.
   */
  interruption(): AbortSignal;
}

export interface Input extends AsyncIterable<Uint8Array> {
  isTTY?: boolean | undefined;
}

/** What a list of commands tells of one. */
export interface CommandFace {
  name: string;
  description: string;
  /** Not listed: for programs, not people. */
  isHidden?: true;
}

interface CommandTraits extends CommandFace {
  arguments?: readonly ArgumentSpec[];
  /** Everything after the first argument belongs to the arguments, options of ours included. */
  passesThrough?: boolean;
  examples?: readonly ExampleSpec[];
  /** Runs where only the name of its group is given. */
  isDefault?: true;
  /** Carries files: what has come to its end stays when a later one fails. */
  isTransfer?: true;
}

/** A command as it is written down: the options decide what its handler can read. */
export interface CommandDefinition<Options extends readonly OptionSpec[]>
  extends CommandTraits, OptionRules<FlagOf<Options>> {
  options: Options;
  /** Answers with an exit code, or nothing for success. */
  handler(call: CommandCall<ValuesOf<Options>>): Promise<number | void>;
}

declare const isChecked: unique symbol;

/** A command that does something, for whoever runs, shows or completes any of them. Only `defineCommand` makes one. */
export interface CommandSpec extends CommandTraits, OptionRules {
  readonly [isChecked]: true;
  options: readonly OptionSpec[];
  /** The values have to be those of `options`: `readValues` makes them. */
  handler(call: CommandCall<Readonly<Record<string, unknown>>>): Promise<number | void>;
}

/** Has the compiler check the handler and the rules against the options, and forgets their types after that. */
export function defineCommand<const Options extends readonly OptionSpec[]>(
  definition: CommandDefinition<Options>,
): CommandSpec {
  return definition as unknown as CommandSpec;
}

/** A name with commands below it, such as `ca show`. */
export interface CommandGroupSpec extends CommandFace {
  commands: readonly (CommandSpec | CommandGroupSpec)[];
}

/** `fields`: all that a line of the command may have, what tells of failures and of the end aside. */
export const jsonOption = (...fields: readonly string[]) =>
  ({
    flags: "--json",
    description: "print lines of JSON; --json=name,size prints these fields only",
    jsonFields: fields,
  }) as const satisfies OptionSpec;
export const dryRunOption = {
  flags: "--dry-run",
  description: "show what would be done, without doing it",
} as const satisfies OptionSpec;
/** Of commands that would ask first. */
export const yesOption = {
  flags: "-y, --yes",
  description: "do not ask for confirmation",
} as const satisfies OptionSpec;
export interface JsonValues {
  readonly json: boolean;
}
/** Of the commands that show progress and notes. */
export interface QuietValues {
  readonly quiet: boolean;
}
export interface DryRunValues {
  readonly dryRun: boolean;
}
