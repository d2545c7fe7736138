import type { Clock as CoreClock } from "@consigne/core";
import { type Client, createClient } from "@consigne/sdk";
import { countedAnswers } from "./counted-answers.ts";
import { removeOldPace } from "./old-pace.ts";
import { sdkClock } from "./sdk-clock.ts";

/** Beyond this, the least recently used client is dropped: what it knows about the pace is in files. */
const MOST_CLIENTS = 100;
/** The job queue waits for longer locks. */
const LONGEST_WAIT_MS = 2000;
const RETRIES = 2;
/** Between two cleanups of what is known about hosts. */
const SWEEP_MS = 3_600_000;
/** About 75,000 files in one folder. */
const MOST_ANSWER_BYTES = 32 * 1024 * 1024;

export interface SourceClientsInput {
  /** Follows the rules for addresses from users. */
  fetch: typeof fetch;
  clock: CoreClock;
  /** Stores what is known about each host beyond the process. */
  stateFolder: string;
}

/** One client for each remote account, so that all calls to it share one pace. */
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
    // The current caller does not wait for it.
    void removeOldPace(this.#input.stateFolder, Date.now());
  }

  #make(url: string, apiKey: string | undefined): Client {
    const { fetch, clock, stateFolder } = this.#input;
    return createClient({
      url,
      apiKey,
      fetch: countedAnswers(fetch),
      retries: RETRIES,
      maxAnswerBytes: MOST_ANSWER_BYTES,
      // Times from sources are not used, and each takes long in a zone that the source chooses.
      timeZone: "UTC",
      // A separate clock: what the library remembers by it goes with the client.
      pacing: { clock: sdkClock(clock), stateFolder, maxWaitMs: LONGEST_WAIT_MS, intervals: "wait" },
    });
  }
}
