import type { Arrival, RefusedPart } from "../errors.ts";
import { readBody, tooLongText } from "./read-body.ts";

/** The body of an answer, as it may be called an answer of the API. */
export interface JsonAnswer {
  status: number;
  /** Undefined when the body is no JSON object. */
  body: Record<string, unknown> | undefined;
  /** As it came; undefined when it was too long. */
  text?: string | undefined;
  /** Set when the body was longer than this and not read to its end. */
  limitBytes?: number | undefined;
  retryAfterMs: number | undefined;
  requestId: string | undefined;
  headers?: Headers;
}

/** What a refusal says. */
export interface RefusalText {
  messageText: string;
  number: number | undefined;
  reason?: string;
  reasonValue?: string;
  arrival?: Arrival;
}

/** Reads a body that may be anything: JSON, a page, nothing, gigabytes. */
export async function readJsonAnswer(response: Response, nowMs: number, maxBytes: number): Promise<JsonAnswer> {
  const text = await readBody(response, maxBytes);
  return {
    status: response.status,
    body: text === undefined ? undefined : parseObject(text),
    text,
    limitBytes: text === undefined ? maxBytes : undefined,
    retryAfterMs: readRetryAfter(response.headers.get("retry-after"), response.headers.get("date"), nowMs),
    requestId: response.headers.get("x-request-id") ?? undefined,
    headers: response.headers,
  };
}

/** A failure has a status outside 2xx or says KO; no status in the body is a success (contract: file/info and others). */
export function isRefusal({ status, body }: JsonAnswer): boolean {
  if (status < 200 || status > 299 || body === undefined) return true;
  const said = body["status"];
  return typeof said === "string" && said.toUpperCase() === "KO";
}

const UNREACHED = "A proxy before the server could not reach it";

/** What a status says that did not come from the server, whose own refusals are JSON. */
const proxyTexts: ReadonlyMap<number, string> = new Map([
  [
    413,
    "A proxy before the server refuses requests of this size. Its operator has to let them through: nginx by client_max_body_size 0",
  ],
  [502, UNREACHED],
  [504, UNREACHED],
]);

/** `Text #123` taken apart. */
export function refusalText({ status, body, limitBytes }: JsonAnswer): RefusalText {
  if (limitBytes !== undefined) return { messageText: tooLongText(limitBytes), number: undefined };
  if (body === undefined) {
    const isFine = status >= 200 && status < 300;
    const note = isFine ? "The answer is no JSON; is this address the API of a server?" : "The answer is no JSON";
    return { messageText: proxyTexts.get(status) ?? note, number: undefined };
  }
  const message = typeof body["message"] === "string" ? body["message"].trim() : "";
  // Blanks before the number are not part of the pattern: it would begin anew at each of a long run of them.
  const found = /#(\d{1,9})\b/u.exec(message);
  if (found === null) return { messageText: message === "" ? "No reason given" : message, number: undefined };
  const before = message.slice(0, found.index).trimEnd();
  const after = message.slice(found.index + found[0].length);
  return { messageText: `${before}${after}`.trim(), number: Number(found[1]), ...reasonIn(body), ...arrivalIn(body) };
}

/** What beside the text says why; nothing on other servers and older ones. */
function reasonIn(body: Readonly<Record<string, unknown>>): Pick<RefusalText, "reason" | "reasonValue"> {
  const { reason, reason_value: value } = body;
  return {
    ...(typeof reason === "string" ? { reason } : {}),
    ...(typeof value === "string" ? { reasonValue: value } : {}),
  };
}

/** Of a file that is still being uploaded. */
function arrivalIn({ received_size: receivedBytes, size: sizeBytes }: Readonly<Record<string, unknown>>): {
  arrival?: Arrival;
} {
  return isBytes(receivedBytes) && isBytes(sizeBytes) ? { arrival: { receivedBytes, sizeBytes } } : {};
}

const isBytes = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** The refusal of one result among several. */
export const refusedPart = (error: WireRefusal | undefined): RefusedPart | undefined =>
  error && { status: error.status, message: error.message, ...reasonIn({ ...error }) };

interface WireRefusal {
  status: number;
  message: string;
}

/**
 * Seconds, or a date, which means something beside the date of the answer only: the clock here may be another one.
 * Undefined when absent or not understood.
 */
export function readRetryAfter(
  header: string | null | undefined,
  date: string | null | undefined,
  nowMs: number,
): number | undefined {
  if (header === null || header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const at = Date.parse(text);
  const sentAt = Date.parse(date ?? "");
  return Number.isNaN(at) ? undefined : Math.max(0, at - (Number.isNaN(sentAt) ? nowMs : sentAt));
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
