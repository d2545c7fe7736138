import {
  ApiError,
  type Arrival,
  FileDamagedError,
  IncompleteAnswerError,
  NetworkError,
  TimeoutError,
} from "../errors.ts";

/** Whether another attempt may succeed. */
export function isPassing(error: unknown): boolean {
  if (error instanceof NetworkError) {
    return !error.isUntrusted && !error.isWithoutTls && !error.isBlocked && !error.isRefusedByProxy;
  }
  if (error instanceof TimeoutError || error instanceof IncompleteAnswerError) return true;
  if (error instanceof FileDamagedError) return false;
  return error instanceof ApiError && [408, 425, 500, 502, 503, 504, 509].includes(error.status);
}

/** Whether the server may have carried the call out anyway. A 503 says that it did not. */
export function mayHaveBeenDone(error: unknown): boolean {
  if (error instanceof NetworkError) return !error.isUnsent;
  return error instanceof TimeoutError || (error instanceof ApiError && error.status !== 503 && error.status !== 425);
}

/** Progress of a file that is still being uploaded: being told to wait for it is not a failure. */
export const arrivalOf = (error: unknown): Arrival | undefined =>
  error instanceof ApiError ? error.arrival : undefined;
