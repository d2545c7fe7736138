import type { Arrival, RefusedPart } from "../errors.ts";
import { readBody, tooLongText } from "./read-body.ts";

/** The body of a response that may be an answer of the API. */
export interface JsonAnswer {
  status: number;
  /** Undefined if the body is not a JSON object. */
  body: Record<string, unknown> | undefined;
  /** As received; undefined if it was too long. */
  text?: string | undefined;
  /** Set if the body was longer than this and was not read to its end. */
  limitBytes?: number | undefined;
  retryAfterMs: number | undefined;
  requestId: string | undefined;
  headers?: Headers;
}

/** What an error answer says. */
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

/**
 * A failure has a status outside 2xx or says KO; a body without a status is a success (contract: file/info and others).
 */
export function isRefusal({ status, body }: JsonAnswer): boolean {
  if (status < 200 || status > 299 || body === undefined) return true;
  const said = body["status"];
  return typeof said === "string" && said.toUpperCase() === "KO";
}

const UNREACHED = "A proxy in front of the server could not reach it";

/** What a status means that does not come from the server, whose own errors are JSON. */
const proxyTexts: ReadonlyMap<number, string> = new Map([
  [
    413,
    "A proxy in front of the server refuses requests of this size. Its operator has to allow them (in nginx: client_max_body_size 0)",
  ],
  [502, UNREACHED],
  [504, UNREACHED],
]);

/** `Text #123` taken apart. */
export function refusalText({ status, body, limitBytes }: JsonAnswer): RefusalText {
  if (limitBytes !== undefined) return { messageText: tooLongText(limitBytes), number: undefined };
  if (body === undefined) {
    const isFine = status >= 200 && status < 300;
    const note = isFine ? "The answer is not JSON; is this URL the API of a server?" : "The answer is not JSON";
    return { messageText: proxyTexts.get(status) ?? note, number: undefined };
  }
  const message = typeof body["message"] === "string" ? body["message"].trim() : "";
  // Blanks before the number are not part of the pattern: with a long run of them it would start over at each one.
  const found = /#(\d{1,9})\b/u.exec(message);
  if (found === null) return { messageText: message === "" ? "No reason given" : message, number: undefined };
  const before = message.slice(0, found.index).trimEnd();
  const after = message.slice(found.index + found[0].length);
  return { messageText: `${before}${after}`.trim(), number: Number(found[1]), ...reasonIn(body), ...arrivalIn(body) };
}

/** The reason that comes with the text; absent on other and older servers. */
function reasonIn(body: Readonly<Record<string, unknown>>): Pick<RefusalText, "reason" | "reasonValue"> {
  const { reason, reason_value: value } = body;
  return {
    ...(typeof reason === "string" ? { reason } : {}),
    ...(typeof value === "string" ? { reasonValue: value } : {}),
  };
}

/** Progress of a file that is still being uploaded. */
function arrivalIn({ received_size: receivedBytes, size: sizeBytes }: Readonly<Record<string, unknown>>): {
  arrival?: Arrival;
} {
  return isBytes(receivedBytes) && isBytes(sizeBytes) ? { arrival: { receivedBytes, sizeBytes } } : {};
}

const isBytes = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** The error of one result among several. */
export const refusedPart = (error: WireRefusal | undefined): RefusedPart | undefined =>
  error && { status: error.status, message: error.message, ...reasonIn({ ...error }) };

interface WireRefusal {
  status: number;
  message: string;
}

/**
 * Seconds, or a date, which is meaningful only relative to the date of the answer: the local clock may differ.
 * Undefined if it is absent or not understood.
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
