const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

/**
 * The wait before the next attempt: twice as long each time, and random within its upper half, so that many clients
 * that lost the same server do not come back at the same time. Never shorter than the server's `Retry-After`.
 */
export function retryDelayMs(failures: number, retryAfterMs: number | undefined, random = Math.random): number {
  const ceilingMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1));
  const ownMs = ceilingMs * (0.5 + random() / 2);
  return Math.round(Math.max(ownMs, retryAfterMs ?? 0));
}
