import type { AccountEvent } from "@consigne/sdk";
import { sleep } from "@consigne/sdk/wait";
import { client } from "./client.ts";

const CHANNEL = "consigne-events";
/** After sleeping longer than this, a machine has lost its connections without noticing. */
const SLEPT_MS = 30_000;
const LOOK_MS = 5000;
/**
 * Delay before another attempt that cannot succeed soon: after the session has ended, or with a plan without the API.
 */
const HOPELESS_MS = 60_000;

/**
 * Reports changes in the account until the returned function is called. All windows of the browser share one stream,
 * since the browser has six connections for all of them: the window with the lock reads it and passes events on, and
 * when it closes another one takes over. Without locks, over plain http, each window has a stream while it is visible.
 */
export function watchAccount(tell: (event: AccountEvent) => void): () => void {
  const leaving = new AbortController();
  const seen: Seen = { last: numberOfPage() };
  const channel = new BroadcastChannel(CHANNEL);
  const hear = (event: AccountEvent) => {
    seen.last = event.id;
    tell(event);
  };
  channel.addEventListener("message", ({ data }: MessageEvent<AccountEvent>) => hear(data));
  const pass = (event: AccountEvent) => {
    hear(event);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no origin but its own
    channel.postMessage(event);
  };
  const { locks } = navigator as { locks?: LockManager };
  const watching =
    locks === undefined
      ? whileVisible((signal) => follow(seen, hear, signal), leaving.signal)
      : locks.request(CHANNEL, { signal: leaving.signal }, () => follow(seen, pass, leaving.signal));
  // Only ends with the page.
  watching.catch(() => undefined);
  return () => {
    leaving.abort();
    channel.close();
  };
}

/** The last event seen by any window. */
interface Seen {
  last: string;
}

/**
 * The page contains the number of the last change, and requests everything that it shows afterwards, so it misses no
 * change. 0 under Vite: all known changes are reported.
 */
const numberOfPage = (): string => document.querySelector<HTMLMetaElement>("meta[name=changes]")?.content ?? "0";

async function follow(seen: Seen, tell: (event: AccountEvent) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    using waking = new Waking();
    const ending = AbortSignal.any([signal, waking.signal]);
    try {
      for await (const event of client.events({ after: seen.last, signal: ending })) tell(event);
    } catch {
      if (!ending.aborted) await sleep(HOPELESS_MS, signal).catch(() => undefined);
    }
  }
}

/** Aborts when the machine wakes up, or has a network again. */
class Waking implements Disposable {
  readonly #waking = new AbortController();
  readonly #timer: ReturnType<typeof setInterval>;
  #lookedAt = Date.now();

  constructor() {
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    addEventListener("online", this.#wake);
  }

  get signal(): AbortSignal {
    return this.#waking.signal;
  }

  #look(): void {
    const now = Date.now();
    if (now - this.#lookedAt > SLEPT_MS + LOOK_MS) this.#wake();
    this.#lookedAt = now;
  }

  readonly #wake = (): void => this.#waking.abort();

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    removeEventListener("online", this.#wake);
  }
}

/** Does the work while the page is visible, again each time. */
async function whileVisible(work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await visibility("visible", signal);
    const hiding = new AbortController();
    void visibility("hidden", signal).then(() => hiding.abort());
    await work(AbortSignal.any([signal, hiding.signal]));
  }
}

function visibility(wanted: DocumentVisibilityState, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (document.visibilityState !== wanted && !signal.aborted) return;
      document.removeEventListener("visibilitychange", look);
      signal.removeEventListener("abort", look);
      resolve();
    };
    document.addEventListener("visibilitychange", look);
    signal.addEventListener("abort", look);
    look();
  });
}
