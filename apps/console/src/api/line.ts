import { isNetworkError, isServerError, isTimeoutError } from "@consigne/sdk";
import { sleep } from "@consigne/sdk/wait";

const LOOK_MS = 3000;
const GIVE_UP_MS = 10_000;

/** From a proxy whose server is unavailable, for example restarting. */
const GATEWAY: readonly number[] = [502, 504];
export const isOfGateway = (status: number): boolean => GATEWAY.includes(status);

export const isLineFailure = (error: unknown): boolean =>
  isNetworkError(error) || isTimeoutError(error) || (isServerError(error) && isOfGateway(error.status));

/**
 * Resolves once the server answers anything at all, or nobody waits any more; checks at once when the browser has a
 * network again.
 */
export async function serverAnswers(leaving?: AbortSignal): Promise<void> {
  while (leaving?.aborted !== true) {
    try {
      // A page that costs the server nothing.
      const signal = AbortSignal.timeout(GIVE_UP_MS);
      const { status } = await fetch("/x/v1/about", { method: "HEAD", cache: "no-store", signal });
      if (!isOfGateway(status)) return;
    } catch {
      // No answer.
    }
    await untilNextLook();
  }
}

async function untilNextLook(): Promise<void> {
  const online = new AbortController();
  const wake = () => online.abort();
  addEventListener("online", wake);
  await sleep(LOOK_MS, online.signal).catch(() => undefined);
  removeEventListener("online", wake);
}
