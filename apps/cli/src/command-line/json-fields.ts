import type { CommandGroupSpec, CommandSpec } from "./command.ts";
import { UsageError } from "./errors.ts";
import type { OptionSpec } from "./option.ts";
import type { Output } from "./output.ts";

type Spec = CommandSpec | CommandGroupSpec;

/** What a command line asks for in JSON. */
export interface JsonRequest {
  /** The command line with a plain `--json` in place of `--json=name,size`. */
  argv: readonly string[];
  isJson: boolean;
  /** Undefined: all of them. */
  fields: readonly string[] | undefined;
}

const UNTOUCHED: ReadonlySet<unknown> = new Set(["error", "failure", "summary"]);
const FIELDS = /^--json=(.*)$/s;

/**
 * Reads `--json` and `--json=name,size`, for commands that have them.
 * @throws {UsageError} if no field is named, or one that the command does not have
 */
export function readJsonRequest(specs: readonly Spec[], argv: readonly string[]): JsonRequest {
  const end = argv.indexOf("--");
  const own = end === -1 ? argv : argv.slice(0, end);
  const option = findJsonOption(specs, own);
  if (option === undefined) return { argv, isJson: false, fields: undefined };
  const [, list] = own.map((word) => FIELDS.exec(word)).findLast((found) => found !== null) ?? [];
  const plain = argv.map((word, index) => (index < own.length && FIELDS.test(word) ? "--json" : word));
  const isJson = plain.slice(0, own.length).includes("--json");
  if (list === undefined) return { argv: plain, isJson, fields: undefined };
  const fields = list.split(",").map((name) => name.trim());
  if (fields.includes("")) throw new UsageError("--json= takes names of fields, such as --json=name,size.");
  const known = option.jsonFields ?? [];
  const unknown = fields.filter((field) => nameAmong(known, field) === undefined);
  if (unknown.length > 0 && known.length > 0) {
    throw new UsageError(`unknown field for --json: ${unknown.join(", ")}. Available: ${known.join(", ")}.`);
  }
  return { argv: plain, isJson, fields };
}

/** The `--json` option of a command. `run` passes on everything after the program, including a `--json`. */
function findJsonOption(specs: readonly Spec[], [name, ...rest]: readonly string[]): OptionSpec | undefined {
  const spec = specs.find((each) => each.name === name);
  if (spec === undefined) return undefined;
  if ("handler" in spec) return spec.passesThrough === true ? undefined : jsonOptionOf(spec);
  const inner = findJsonOption(spec.commands, rest);
  if (inner !== undefined || spec.commands.some((each) => each.name === rest[0])) return inner;
  const usual = spec.commands.find((each) => "handler" in each && each.isDefault === true);
  return usual !== undefined && "handler" in usual ? jsonOptionOf(usual) : undefined;
}

const jsonOptionOf = ({ options }: CommandSpec) => options.find(({ flags }) => flags === "--json");

/** Prints only these fields of every line; lines about failures and the summary stay complete. */
export class PickedFields implements Output {
  readonly #output: Output;
  readonly #fields: readonly string[];

  constructor(output: Output, fields: readonly string[]) {
    this.#output = output;
    this.#fields = fields;
  }

  print(line: string): void {
    const record = recordIn(line);
    if (record === undefined || UNTOUCHED.has(record["type"])) return this.#output.print(line);
    const picked = this.#fields.flatMap((field) => {
      const name = nameAmong(Object.keys(record), field);
      return name === undefined ? [] : [[field, record[name]]];
    });
    this.#output.print(JSON.stringify(Object.fromEntries(picked)));
  }

  printBytes(bytes: Uint8Array): Promise<void> {
    return this.#output.printBytes(bytes);
  }

  note(line: string): void {
    this.#output.note(line);
  }

  get isForTerminal() {
    return this.#output.isForTerminal;
  }

  get columns() {
    return this.#output.columns;
  }

  get hasColor() {
    return this.#output.hasColor;
  }

  get terminal() {
    return this.#output.terminal;
  }
}

/** Undefined for text that is not JSON, such as that of `--help`. */
function recordIn(line: string): Record<string, unknown> | undefined {
  return line.startsWith("{") ? (JSON.parse(line) as Record<string, unknown>) : undefined;
}

/** `size` means `sizeBytes`, `uploaded` means `uploadedAt`: users need not know the unit. */
const nameAmong = (names: readonly string[], field: string): string | undefined =>
  [field, `${field}Bytes`, `${field}At`].find((name) => names.includes(name));
