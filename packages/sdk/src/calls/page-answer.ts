import { IncompleteAnswerError, NotFoundError, type Refusal, ServerError, WrongPasswordError } from "../errors.ts";
import { fieldsOf, findText } from "../resources/wire-values.ts";
import { isRefusal, readRetryAfter, refusalText } from "./json-answer.ts";
import type { Failed, Locked } from "./paced-exchange.ts";
import { rawBody } from "./raw-body.ts";
import { judgeRefusal } from "./refusals.ts";

/** The outcome of a request for a public page. */
export type PageAnswer = { kind: "list"; list: Record<string, unknown>[] } | Locked | Failed;

/** How long the pages of 1fichier.com lock out callers that ask too often, as observed by JDownloader. */
const TOO_FAST_MS = 30_000;
const BAN_MS = 3_600_000;

/** Classifies the answer of a page: a JSON list, a JSON error, or HTML of any kind. */
export function readPublicPage(
  { status, headers }: Response,
  text: string,
  asked: { endpoint: string; password: string | undefined },
): PageAnswer {
  const retryAfterMs = readRetryAfter(headers.get("retry-after"), headers.get("date"), Date.now());
  const requestId = headers.get("x-request-id") ?? undefined;
  const refusal = {
    endpoint: asked.endpoint,
    status,
    requestId,
    retryAfterMs,
    rawBody: rawBody(text, [asked.password]),
  };
  const json = parsed(text);
  if (json === undefined) return readHtml(text, refusal, asked.password !== undefined);
  if (Array.isArray(json) && status >= 200 && status < 300) return readEntries(json, refusal);
  const body = typeof json === "object" && json !== null && !Array.isArray(json) ? fieldsOf(json) : undefined;
  const answer = { status, body, retryAfterMs, requestId };
  const isApiAnswer = body !== undefined && isRefusal(answer);
  const told: Refusal = {
    ...refusal,
    ...(isApiAnswer ? refusalText(answer) : { messageText: "The answer is not a list" }),
  };
  const { lock, error } = judgeRefusal(told, { retryAfterMs, isApiAnswer, isOriginal: false });
  return lock === undefined ? { kind: "failure", error, retryAfterMs } : { kind: "lock", notice: lock, refusal: told };
}

function readEntries(entries: readonly unknown[], refusal: Omit<Refusal, "messageText">): PageAnswer {
  const list = entries.filter((entry): entry is Record<string, unknown> => typeof entry === "object" && entry !== null);
  // Entries of folders have `name`.
  const has = (entry: Record<string, unknown>, field: string) =>
    findText(entry[field === "filename" && "folder_id" in entry ? "name" : field]) !== undefined;
  const missing = ["link", "filename"].find((field) => list.some((entry) => !has(entry, field)));
  if (list.length === entries.length && missing === undefined) return { kind: "list", list };
  const error = new IncompleteAnswerError({ ...refusal, messageText: "" }, `an entry without \`${missing ?? "link"}\``);
  return { kind: "failure", error, retryAfterMs: refusal.retryAfterMs };
}

function readHtml(text: string, refusal: Omit<Refusal, "messageText">, hasPassword: boolean): PageAnswer {
  const { status, retryAfterMs } = refusal;
  const saying = (messageText: string): Refusal => ({ ...refusal, messageText });
  const failure = (error: Error): PageAnswer => ({ kind: "failure", error, retryAfterMs });
  const lock = (messageText: string, guessedMs: number, isBan: boolean): PageAnswer => ({
    kind: "lock",
    notice: { kind: "ip", retryAfterMs: retryAfterMs ?? guessedMs, isBan },
    refusal: saying(messageText),
  });
  if (/name=["']?pass/i.test(text)) {
    return failure(new WrongPasswordError(saying(hasPassword ? "The password is wrong" : "A password is needed")));
  }
  if (/>\s*IP Locked/i.test(text)) return lock("IP Locked", BAN_MS, true);
  if (status === 429 || /Your requests are too fast/i.test(text)) return lock("Too many requests", TOO_FAST_MS, false);
  if (status === 404 || status === 410) return failure(new NotFoundError(saying("There is no such page")));
  return failure(new ServerError(saying(status >= 500 ? "The server failed" : "The answer is not a list in JSON")));
}

/** Undefined if it is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
