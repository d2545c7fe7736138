/** Rows that statements of this process may touch between two turns of the event loop. */
const ROWS_PER_TURN = 500;
/** Rows that one statement may touch: larger reads and removals are split into steps of this. */
export const ROWS_PER_STATEMENT = 250;
/** This many characters count as a row: 500 rows make 256 KiB. */
const CHARACTERS_PER_ROW = 512;
/** Measured from the first statement of a turn, whatever the rows are and whatever is done with them in between. */
const TURN_MS = 8;

/**
 * Statements run synchronously on the event loop. A caller that runs many of them yields in between, to everything else
 * and to other callers' statements: those that had to wait run in order of arrival, one each.
 */
class RowPace {
  #spent = 0;
  #beganAtMs = 0;
  readonly #waiting: (() => void)[] = [];

  /** Runs a statement, immediately if this turn has room for it. */
  run<T>(statement: () => T): T | Promise<T> {
    if (this.#hasRoom && this.#waiting.length === 0) return this.#runNow(statement);
    return new Promise((resolve) => {
      // The async function turns an exception into a rejection.
      this.#waiting.push(() => resolve((async () => statement())()));
    });
  }

  /**
   * Called by statements: `rows` were returned or changed; zero counts too, because it also took time. `characters` are
   * those of the texts in rows and parameters.
   */
  spend(rows: number, characters: number): void {
    if (this.#spent === 0) setImmediate(() => this.#beginTurn());
    this.#spent += Math.max(1, rows, Math.ceil(characters / CHARACTERS_PER_ROW));
  }

  #runNow<T>(statement: () => T): T {
    if (this.#spent === 0) this.#beganAtMs = performance.now();
    return statement();
  }

  get #hasRoom(): boolean {
    if (this.#spent === 0) return true;
    return this.#spent + ROWS_PER_STATEMENT <= ROWS_PER_TURN && performance.now() - this.#beganAtMs < TURN_MS;
  }

  #beginTurn(): void {
    this.#spent = 0;
    // What follows a statement runs after all of these, so that nobody gets two turns while somebody else gets none.
    while (this.#hasRoom) {
      const statement = this.#waiting.shift();
      if (statement === undefined) return;
      this.#runNow(statement);
    }
  }
}

/** A single one, like the event loop: all connections of the process share it. */
export const rowPace = new RowPace();
