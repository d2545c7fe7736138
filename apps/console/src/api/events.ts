import type { AccountEvent } from "@consigne/sdk";
import { sleep } from "@consigne/sdk/wait";
import { client } from "./client.ts";

const CHANNEL = "consigne-events";
/** A machine that slept for longer has lost its connections, and does not notice by itself. */
const SLEPT_MS = 30_000;
const LOOK_MS = 5000;
/** Before another try where a try would go no better now: a session that has ended, a plan without the API. */
const HOPELESS_MS = 60_000;

/**
 * Tells what changes in the account until the returned function is called. All windows of the browser share one stream,
 * since it has six connections for all of them: whoever holds the lock reads it and passes on what it hears, and another one
 * takes over from there when that window closes. Where there are no locks, over plain http, each window has a stream as long
 * as it can be seen.
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
  // Ends with the page alone.
  watching.catch(() => undefined);
  return () => {
    leaving.abort();
    channel.close();
  };
}

/** The last event that was heard, by whichever window. */
interface Seen {
  last: string;
}

/**
 * What the page shows it has asked for after its own answer, in which the server tells the number of the last change. 0 from
 * Vite: all changes that are known are told.
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

/** Aborts when the machine has slept, or has a network again. */
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

/** Does the work while the page can be seen, again each time. */
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
