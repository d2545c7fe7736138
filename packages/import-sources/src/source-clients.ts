import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clock as CoreClock } from "@consigne/core";
import { type Client, createClient } from "@consigne/sdk";
import { countedAnswers } from "./counted-answers.ts";
import { removeOldPace } from "./old-pace.ts";
import { sdkClock } from "./sdk-clock.ts";

/** Clients that nobody used for longest make room: what they know of the pace lies in files. */
const MOST_CLIENTS = 100;
/** No lock lasts longer, and what keeps two calls apart is shorter. */
const KEPT_STATE_MS = 7 * 24 * 3_600_000;
const SWEEP_EVERY_MS = 24 * 3_600_000;
/** A longer lock is waited for by the queue of jobs. */
const LONGEST_WAIT_MS = 2000;
const RETRIES = 2;
/** Between two looks at what is known of hosts. */
const SWEEP_MS = 3_600_000;
/** Some 75,000 files of one folder. */
const MOST_ANSWER_BYTES = 32 * 1024 * 1024;

export interface SourceClientsInput {
  /** Keeps to the rules for addresses that users give. */
  fetch: typeof fetch;
  clock: CoreClock;
  /** What is known of each host outlives the process here. */
  stateFolder: string;
}

/** One client for each account elsewhere, so that everything this server asks of it keeps to one pace. */
export class SourceClients {
  readonly #input: SourceClientsInput;
  readonly #clients = new Map<string, Client>();
  #sweptAtMs = -Infinity;

  constructor(input: SourceClientsInput) {
    this.#input = input;
  }

  clientFor(url: string, apiKey: string | undefined): Client {
    this.#sweep();
    const name = JSON.stringify([new URL(url).href, apiKey]);
    const client = this.#clients.get(name) ?? this.#make(url, apiKey);
    this.#clients.delete(name);
    this.#clients.set(name, client);
    for (const oldest of this.#clients.keys()) {
      if (this.#clients.size <= MOST_CLIENTS) break;
      this.#clients.delete(oldest);
    }
    return client;
  }

  #sweep(): void {
    if (performance.now() - this.#sweptAtMs < SWEEP_MS) return;
    this.#sweptAtMs = performance.now();
    // Of no use to whoever asks now: what cannot be removed goes the next time.
    void removeOldPace(this.#input.stateFolder, Date.now()).catch(() => undefined);
  }

  #make(url: string, apiKey: string | undefined): Client {
    const { fetch, clock, stateFolder } = this.#input;
    const nowMs = clock.now().getTime();
    if (nowMs - this.#sweptAtMs > SWEEP_EVERY_MS) {
      this.#sweptAtMs = nowMs;
      void removeOldState(stateFolder, nowMs - KEPT_STATE_MS);
    }
    return createClient({
      url,
      apiKey,
      fetch: countedAnswers(fetch),
      retries: RETRIES,
      maxAnswerBytes: MOST_ANSWER_BYTES,
      // No time of a source counts, and each takes long in a zone that it chooses.
      timeZone: "UTC",
      // A clock of its own: what the library remembers by it goes with the client.
      pacing: { clock: sdkClock(clock), stateFolder, maxWaitMs: LONGEST_WAIT_MS, intervals: "wait" },
    });
  }
}

/** What is known of hosts that nobody asked since; there is one more with each host that users name. */
export async function removeOldState(folder: string, beforeMs: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => each.startsWith("pace-"))) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && found.mtimeMs < beforeMs) await rm(path, { force: true }).catch(() => undefined);
  }
}
