import { frenchTimes } from "./civil-time.ts";
import { instantIn } from "./instant.ts";
import type { RefusalReason, WireReason } from "./wire-errors.ts";

/** Why an input was refused: one sentence that names the field. */
export class Problem {
  readonly sentence: string;
  /** Set if a person may have caused it. */
  readonly reason: WireReason;

  constructor(sentence: string, reason?: RefusalReason, value?: number) {
    this.sentence = sentence;
    this.reason = {
      ...(reason === undefined ? {} : { reason }),
      ...(value === undefined ? {} : { reason_value: String(value) }),
    };
  }
}

/** Converts an input to what the schema asks for; `at` names the place, empty at the top. */
export type Reader = (input: unknown, at: string) => unknown;

/** The part of JSON Schema that requests are written in. */
interface RequestSchema {
  type?: string;
  enum?: readonly unknown[];
  anyOf?: readonly RequestSchema[];
  properties?: Readonly<Record<string, RequestSchema>>;
  patternProperties?: Readonly<Record<string, RequestSchema>>;
  maxProperties?: number;
  required?: readonly string[];
  items?: RequestSchema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  format?: string;
  /** Another spelling of a key, used by some client. */
  "x-aliases"?: Readonly<Record<string, string>>;
}

const NUMBER_TEXT = /^-?\d{1,16}$/;
/** A header of such a name is useless, and the keys are unsafe in plain objects. */
const trapKeys = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Compiles a schema into one pass that converts, checks and copies. Only keys of the schema are ever looked at, so
 * depth and width of the rest do not matter.
 * @throws {TypeError} for a schema outside the supported part
 */
export function readerOf(schema: object): Reader {
  const { type, anyOf, enum: values, patternProperties, ...rest } = schema as RequestSchema;
  if (values !== undefined) return choiceReader(values);
  if (type === "integer") return integerReader(rest);
  if (type === "string") return textReader(rest);
  if (type === "array") return listReader(rest);
  if (type === "object" && patternProperties !== undefined) return recordReader(patternProperties, rest);
  if (type === "object") return objectReader({ ...rest, anyOf });
  if (type === undefined && anyOf !== undefined) return shapeReader(anyOf);
  throw new TypeError(`A request schema of type ${type} has no reader.`);
}

function objectReader(schema: RequestSchema): Reader {
  const required = new Set(schema.required);
  const fields = Object.entries(schema.properties ?? {}).map(([key, value]) => ({
    key,
    names: [key, ...aliasesOf(schema, key)],
    isRequired: required.has(key),
    isEmptyGiven: required.has(key) || takesEmptyText(value),
    read: readerOf(value),
  }));
  const alternatives = (schema.anyOf ?? []).map((each) => each.required ?? []);
  const alternativesSentence = `Give ${alternatives.map((keys) => keys.join(" and ")).join(", or ")}.`;
  return (input, at) => {
    if (!isObject(input)) return new Problem(`${at === "" ? "The request" : at} must be a JSON object.`);
    const value: Record<string, unknown> = {};
    for (const field of fields) {
      const given = firstGiven(input, field);
      if (given === undefined) {
        if (field.isRequired) return new Problem(`${place(at, field.key)} is missing.`);
        continue;
      }
      const read = field.read(given, place(at, field.key));
      if (read instanceof Problem) return read;
      value[field.key] = read;
    }
    const isComplete = alternatives.length === 0 || alternatives.some((keys) => keys.every((key) => key in value));
    return isComplete ? value : new Problem(alternativesSentence);
  };
}

function listReader({ items, minItems = 0, maxItems = Infinity }: RequestSchema): Reader {
  if (items === undefined) throw new TypeError("A list in a request schema needs a schema for its items.");
  const read = readerOf(items);
  return (input, at) => {
    if (!Array.isArray(input)) return new Problem(`${at} must be a list.`);
    if (input.length < minItems) return new Problem(`${at} must not be empty.`);
    if (input.length > maxItems)
      return new Problem(`${at} must have at most ${maxItems} entries.`, "list-too-long", maxItems);
    const list: unknown[] = [];
    for (const [index, item] of (input as unknown[]).entries()) {
      const value = read(item, `${at}[${index}]`);
      if (value instanceof Problem) return value;
      list.push(value);
    }
    return list;
  };
}

function recordReader(patterns: Readonly<Record<string, RequestSchema>>, schema: RequestSchema): Reader {
  const [valueSchema] = Object.values(patterns);
  if (valueSchema === undefined) throw new TypeError("A record in a request schema needs a schema for its values.");
  const read = readerOf(valueSchema);
  const { maxProperties = Infinity } = schema;
  return (input, at) => {
    if (!isObject(input)) return new Problem(`${at} must be a JSON object.`);
    const entries = Object.entries(input).filter(([key, value]) => value !== null && !trapKeys.has(key));
    if (entries.length > maxProperties) return new Problem(`${at} must have at most ${maxProperties} entries.`);
    const record: Record<string, unknown> = {};
    for (const [key, item] of entries) {
      const value = read(item, `an entry of ${at}`);
      if (value instanceof Problem) return value;
      record[key] = value;
    }
    return record;
  };
}

