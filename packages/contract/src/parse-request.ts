import type { Static } from "typebox";
import type { Endpoint } from "./endpoint.ts";
import { Problem, type Reader, readerOf } from "./schema-reader.ts";
import type { WireReason } from "./wire-errors.ts";

export type ParsedRequest<Value> =
  | { isValid: true; value: Value }
  | { isValid: false; problem: string; reason: WireReason };

const readers = new WeakMap<object, Reader>();

/**
 * The request in a JSON body (or in a query), as lenient as clients need: no body is an empty one; `null`, and empty
 * text where it can mean nothing, count as absent; digits in text are a number; `true` and `false` are flags; unknown
 * keys are dropped. The value contains only keys of the schema that were given. `problem` is one sentence that names
 * the field.
 */
export function parseRequest<E extends Endpoint>(endpoint: E, body: unknown): ParsedRequest<Static<E["request"]>> {
  let reader = readers.get(endpoint.request);
  if (reader === undefined) {
    reader = readerOf(endpoint.request);
    readers.set(endpoint.request, reader);
  }
  const value = reader(body === undefined || body === null || body === "" ? {} : body, "");
  if (value instanceof Problem) return { isValid: false, problem: value.sentence, reason: value.reason };
  return { isValid: true, value: value as Static<E["request"]> };
}
