import type { Clock as CoreClock } from "@consigne/core";
import { type Client, createClient } from "@consigne/sdk";
import { countedAnswers } from "./counted-answers.ts";
import { removeOldPace } from "./old-pace.ts";
import { sdkClock } from "./sdk-clock.ts";

/** Clients that nobody used for longest make room: what they know of the pace lies in files. */
const MOST_CLIENTS = 100;
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
    // Whoever asks now does not wait for it.
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
      // No time of a source counts, and each takes long in a zone that it chooses.
      timeZone: "UTC",
      // A clock of its own: what the library remembers by it goes with the client.
      pacing: { clock: sdkClock(clock), stateFolder, maxWaitMs: LONGEST_WAIT_MS, intervals: "wait" },
    });
  }
}