/** Accepts a list where the schema has a list, and an object where it has an object. */
function shapeReader(branches: readonly RequestSchema[]): Reader {
  const list = branches.find((branch) => branch.type === "array");
  const object = branches.find((branch) => branch.type === "object");
  if (list === undefined || object === undefined || branches.length !== 2) {
    throw new TypeError("A choice in a request schema is one between a list and an object.");
  }
  const [readList, readObject] = [readerOf(list), readerOf(object)];
  return (input, at) => {
    if (Array.isArray(input)) return readList(input, at);
    return isObject(input) ? readObject(input, at) : new Problem(`${at} must be a JSON object or a list.`);
  };
}

function textReader({ minLength = 0, maxLength = Infinity, format }: RequestSchema): Reader {
  return (input, at) => {
    if (typeof input !== "string") return new Problem(`${at} must be text.`);
    if (input.length < minLength) {
      if (minLength === 1) return new Problem(`${at} must not be empty.`, "text-empty");
      return new Problem(`${at} needs at least ${minLength} characters.`, "text-too-short", minLength);
    }
    // Limits count characters; counting them takes a walk that a short text does not need.
    if (input.length > maxLength && (input.length > 2 * maxLength || [...input].length > maxLength)) {
      return new Problem(`${at} must have at most ${maxLength} characters.`, "text-too-long", maxLength);
    }
    if (!input.isWellFormed()) return new Problem(`${at} contains half of a character pair.`);
    if (format === "wire-time" && frenchTimes.fromWire(input) === undefined) {
      return new Problem(`${at} must be a date written as YYYY-MM-DD HH:MM:SS.`);
    }
    if (format === "instant-or-never" && input !== "never" && instantIn(input) === undefined) {
      return new Problem(`${at} must be a time in UTC written as YYYY-MM-DDTHH:MM:SSZ, or never.`);
    }
    if (format === "instant" && instantIn(input) === undefined) {
      return new Problem(`${at} must be a time in UTC written as YYYY-MM-DDTHH:MM:SSZ.`);
    }
    return input;
  };
}

function integerReader({ minimum = -Infinity, maximum = Infinity }: RequestSchema): Reader {
  return (input, at) => {
    const value = integerIn(input);
    if (value === undefined) return new Problem(`${at} must be a whole number.`);
    if (value < minimum) return new Problem(`${at} must not be below ${minimum}.`, "number-out-of-range");
    return value > maximum ? new Problem(`${at} must not be above ${maximum}.`, "number-out-of-range") : value;
  };
}

function choiceReader(values: readonly unknown[]): Reader {
  const isFlag = values.length === 2 && values.includes(0) && values.includes(1);
  const sentence = `must be ${values.join(", ").replace(/, ([^,]*)$/, " or $1")}.`;
  return (input, at) => {
    if (typeof input === "string" && values.includes(input)) return input;
    const value = isFlag && typeof input === "boolean" ? Number(input) : integerIn(input);
    return values.includes(value) ? value : new Problem(`${at} ${sentence}`);
  };
}

/** Some clients send numbers as text. Adding 0 makes a minus zero a plain one. */
function integerIn(input: unknown): number | undefined {
  const value = typeof input === "string" && NUMBER_TEXT.test(input) ? Number(input) : input;
  return typeof value === "number" && Number.isSafeInteger(value) ? value + 0 : undefined;
}

function aliasesOf(schema: RequestSchema, key: string): string[] {
  return Object.entries(schema["x-aliases"] ?? {})
    .filter(([, target]) => target === key)
    .map(([alias]) => alias);
}

/** Where empty text has a meaning: it removes a note or a password, or names nobody as the owner of a root. */
function takesEmptyText({ type, minLength = 0, format, enum: values }: RequestSchema): boolean {
  return type === "string" && minLength === 0 && format === undefined && values === undefined;
}

/**
 * The first of the names that is present and not null; inherited properties do not count. Empty text counts as null
 * where it can mean nothing: clients with typed objects send it for fields that they leave out.
 */
function firstGiven(
  input: object,
  { names, isEmptyGiven }: { names: readonly string[]; isEmptyGiven: boolean },
): unknown {
  for (const name of names) {
    if (!Object.hasOwn(input, name)) continue;
    const value = (input as Record<string, unknown>)[name];
    if (value === null || value === undefined || (value === "" && !isEmptyGiven)) continue;
    return value;
  }
  return undefined;
}

const isObject = (input: unknown): input is object =>
  typeof input === "object" && input !== null && !Array.isArray(input);

const place = (at: string, key: string): string => (at === "" ? key : `${at}.${key}`);
