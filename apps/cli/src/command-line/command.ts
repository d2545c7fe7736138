import type { Environment } from "../environment.ts";
import { parseCount, parseDuration, parseSize } from "./amounts.ts";
import type { Output } from "./output.ts";

/** One `--option`. `flags` in commander's notation: `--url <url>` takes a value, `--json` does not. */
export interface OptionSpec {
  flags: string;
  description: string;
  /** May be given several times; read with `OptionValues.list`. */
  isRepeatable?: true;
  /** Of `--json`: the fields that can be asked for. */
  jsonFields?: readonly string[];
}

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

/** What a handler gets: options already split from arguments, and everything it may touch outside itself. */
export interface CommandCall {
  options: OptionValues;
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

interface CommandFace {
  name: string;
  description: string;
}

/** A command that does something. The handler answers with an exit code, or nothing for success. */
export interface CommandSpec extends CommandFace {
  arguments?: readonly ArgumentSpec[];
  /** Everything after the first argument belongs to the arguments, options of ours included. */
  passesThrough?: boolean;
  options: readonly OptionSpec[];
  examples?: readonly ExampleSpec[];
  /** Runs where only the name of its group is given. */
  isDefault?: true;
  /** Carries files: what has come to its end stays when a later one fails. */
  isTransfer?: true;
  /** Not listed: for programs, not people. */
  isHidden?: true;
  handler(call: CommandCall): Promise<number | void>;
}

/** A name with commands below it, such as `ca show`. */
export interface CommandGroupSpec extends CommandFace {
  commands: readonly (CommandSpec | CommandGroupSpec)[];
}

/** Option values by their long name in camel case. */
export class OptionValues {
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(values: Record<string, unknown>) {
    this.#values = new Map(Object.entries(values));
  }

  /** The text given for an option; undefined when it was not given. */
  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return typeof value === "string" ? value : undefined;
  }

  /** Every text given for a repeatable option, in their order. */
  list(name: string): readonly string[] {
    const value = this.#values.get(name);
    return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
  }

  isSet(name: string): boolean {
    return this.#values.get(name) === true;
  }

  /** For `--no-...`: it was given. */
  isUnset(name: string): boolean {
    return this.#values.get(name) === false;
  }

  /** @throws {UsageError} unless a whole number within the bounds */
  count(name: string, bounds: { least?: number; most?: number } = {}): number | undefined {
    return this.#read(name, (text, flag) => parseCount(text, flag, bounds));
  }

  /** Bytes. @throws {UsageError} */
  size(name: string): number | undefined {
    return this.#read(name, parseSize);
  }

  /** Milliseconds. @throws {UsageError} */
  duration(name: string): number | undefined {
    return this.#read(name, parseDuration);
  }

  #read<T>(name: string, parse: (text: string, flag: string) => T): T | undefined {
    const text = this.text(name);
    const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return text === undefined ? undefined : parse(text, flag);
  }
}

/** `fields`: all that a line of the command may have, what tells of failures and of the end aside. */
export const jsonOption = (...fields: readonly string[]): OptionSpec => ({
  flags: "--json",
  description: "print lines of JSON; --json=name,size prints these fields only",
  jsonFields: fields,
});
export const dryRunOption: OptionSpec = {
  flags: "--dry-run",
  description: "show what would be done, without doing it",
};
