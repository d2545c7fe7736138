import type { ChangeRepository } from "./change-repository.ts";

/** How quickly a change is noticed. One read covers all watched accounts, and also sees changes by other processes. */
const LOOK_MS = 500;

interface WatchedAccount {
  latest: number;
  streams: number;
  readonly waiting: Set<() => void>;
}

/** Notifies event streams when something changed in their accounts. Only reads the database while streams are open. */
export class ChangeWatch {
  readonly #changes: Pick<ChangeRepository, "listLatest">;
  readonly #accounts = new Map<string, WatchedAccount>();
  #isLooking = false;

  constructor({ changes }: { changes: Pick<ChangeRepository, "listLatest"> }) {
    this.#changes = changes;
  }

  watch(accountId: string): WatchOfAccount {
    const account = this.#accounts.get(accountId) ?? { latest: 0, streams: 0, waiting: new Set() };
    account.streams += 1;
    this.#accounts.set(accountId, account);
    if (!this.#isLooking) this.#lookLater();
    return {
      waitBeyond: (number, ms, signal) => waitIn(account, number, ms, signal),
      [Symbol.dispose]: () => {
        account.streams -= 1;
        if (account.streams === 0) this.#accounts.delete(accountId);
      },
    };
  }

  #lookLater(): void {
    this.#isLooking = true;
    setTimeout(() => void this.#look(), LOOK_MS).unref();
  }

  async #look(): Promise<void> {
    const watched = new Map(this.#accounts);
    try {
      const found =
        watched.size === 0 ? new Map<string, number>() : await this.#changes.listLatest([...watched.keys()]);
      for (const [accountId, account] of watched) {
        const latest = found.get(accountId) ?? 0;
        if (latest <= account.latest) continue;
        account.latest = latest;
        wake(account);
      }
    } catch {
      // The streams will see the error when they read.
      for (const account of watched.values()) wake(account);
    }
    this.#isLooking = false;
    if (this.#accounts.size > 0) this.#lookLater();
  }
}

export interface WatchOfAccount extends Disposable {
  /** Resolves when there is a higher number, after `ms`, or when `signal` aborts. */
  waitBeyond(number: number, ms: number, signal: AbortSignal): Promise<void>;
}

function wake({ waiting }: WatchedAccount): void {
  for (const resolve of waiting) resolve();
}

function waitIn(account: WatchedAccount, number: number, ms: number, signal: AbortSignal): Promise<void> {
  if (account.latest > number || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", settle);
      account.waiting.delete(settle);
      resolve();
    };
    const timer = setTimeout(settle, ms);
    signal.addEventListener("abort", settle);
    account.waiting.add(settle);
  });
}
