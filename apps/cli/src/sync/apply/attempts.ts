import type { FailureKind } from "../trees/remote-store.ts";
import type { RunRecord, SyncAction } from "./run-record.ts";

/** After this many consecutive calls that did not reach the host, the rest would not either. */
const HOPELESS_FAILURES = 3;

/** Runs the steps of a sync: a failure of one file is recorded and the run continues, any other failure ends it. */
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

  /** The step's result, or undefined if it failed only for these paths, or for lack of space and `onFull` is given. */
  async try<Result>(
    action: SyncAction,
    paths: readonly string[],
    step: () => Promise<Result>,
    onFull?: () => void,
  ): Promise<{ result: Result } | undefined> {
    this.#signal.throwIfAborted();
    try {
      const result = await step();
      this.#unreached = 0;
      return { result };
    } catch (error) {
      const kind = this.throwIfHopeless(error, onFull !== undefined);
      if (kind === "full" && onFull !== undefined) {
        onFull();
        return undefined;
      }
      for (const path of paths) this.#record.fail(action, path, error);
      return undefined;
    }
  }

  /** Classifies the failure. `goesOnWhenFull`: smaller files may still fit. */
  throwIfHopeless(error: unknown, goesOnWhenFull: boolean): FailureKind {
    this.#signal.throwIfAborted();
    const kind = this.#kindOf(error);
    this.#unreached = kind === "network" ? this.#unreached + 1 : 0;
    const isFull = kind === "full" && !goesOnWhenFull;
    if (kind === "fatal" || isFull || this.#unreached >= HOPELESS_FAILURES) throw error;
    return kind;
  }
}
