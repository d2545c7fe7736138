import { UsageError } from "./errors.ts";
import { visible } from "./visible-text.ts";

/**
 * One `--option`. Everything else follows from this: how it is parsed, its line of help, what completion offers, and
 * the type of its value in the handler.
 */
export interface OptionSpec {
  /**
   * In commander's notation: `--url <url>` takes a value, `--sort <name|size>` one of these, `--json` none, and
   * `--no-check` defaults to true.
   */
  flags: `--${string}` | `-${string}, --${string}`;
  description: string;
  /** May be repeated: its value is a list. */
  isRepeatable?: true;
  /** Parses its value; by default the text itself. @throws {UsageError} */
  parse?: (text: string, flag: string) => unknown;
  /** What completion offers for its value, besides the words in `flags`. */
  completes?: "profile" | "remote" | "local";
  /** Most commands have it: help lists it separately, below a command's own options. */
  isCommon?: true;
  /** For `--json`: the fields that can be selected. */
  jsonFields?: readonly string[];
}

/** `flags` after the two dashes. */
type Long<Flags extends string> = Flags extends `${string}--${infer Rest}` ? Rest : never;
type CamelCase<Text extends string> = Text extends `${infer Word}-${infer Rest}`
  ? `${Word}${Capitalize<CamelCase<Rest>>}`
  : Text;
type NameOf<Flags extends string> =
  Long<Flags> extends `${infer Name} <${string}`
    ? CamelCase<Name>
    : Long<Flags> extends `no-${infer Name}`
      ? CamelCase<Name>
      : CamelCase<Long<Flags>>;
type Choice<Words extends string> = Words extends `${infer Word}|${infer Rest}` ? Word | Choice<Rest> : Words;
type TextOf<Flags extends string> =
  Long<Flags> extends `${string} <${infer Words}>`
    ? Words extends `${string}|${string}`
      ? Choice<Words>
      : string
    : never;
type OneValueOf<Option extends OptionSpec> = Option extends { parse: (text: string, flag: string) => infer Value }
  ? Value
  : TextOf<Option["flags"]>;
type ValueOf<Option extends OptionSpec> = Option["flags"] extends `${string} <${string}`
  ? Option extends { isRepeatable: true }
    ? readonly OneValueOf<Option>[]
    : OneValueOf<Option> | undefined
  : boolean;

/** The values of options by their long names in camel case; other names are missing. */
export type ValuesOf<Options extends readonly OptionSpec[]> = {
  readonly [Option in Options[number] as NameOf<Option["flags"]>]: ValueOf<Option>;
};

/** As written on a command line, without its value: `--no-check`, `--url`. */
export type FlagOf<Options extends readonly OptionSpec[]> =
  Long<Options[number]["flags"]> extends infer Text
    ? Text extends `${infer Name} <${string}`
      ? `--${Name}`
      : `--${Text & string}`
    : never;

/** Every spelling: `-p` and `--parents`. */
export const flagsOf = ({ flags }: OptionSpec): string[] => flags.split(/[ ,]+/).filter((word) => word.startsWith("-"));

/** `--parents` for `-p, --parents`. */
export const longFlagOf = (option: OptionSpec): string => flagsOf(option).at(-1) ?? "";

export const takesValue = ({ flags }: OptionSpec): boolean => flags.endsWith(">");

/** The allowed values; empty if any text is. */
export const choicesOf = ({ flags }: OptionSpec): readonly string[] =>
  /<(\w+\|[\w|]+)>$/.exec(flags)?.[1]?.split("|") ?? [];

/** The name of its value: `dryRun` for `--dry-run`, `check` for `--no-check`. */
export const nameOf = (option: OptionSpec): string =>
  longFlagOf(option)
    .slice(2)
    .replace(takesValue(option) ? /^$/ : /^no-/, "")
    .replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/**
 * Converts what was given for each option into its value.
 * @param given texts, lists of texts, and booleans, by the names of the options
 * @throws {UsageError} for an invalid value
 */
export function readValues(
  options: readonly OptionSpec[],
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const option of options) {
    const name = nameOf(option);
    const text = given[name];
    if (!takesValue(option)) {
      // With `--color`, its opposite adds nothing.
      values[name] ??= longFlagOf(option).startsWith("--no-") ? text !== false : text === true;
    } else if (option.isRepeatable) {
      values[name] = (Array.isArray(text) ? text : []).map((each) => readText(option, String(each)));
    } else values[name] = typeof text === "string" ? readText(option, text) : undefined;
  }
  return values;
}

function readText(option: OptionSpec, text: string): unknown {
  const flag = longFlagOf(option);
  const choices = choicesOf(option);
  if (choices.length > 0 && !choices.includes(text)) {
    const words = `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`;
    throw new UsageError(`${flag} takes ${words}, not "${visible(text)}".`);
  }
  return option.parse === undefined ? text : option.parse(text, flag);
}
