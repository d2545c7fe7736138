import type { FailureKind } from "./remote-store.ts";
import type { RunRecord, SyncAction } from "./run-record.ts";

/** After this many calls in a row that did not reach the host, the rest would not either. */
const HOPELESS_FAILURES = 3;

/** Runs the steps of a sync: a failure that concerns one file is noted and the run goes on, another one ends it. */
export class Attempts {
  readonly #record: RunRecord;
  readonly #kindOf: (error: unknown) => FailureKind;
  readonly #signal: AbortSignal;
  #unreached = 0;

  constructor(record: RunRecord, kindOf: (error: unknown) => FailureKind, signal: AbortSignal) {
    this.#record = record;
    this.#kindOf = kindOf;
    this.#signal = signal;
  }

  /** The step's result, or undefined when it failed for these paths alone. */
  async try<Result>(
    action: SyncAction,
    paths: readonly string[],
    step: () => Promise<Result>,
  ): Promise<{ result: Result } | undefined> {
    this.#signal.throwIfAborted();
    try {
      const result = await step();
      this.#unreached = 0;
      return { result };
    } catch (error) {
      this.throwIfHopeless(error);
      for (const path of paths) this.#record.fail(action, path, error);
      return undefined;
    }
  }

  throwIfHopeless(error: unknown): void {
    this.#signal.throwIfAborted();
    const kind = this.#kindOf(error);
    this.#unreached = kind === "network" ? this.#unreached + 1 : 0;
    if (kind === "fatal" || this.#unreached >= HOPELESS_FAILURES) throw error;
  }
}
