import { setTimeout as sleep } from "node:timers/promises";

const PATIENCE_MS = 60_000;
const BETWEEN_LOOKS_MS = 50;

/**
 * Retries until there is a result. While `look` throws there is none: a changing page, for example, may be queried at
 * any moment.
 * @param what the error says what was waited for
 */
export async function until<Found>(what: string, look: () => Promise<Found | undefined>): Promise<Found> {
  let reason: unknown;
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(BETWEEN_LOOKS_MS)) {
    try {
      const found = await look();
      if (found !== undefined) return found;
      reason = undefined;
    } catch (error) {
      reason = error;
    }
  }
  throw new Error(`Waited in vain for ${what}`, { cause: reason });
}
