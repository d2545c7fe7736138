import { wireErrors } from "@consigne/contract/wire-errors";
import {
  AccessDeniedError,
  ApiError,
  BadRequestError,
  FloodLockError,
  NotAuthenticatedError,
  NotFoundError,
  NotSupportedError,
  QuotaError,
  ServerError,
} from "../errors.ts";
import { isConnectionFailure } from "../platform/connection-failure.ts";

/** The server has other bytes, or the upload has ended there. */
export class StartOver extends Error {
  override name = "StartOver";
}

export const hasNumber = (error: unknown, name: keyof typeof wireErrors): boolean =>
  error instanceof ApiError && error.number === wireErrors[name].number;

/** @throws {StartOver} this upload cannot be completed */
export function requireSameUpload(error: unknown): void {
  if (error instanceof StartOver) throw error;
  if (hasNumber(error, "uploadNotFound")) throw new StartOver("the upload has ended on the server");
  if (hasNumber(error, "uploadPartDiffers")) throw new StartOver("a part came with other bytes");
}

/**
 * A single request may work, or gives a better reason why not: a shared folder, a name, a server that no longer
 * supports parts.
 */
export function isForOneRequest(error: unknown): error is ApiError {
  if (hasNumber(error, "fileTooLarge")) return false;
  const isOther = [NotFoundError, NotSupportedError, BadRequestError].some((kind) => error instanceof kind);
  return isOther || hasNumber(error, "tooManyUploads");
}

/** What arrived is of use to the next attempt. */
export function isForLater(error: unknown, signal: AbortSignal | undefined): boolean {
  if (signal?.aborted === true || isConnectionFailure(error)) return true;
  return [ServerError, FloodLockError, QuotaError, NotAuthenticatedError, AccessDeniedError].some(
    (kind) => error instanceof kind,
  );
}
