import { FloodLockError, type Refusal } from "../errors.ts";
import type { ByteResponse } from "../platform/platform.ts";
import { readFailurePage } from "../uploads/failure-page.ts";
import { readRetryAfter, refusalText } from "./json-answer.ts";
import { rawBody } from "./raw-body.ts";
import { judgeRefusal } from "./refusals.ts";

/** Used if an answer does not say how long a lock lasts. */
const DEFAULT_LOCK_MS = 30_000;

export interface RefusalReading {
  /** The call, as errors name it. */
  endpoint: string;
  isOriginal: boolean;
  /** Parts of the request that must not appear in an error. */
  secrets: readonly (string | undefined)[];
}

/** The error when bytes are sent or fetched: a KO in JSON, or a page with the reason in a `div.bloc2`. */
export function refusalOf(
  response: Pick<ByteResponse, "status" | "header">,
  text: string,
  { endpoint, isOriginal, secrets }: RefusalReading,
): Error {
  const { status } = response;
  const body = parseObject(text);
  const retryAfterMs = readRetryAfter(response.header("retry-after"), response.header("date"), Date.now());
  const page = body === undefined ? readFailurePage(text) : undefined;
  const refusal: Refusal = {
    endpoint,
    status,
    ...(page === undefined
      ? refusalText({ status, body, retryAfterMs: undefined, requestId: undefined })
      : { messageText: page }),
    requestId: response.header("x-request-id"),
    retryAfterMs,
    rawBody: rawBody(text, secrets),
  };
  const context = { retryAfterMs, isApiAnswer: body !== undefined || page !== undefined, isOriginal };
  const { error, lock } = judgeRefusal(refusal, context);
  if (error !== undefined) return error;
  const lockMs = retryAfterMs ?? DEFAULT_LOCK_MS;
  return new FloodLockError(refusal, { kind: lock.kind, retryAfterMs: lockMs, until: new Date(Date.now() + lockMs) });
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
