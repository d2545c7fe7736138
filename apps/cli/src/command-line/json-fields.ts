import type { CommandGroupSpec, CommandSpec } from "./command.ts";
import { UsageError } from "./errors.ts";
import type { Output } from "./output.ts";

type Spec = CommandSpec | CommandGroupSpec;

/** What a command line says about JSON. */
export interface JsonWish {
  /** The command line with a plain `--json` in place of `--json=name,size`. */
  argv: readonly string[];
  isJson: boolean;
  /** Undefined: all of them. */
  fields: readonly string[] | undefined;
}

const UNTOUCHED: ReadonlySet<unknown> = new Set(["error", "failure", "summary"]);
const FIELDS = /^--json=(.*)$/s;

/** Reads `--json` and `--json=name,size`, of a command that has them. @throws {UsageError} no field is named */
export function readJsonWish(specs: readonly Spec[], argv: readonly string[]): JsonWish {
  const end = argv.indexOf("--");
  const own = end === -1 ? argv : argv.slice(0, end);
  if (!knowsJson(specs, own)) return { argv, isJson: false, fields: undefined };
  const [, list] = own.map((word) => FIELDS.exec(word)).findLast((found) => found !== null) ?? [];
  const plain = argv.map((word, index) => (index < own.length && FIELDS.test(word) ? "--json" : word));
  const isJson = plain.slice(0, own.length).includes("--json");
  if (list === undefined) return { argv: plain, isJson, fields: undefined };
  const fields = list.split(",").map((name) => name.trim());
  if (fields.includes("")) throw new UsageError("--json= takes names of fields, such as --json=name,size.");
  return { argv: plain, isJson, fields };
}

/** `run` passes on what comes after the program, a `--json` included. */
function knowsJson(specs: readonly Spec[], [name, ...rest]: readonly string[]): boolean {
  const spec = specs.find((each) => each.name === name);
  if (spec === undefined) return false;
  if (!("handler" in spec)) {
    return knowsJson(spec.commands, rest) || spec.commands.some((each) => "handler" in each && each.isDefault === true);
  }
  return spec.passesThrough !== true && spec.options.some(({ flags }) => flags === "--json");
}

/** Prints of every line only these fields; what tells of failures and of the end stays whole. */
export class PickedFields implements Output {
  readonly #output: Output;
  readonly #missing: Set<string>;
  readonly #fields: readonly string[];
  readonly #seen = new Set<string>();

  constructor(output: Output, fields: readonly string[]) {
    this.#output = output;
    this.#fields = fields;
    this.#missing = new Set(fields);
  }

  print(line: string): void {
    const record = recordIn(line);
    if (record === undefined || UNTOUCHED.has(record["type"])) return this.#output.print(line);
    for (const name of Object.keys(record)) this.#seen.add(name);
    const picked = this.#fields.flatMap((field) => {
      const name = nameIn(record, field);
      if (name === undefined) return [];
      this.#missing.delete(field);
      return [[field, record[name]]];
    });
    this.#output.print(JSON.stringify(Object.fromEntries(picked)));
  }

  /** Says which fields no line had; to be called at the end. */
  noteMissing(): void {
    if (this.#missing.size === 0 || this.#seen.size === 0) return;
    const [missing, seen] = [[...this.#missing].join(", "), [...this.#seen].join(", ")];
    this.note(`consigne: unknown field for --json: ${missing}. Available: ${seen}.`);
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

  get hasColor() {
    return this.#output.hasColor;
  }

  get terminal() {
    return this.#output.terminal;
  }
}

/** Undefined for what is no JSON, such as the text of `--help`. */
function recordIn(line: string): Record<string, unknown> | undefined {
  return line.startsWith("{") ? (JSON.parse(line) as Record<string, unknown>) : undefined;
}

/** `size` is `sizeBytes`, `uploaded` is `uploadedAt`: whoever asks need not know the unit. */
const nameIn = (record: Record<string, unknown>, field: string): string | undefined =>
  [field, `${field}Bytes`, `${field}At`].find((name) => Object.hasOwn(record, name));
