import { NetworkError, TimeoutError } from "../errors.ts";

/** No answer, or half of one: another attempt may go better. */
export const isConnectionFailure = (error: unknown): error is NetworkError | TimeoutError =>
  error instanceof NetworkError || error instanceof TimeoutError;
