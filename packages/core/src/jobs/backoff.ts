const FIRST_MS = 5000;
export const LONGEST_BACKOFF_MS = 3_600_000;

/**
 * How long a job waits after attempt number `attempt` failed: twice as long each time, up to an hour, and partly
 * random, so that jobs that failed together do not retry together.
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const longest = Math.min(LONGEST_BACKOFF_MS, FIRST_MS * 2 ** (attempt - 1));
  return Math.round(longest * (0.5 + random() / 2));
}
