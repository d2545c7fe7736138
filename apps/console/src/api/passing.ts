import type { ByteRefusal } from "./byte-request.ts";

/** Of what a proxy says in place of the server. */
export const GATEWAY: readonly number[] = [502, 504];
export const PAYLOAD_TOO_LARGE = 413;
/** Taken in a moment, such as a part that comes by another request still, and bytes that were changed on their way. */
const PASSING: readonly number[] = [571, 572, 586];

/** Worth to be sent once more in a moment. */
export function isPassing({ status, number }: ByteRefusal): boolean {
  if (number !== undefined && PASSING.includes(number)) return true;
  return status === 429 || status === 500 || status === 503;
}
