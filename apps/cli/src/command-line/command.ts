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

/** A working command line, with its purpose. */
export interface ExampleSpec {
  line: string;
  purpose: string;
}

/**
 * What a handler gets: the values of its options, its arguments, and everything it may touch outside itself. Functions
 * that take a call name the options that they read, and accept calls of all commands with those options.
 */
export interface CommandCall<Values extends object = object> {
  options: Values;
  arguments: readonly string[];
  environment: Environment;
  output: Output;
  /** Standard input. */
  input: Input;
  /**
   * Aborted by Ctrl-C and by the signals that end a program. Calling it takes these over from the system, which would
   * end the process at once.
   */
  interruption(): AbortSignal;
}

export interface Input extends AsyncIterable<Uint8Array> {
  isTTY?: boolean | undefined;
}

/** What a list of commands shows of one. */
export interface CommandSummary {
  name: string;
  description: string;
  /** Not listed: for programs, not people. */
  isHidden?: true;
}

interface CommandTraits extends CommandSummary {
  arguments?: readonly ArgumentSpec[];
  /** Everything after the first argument belongs to the arguments, even options of ours. */
  passesThrough?: boolean;
  examples?: readonly ExampleSpec[];
  /** Runs if only the name of its group is given. */
  isDefault?: true;
  /** It transfers files: completed ones stay when a later one fails. */
  isTransfer?: true;
}

/** The definition of a command: the options determine what its handler can read. */
export interface CommandDefinition<Options extends readonly OptionSpec[]>
  extends CommandTraits, OptionRules<FlagOf<Options>> {
  options: Options;
  /** Resolves with an exit code, or nothing for success. */
  handler(call: CommandCall<ValuesOf<Options>>): Promise<number | void>;
}

declare const isChecked: unique symbol;

/** A command that does something, in the form needed to run, show or complete it. Only `defineCommand` creates one. */
export interface CommandSpec extends CommandTraits, OptionRules {
  readonly [isChecked]: true;
  options: readonly OptionSpec[];
  /** The values must be those of `options`: `readValues` creates them. */
  handler(call: CommandCall<Readonly<Record<string, unknown>>>): Promise<number | void>;
}

/** Makes the compiler check the handler and the rules against the options, then drops their types. */
export function defineCommand<const Options extends readonly OptionSpec[]>(
  definition: CommandDefinition<Options>,
): CommandSpec {
  return definition as unknown as CommandSpec;
}

/** A name with subcommands, such as `ca show`. */
export interface CommandGroupSpec extends CommandSummary {
  commands: readonly (CommandSpec | CommandGroupSpec)[];
}

/** `fields`: all fields that an output line of the command may have, except those of failures and of the summary. */
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
/** For commands that would otherwise ask first. */
export const yesOption = {
  flags: "-y, --yes",
  description: "do not ask for confirmation",
} as const satisfies OptionSpec;
export interface JsonValues {
  readonly json: boolean;
}
/** For commands that show progress and notes. */
export interface QuietValues {
  readonly quiet: boolean;
}
export interface DryRunValues {
  readonly dryRun: boolean;
}
