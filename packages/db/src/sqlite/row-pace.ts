import { setImmediate as nextTurn } from "node:timers/promises";

/** Rows that statements of this process may touch between two turns of the event loop. */
const ROWS_PER_TURN = 500;
/** Rows that one statement may touch: reads and removals of more go in steps of this. */
export const ROWS_PER_STATEMENT = 250;

/** Statements run to their end on the event loop. Whoever runs many of them gives way in between. */
class RowPace {
  #spent = 0;

  /** Resolves when the next statement may run. */
  async makeWay(): Promise<void> {
    while (!this.hasRoom) await nextTurn();
  }

  get hasRoom(): boolean {
    return this.#spent + ROWS_PER_STATEMENT <= ROWS_PER_TURN;
  }

  /** `rows` is what a statement returned or changed; one that did neither took its time too. */
  spend(rows: number): void {
    if (this.#spent === 0) {
      setImmediate(() => {
        this.#spent = 0;
      });
    }
    this.#spent += Math.max(1, rows);
  }
}

/** One, as the event loop is: all connections of the process share it. */
export const rowPace = new RowPace();
