import type * as errors from "./errors.ts";

/**
 * Guards go by name and not by class: two copies of this library in one program still recognise each other's errors.
 */
const namesOfApiErrors = new Set([
  "ApiError",
  "FloodLockError",
  "NotFoundError",
  "WrongPasswordError",
  "AccessDeniedError",
  "NotAuthenticatedError",
  "NotCustomerError",
  "NotSupportedError",
  "ConflictError",
  "QuotaError",
  "FileDamagedError",
  "BadRequestError",
  "ServerError",
]);
const namesOfAll = new Set([
  ...namesOfApiErrors,
  "ConsigneError",
  "NetworkError",
  "TimeoutError",
  "TooLargeError",
  "UploadFailedError",
  "DownloadFailedError",
  "ChecksumMismatchError",
  "LocalFileError",
]);

const hasName = (error: unknown, name: string): boolean => ours(error)?.name === name;
const ours = (error: unknown): errors.ConsigneError | undefined =>
  error instanceof Error && namesOfAll.has(error.name) && typeof Reflect.get(error, "code") === "string"
    ? (error as errors.ConsigneError)
    : undefined;

/** Any error of this library. */
export const isConsigneError = (error: unknown): error is errors.ConsigneError => ours(error) !== undefined;
/** Any error answer of the server, including the more specific kinds. */
export const isApiError = (error: unknown): error is errors.ApiError => namesOfApiErrors.has(ours(error)?.name ?? "");
export const isFloodLockError = (error: unknown): error is errors.FloodLockError => hasName(error, "FloodLockError");
export const isNotFoundError = (error: unknown): error is errors.NotFoundError => hasName(error, "NotFoundError");
export const isWrongPasswordError = (error: unknown): error is errors.WrongPasswordError =>
  hasName(error, "WrongPasswordError");
export const isAccessDeniedError = (error: unknown): error is errors.AccessDeniedError =>
  hasName(error, "AccessDeniedError");
export const isNotAuthenticatedError = (error: unknown): error is errors.NotAuthenticatedError =>
  hasName(error, "NotAuthenticatedError");
export const isNotCustomerError = (error: unknown): error is errors.NotCustomerError =>
  hasName(error, "NotCustomerError");
export const isNotSupportedError = (error: unknown): error is errors.NotSupportedError =>
  hasName(error, "NotSupportedError");
export const isConflictError = (error: unknown): error is errors.ConflictError => hasName(error, "ConflictError");
export const isFileDamagedError = (error: unknown): error is errors.FileDamagedError =>
  hasName(error, "FileDamagedError");
export const isQuotaError = (error: unknown): error is errors.QuotaError => hasName(error, "QuotaError");
export const isBadRequestError = (error: unknown): error is errors.BadRequestError => hasName(error, "BadRequestError");
export const isServerError = (error: unknown): error is errors.ServerError => hasName(error, "ServerError");
export const isNetworkError = (error: unknown): error is errors.NetworkError => hasName(error, "NetworkError");
export const isTimeoutError = (error: unknown): error is errors.TimeoutError => hasName(error, "TimeoutError");
export const isTooLargeError = (error: unknown): error is errors.TooLargeError => hasName(error, "TooLargeError");
export const isUploadFailedError = (error: unknown): error is errors.UploadFailedError =>
  hasName(error, "UploadFailedError");
export const isDownloadFailedError = (error: unknown): error is errors.DownloadFailedError =>
  hasName(error, "DownloadFailedError");
export const isChecksumMismatchError = (error: unknown): error is errors.ChecksumMismatchError =>
  hasName(error, "ChecksumMismatchError");
export const isLocalFileError = (error: unknown): error is errors.LocalFileError => hasName(error, "LocalFileError");
