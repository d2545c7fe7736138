import type { CallOptions } from "../calls/api-caller.ts";
import { isApiError, isNotFoundError } from "../error-guards.ts";

/** `No file has been renamed`: what 1fichier.com says if the name is that already. */
const NOTHING_RENAMED = 312;

/** The answer; undefined if it was "not found" and an earlier attempt without an answer may have removed it. */
export async function goneIsDone<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isNotFoundError(error) && error.isAfterUnclearAttempt) return undefined;
    throw error;
  }
}

/**
 * As `goneIsDone`, for a call with several results: `call` makes it with options that report the response. An item that
 * `isToGo` and was not found counts as done if an earlier attempt may be the reason; nothing else is known of it then.
 */
export async function goneAreDone<Result extends { outcome: string; error?: { status: number } | undefined }>(
  options: CallOptions,
  call: (options: CallOptions) => Promise<readonly Result[]>,
  isToGo: (index: number) => boolean,
): Promise<(Result | { outcome: "done" })[]> {
  let isUnclear = false;
  const results = await call({
    ...options,
    onResponse: (response) => {
      isUnclear = response.isAfterUnclearAttempt;
      options.onResponse?.(response);
    },
  });
  const isDone = (result: Result, index: number) => isUnclear && isToGo(index) && result.error?.status === 404;
  return results.map((result, index) => (isDone(result, index) ? { outcome: "done" } : result));
}

/** As `goneIsDone`, for a name that is already what it was to become. */
export async function namedIsDone<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isApiError(error) && error.number === NOTHING_RENAMED && error.isAfterUnclearAttempt) return undefined;
    throw error;
  }
}
