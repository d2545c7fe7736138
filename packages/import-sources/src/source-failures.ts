import { ImportSourceError, SourceError } from "@consigne/core";
import {
  type ApiError,
  isAccessDeniedError,
  isApiError,
  isBadRequestError,
  isConflictError,
  isConsigneError,
  isFileDamagedError,
  isFloodLockError,
  isNotAuthenticatedError,
  isNotCustomerError,
  isNotFoundError,
  isNotSupportedError,
  isWrongPasswordError,
} from "@consigne/sdk";

/** Translates errors of the client library for an import; others are returned unchanged. */
export function sourceFailure(error: unknown): unknown {
  const guard = guardOf(error);
  if (guard !== undefined) return fromGuard(guard);
  if (!isConsigneError(error)) return error;
  const text = isApiError(error) ? numbered(error) : error.message;
  const cause = { cause: error };
  if (isFloodLockError(error)) {
    return new ImportSourceError(
      "locked",
      { code: "source-locked", text },
      {
        ...cause,
        retryAfterMs: error.retryAfterMs,
      },
    );
  }
  if (isNotAuthenticatedError(error) || isNotCustomerError(error)) {
    return new ImportSourceError("denied", { code: "source-key-refused", text }, cause);
  }
  if (isWrongPasswordError(error))
    return new ImportSourceError("denied", { code: "source-asks-password", text }, cause);
  const isOfOne = [
    isNotFoundError,
    isAccessDeniedError,
    isBadRequestError,
    isConflictError,
    isNotSupportedError,
    isFileDamagedError,
  ];
  if (isOfOne.some((is) => is(error))) return new ImportSourceError("missing", { code: "source-says", text }, cause);
  const retryAfterMs = isApiError(error) ? error.retryAfterMs : undefined;
  return new ImportSourceError("unavailable", { code: "source-unavailable", text }, { ...cause, retryAfterMs });
}

/** Only the source's message: the call, and the request id in the source's log, help nobody here. */
const numbered = ({ messageText, number }: ApiError): string =>
  number === undefined ? messageText : `${messageText} #${number}`;

/** The guard's own refusal, however deeply nested: it is worded for whoever gave the address. */
function guardOf(error: unknown): SourceError | undefined {
  for (let each = error, depth = 0; each instanceof Error && depth < 6; each = each.cause, depth += 1) {
    if (each instanceof SourceError) return each;
  }
  return undefined;
}

export function fromGuard(error: SourceError): ImportSourceError {
  const { failure, reason, isFinal, retryAfterMs } = error;
  if (failure === "refused") return new ImportSourceError("missing", reason, { cause: error });
  return new ImportSourceError(isFinal ? "denied" : "unavailable", reason, { retryAfterMs, cause: error });
}
