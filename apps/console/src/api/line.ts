import { isNetworkError, isServerError, isTimeoutError } from "@consigne/sdk";
import { sleep } from "@consigne/sdk/wait";

const LOOK_MS = 3000;
const GIVE_UP_MS = 10_000;

/** Of a proxy whose server is away, such as one that starts again. */
const GATEWAY: readonly number[] = [502, 504];
export const isOfGateway = (status: number): boolean => GATEWAY.includes(status);

export const isLineFailure = (error: unknown): boolean =>
  isNetworkError(error) || isTimeoutError(error) || (isServerError(error) && isOfGateway(error.status));

/**
 * Resolves once the server answers whatever it may be, or nobody waits any more; looks at once when the browser has a
 * network again.
 */
export async function serverAnswers(leaving?: AbortSignal): Promise<void> {
  while (leaving?.aborted !== true) {
    try {
      // Any page that costs it nothing.
      const signal = AbortSignal.timeout(GIVE_UP_MS);
      const { status } = await fetch("/x/v1/about", { method: "HEAD", cache: "no-store", signal });
      if (!isOfGateway(status)) return;
    } catch {
      // Nobody there.
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
