import type { NeededRight } from "../admission/admission.ts";
import type { Clock } from "../ports/clock.ts";
import type { Repositories } from "../ports/database.ts";
import type { Actor, Principal } from "./actor.ts";
import { requireAllowed } from "./decision.ts";
import { freshActor } from "./fresh-actor.ts";
import { can } from "./policy.ts";

/** The right is checked again if the last check is older than this. */
const ASK_AGAIN_MS = 5000;

/** What an interface knows about the reader of a list. */
export interface Reader {
  /** Aborts when nobody waits for the list any more: reading then stops. */
  signal?: AbortSignal | undefined;
  /** The right that the interface required. */
  needs?: NeededRight | undefined;
}

/**
 * The right to read a long list, which a slow reader uses for long: it is checked again, against the current state,
 * while the list is read and after every wait.
 */
export class ReadingRight {
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  readonly #ask: () => Promise<unknown>;
  #askedAtMs: number;

  /** @param ask throws when the right is gone; it was just checked */
  constructor(clock: Clock, signal: AbortSignal | undefined, ask: () => Promise<unknown>) {
    this.#clock = clock;
    this.#signal = signal;
    this.#ask = ask;
    this.#askedAtMs = this.#nowMs();
  }

  /** Call before each page is read. @throws what the policy says by now, and the reason of the signal */
  async readOn(): Promise<void> {
    this.#signal?.throwIfAborted();
    if (this.#nowMs() - this.#askedAtMs > ASK_AGAIN_MS) await this.askAgain();
  }

  /** Checks regardless of the last check: after a wait. @throws what the policy says by now */
  async askAgain(): Promise<void> {
    const nowMs = this.#nowMs();
    await this.#ask();
    this.#askedAtMs = nowMs;
  }

  #nowMs(): number {
    return this.#clock.elapsedMs?.() ?? this.#clock.now().getTime();
  }
}

/**
 * The caller as it is now, if it still has the right that its interface required.
 * @throws {DomainError} as `freshActor`; `customer-required`, `scope-missing` and whatever ended the key or account
 */
export async function readerNow(
  rows: Pick<Repositories, "accounts" | "apiKeys" | "sessions">,
  actor: Actor,
  needs: NeededRight | undefined,
  now: Date,
): Promise<Actor> {
  const caller = await freshActor(rows, actor);
  if (needs !== undefined)
    requireAllowed(can(caller, { action: "api.use", ...needs }, { now, linkPassword: "not-needed" }));
  return caller;
}

/**
 * The right to read a list about keys, accounts or the server. The operator's does not end.
 * @param ask asks the policy about the caller as it is then; throws when the right is gone
 */
export function rightOf(
  { database, clock }: { database: Pick<Repositories, "accounts" | "apiKeys" | "sessions">; clock: Clock },
  by: Principal,
  { signal, needs }: Reader,
  ask: (caller: Principal) => void,
): ReadingRight {
  return new ReadingRight(clock, signal, async () => {
    ask(by === "operator" ? by : await readerNow(database, by, needs, clock.now()));
  });
}

/** Pages of a list, each read only while the right lasts. */
export async function* whileRight<Page>(pages: AsyncGenerator<Page>, right: ReadingRight): AsyncGenerator<Page> {
  try {
    for (;;) {
      await right.readOn();
      const next = await pages.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await pages.return(undefined);
  }
}
