import type { Environment } from "../environment.ts";
import type { Output } from "./output.ts";

/** One `--option`. `flags` in commander's notation: `--url <url>` takes a value, `--json` does not. */
export interface OptionSpec {
  flags: string;
  description: string;
}

/** What a handler gets: options already split from arguments, and everything it may touch outside itself. */
export interface CommandCall {
  options: OptionValues;
  arguments: readonly string[];
  environment: Environment;
  output: Output;
}

interface CommandFace {
  name: string;
  description: string;
}

/** A command that does something. The handler answers with an exit code, or nothing for success. */
export interface CommandSpec extends CommandFace {
  /** Name of the arguments as shown by `--help`; absent when the command takes none. */
  arguments?: { label: string; description: string; required: boolean };
  /** Everything after the first argument belongs to the arguments, options of ours included. */
  passesThrough?: boolean;
  options: readonly OptionSpec[];
  handler(call: CommandCall): Promise<number | void>;
}

/** A name with commands below it, such as `ca show`. */
export interface CommandGroupSpec extends CommandFace {
  commands: readonly CommandSpec[];
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

  isSet(name: string): boolean {
    return this.#values.get(name) === true;
  }
}

export const jsonOption: OptionSpec = { flags: "--json", description: "print one line of JSON" };
