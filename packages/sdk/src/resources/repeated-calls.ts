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

/** The same for a name that is what it was to become. */
export async function namedIsDone<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isApiError(error) && error.number === NOTHING_RENAMED && error.isAfterUnclearAttempt) return undefined;
    throw error;
  }
}
