import { NetworkError, TimeoutError } from "../errors.ts";

/** No answer, or an incomplete one: another attempt may succeed. */
export const isConnectionFailure = (error: unknown): error is NetworkError | TimeoutError =>
  error instanceof NetworkError || error instanceof TimeoutError;
