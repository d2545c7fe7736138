import { sleep } from "@consigne/sdk/wait";

/** A running server answers sooner, unless the browser has no connection left for the request. */
const HELD_UP_MS = 5000;
/**
 * A download is redirected before it keeps a connection, and a slow server redirects late: a single early request would
 * get its answer before.
 */
const LOOKS_AFTER_MS = [1000, 10_000, 30_000];

let started = 0;

/**
 * Called when a download has been started: whether it leaves no connection for other requests. Without HTTP/2 a browser
 * has six connections to a server, each download takes one of them until it ends, and no other request gets through
 * meanwhile. An unreachable server refuses connections, which is reported elsewhere. The answer takes up to a minute, and
 * is false if another download is started meanwhile, whose call has the answer for both.
 */
export async function becomesHeldUp(): Promise<boolean> {
  const [visit] = performance.getEntriesByType("navigation");
  if (!(visit instanceof PerformanceNavigationTiming) || visit.nextHopProtocol !== "http/1.1") return false;
  const own = ++started;
  for (const ms of LOOKS_AFTER_MS) {
    await sleep(ms);
    if (started !== own) return false;
    if (await isHeldUp()) return true;
  }
  return false;
}

async function isHeldUp(): Promise<boolean> {
  const late = AbortSignal.timeout(HELD_UP_MS);
  await fetch("/x/v1/about", { method: "HEAD", cache: "no-store", signal: late }).catch(() => undefined);
  return late.aborted;
}
