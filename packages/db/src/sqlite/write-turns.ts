import type { TransactionOptions } from "@consigne/core";
import type { SqliteConnection } from "./sqlite-connection.ts";

/** Of these three bounds each ends what is committed together, so that the first of it hardly waits for the others. */
const MOST_TOGETHER = 32;
const MOST_ROWS_TOGETHER = 250;
const LONGEST_TOGETHER_MS = 5;

interface Waiting {
  isBrief: boolean;
  begin(): void;
}

/** Transactions that one commit ends. */
interface Together {
  count: number;
  readonly isBrief: boolean;
  readonly beganAtMs: number;
  /** Resolves when all of them are durable. */
  readonly ended: PromiseWithResolvers<void>;
  /** Nobody came any more in the turn of the event loop in which it waited for others. */
  isDue: boolean;
}

/**
 * Who writes has the one connection that can in the order of asking. A commit writes each page that it changed, whole, and
 * what comes one after the other changes mostly the same pages; so brief transactions that wait share one commit, as parts
 * of one transaction of SQLite's (savepoints). Each is undone by itself; all fail where the commit does.
 */
export class WriteTurns {
  readonly #connection: SqliteConnection;
  readonly #waiting: Waiting[] = [];
  #isTaken = false;
  #together: Together | undefined;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  /** For statements that are transactions by themselves. */
  async take(): Promise<void> {
    await this.#take(false);
    this.#connection.beginTurn();
  }

  /**
   * The connection is the next one's at once, and who had it goes on when what it found and changed is durable: so commits
   * share flushes. Also who changed nothing, since it may have read what others had just committed.
   */
  async giveBack(): Promise<void> {
    this.#next();
    await this.#connection.settled();
  }

  /** @throws what `work` does, once what it found is durable; {DatabaseError} */
  async transaction<T>(work: () => Promise<T>, { isBrief = false }: TransactionOptions): Promise<T> {
    await this.#take(isBrief);
    try {
      return await (this.#together === undefined ? this.#first(work, isBrief) : this.#further(work));
    } finally {
      await this.#end();
    }
  }

  async #first<T>(work: () => Promise<T>, isBrief: boolean): Promise<T> {
    this.#connection.beginTurn();
    await this.#connection.begin();
    try {
      const result = await work();
      const ended = Promise.withResolvers<void>();
      // Whoever ends it waits for this only once it is undone: until then a failure would be nobody's, and end the process.
      ended.promise.catch(() => undefined);
      this.#together = { count: 0, isBrief, beganAtMs: performance.now(), ended, isDue: false };
      return result;
    } catch (error) {
      await this.#connection.rollback();
      throw error;
    }
  }

  async #further<T>(work: () => Promise<T>): Promise<T> {
    await this.#connection.beginPart();
    try {
      const result = await work();
      await this.#connection.endPart();
      return result;
    } catch (error) {
      await this.#connection.undoPart();
      throw error;
    }
  }

  async #end(): Promise<void> {
    const together = this.#together;
    if (together === undefined) return this.giveBack();
    together.count += 1;
    if (!this.#goesOn(together)) await this.#commit(together);
    else if (this.#waiting.length === 0) setImmediate(() => void this.#commitDue(together));
    this.#next();
    await together.ended.promise;
  }

  #goesOn({ count, isBrief, beganAtMs, isDue }: Together): boolean {
    if (!isBrief || isDue || this.#waiting[0]?.isBrief === false || count >= MOST_TOGETHER) return false;
    const { changedRows, isUndone } = this.#connection;
    return !isUndone && changedRows <= MOST_ROWS_TOGETHER && performance.now() - beganAtMs < LONGEST_TOGETHER_MS;
  }

  /** Who has the connection at that moment commits when it has done. Never rejects. */
  async #commitDue(together: Together): Promise<void> {
    together.isDue = true;
    if (this.#isTaken || this.#together !== together) return;
    this.#isTaken = true;
    await this.#commit(together);
    this.#next();
  }

  /** Never rejects: all who wait for it are told. */
  async #commit({ ended }: Together): Promise<void> {
    this.#together = undefined;
    try {
      await this.#connection.commit();
    } catch (error) {
      ended.reject(error);
      await this.#connection.rollback().catch(() => undefined);
      return;
    }
    ended.resolve(this.#connection.settled());
  }

  async #take(isBrief: boolean): Promise<void> {
    if (this.#isTaken) return new Promise<void>((begin) => this.#waiting.push({ isBrief, begin }));
    this.#isTaken = true;
    // What waits for others to join it is committed before anything else.
    if (!isBrief && this.#together !== undefined) await this.#commit(this.#together);
  }

  #next(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isTaken = false;
    else next.begin();
  }
}
