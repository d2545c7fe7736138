import type { ByteRefusal } from "./byte-request.ts";

/** Sent by a proxy in place of the server. */
export const GATEWAY: readonly number[] = [502, 504];
export const PAYLOAD_TOO_LARGE = 413;
/** Succeeds in a moment: for a part that another request is still sending, or bytes that were corrupted on the way. */
const PASSING: readonly number[] = [571, 572, 586];

/** Worth another attempt in a moment. */
export function isPassing({ status, number }: ByteRefusal): boolean {
  if (number !== undefined && PASSING.includes(number)) return true;
  return status === 429 || status === 500 || status === 503;
}
