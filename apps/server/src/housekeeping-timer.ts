import type { Collector } from "@consigne/core";
import type { Logger } from "pino";

const INTERVAL_MS = 10 * 60_000;

/** Collects at the start and then regularly. Disposing waits for a running collection to stop. */
export function startHousekeeping(collector: Collector, logger: Logger): AsyncDisposable {
  const ending = new AbortController();
  let running = collect();
  const timer = setInterval(() => {
    running = running.then(collect);
  }, INTERVAL_MS);
  timer.unref();

  async function collect(): Promise<void> {
    if (ending.signal.aborted) return;
    try {
      const report = await collector.collect(ending.signal);
      logger.debug({ ...report }, "collected what had ended");
    } catch (error) {
      logger.error({ err: error }, "collection failed; it is tried again later");
    }
  }
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      ending.abort();
      await running;
    },
  };
}
