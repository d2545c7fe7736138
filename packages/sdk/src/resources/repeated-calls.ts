import type { CallOptions } from "../calls/api-caller.ts";
import { isApiError, isNotFoundError } from "../error-guards.ts";

/** `No file has been renamed`, 1fichier.com's words when the name is that already. */
const NOTHING_RENAMED = 312;

/**
 * The answer, or undefined when it was "not found" and an earlier attempt, whose end nobody saw, may be why: what was to
 * go is gone.
 */
export async function goneIsDone<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isNotFoundError(error) && error.isAfterUnclearAttempt) return undefined;
    throw error;
  }
}

/**
 * As `goneIsDone`, for a call that answers for each of several: `call` makes it with options that tell of the answer.
 * What `isToGo` and was not found is done where an earlier attempt may be why; nothing else is known of it then.
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

/** The same for a name that is what it was to become. */
export async function namedIsDone<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isApiError(error) && error.number === NOTHING_RENAMED && error.isAfterUnclearAttempt) return undefined;
    throw error;
  }
}
