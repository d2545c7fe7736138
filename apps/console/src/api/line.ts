import { isNetworkError, isTimeoutError } from "@consigne/sdk";
import { sleep } from "@consigne/sdk/wait";

const LOOK_MS = 3000;
const GIVE_UP_MS = 10_000;

export const isLineFailure = (error: unknown): boolean => isNetworkError(error) || isTimeoutError(error);

/** Resolves once the server answers whatever it may be; looks at once when the browser has a network again. */
export async function serverAnswers(): Promise<void> {
  for (;;) {
    try {
      // Any page that costs it nothing.
      await fetch("/x/v1/about", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(GIVE_UP_MS) });
      return;
    } catch {
      await untilNextLook();
    }
  }
}

async function untilNextLook(): Promise<void> {
  const online = new AbortController();
  const wake = () => online.abort();
  addEventListener("online", wake);
  await sleep(LOOK_MS, online.signal).catch(() => undefined);
  removeEventListener("online", wake);
}
