import type { TransactionOptions } from "@consigne/core";
import type { SqliteConnection } from "./sqlite-connection.ts";

/** Each of these three limits ends a group commit, so that the first transaction in it hardly waits for the others. */
const MOST_TOGETHER = 32;
const MOST_ROWS_TOGETHER = 250;
const LONGEST_TOGETHER_MS = 5;

interface Waiting {
  isBrief: boolean;
  begin(): void;
}

/** Transactions that share one commit. */
interface Together {
  count: number;
  readonly isBrief: boolean;
  readonly beganAtMs: number;
  /** Resolves when all of them are durable. */
  readonly ended: PromiseWithResolvers<void>;
  /** No other transaction arrived during the turn of the event loop in which it waited for others. */
  isDue: boolean;
}

/**
 * Gives writers the single write connection in order of arrival. A commit writes each changed page completely, and
 * consecutive transactions mostly change the same pages; so waiting brief transactions share one commit, as parts
 * (savepoints) of one SQLite transaction. Each can be rolled back by itself; all fail if the commit does.
 */
export class WriteQueue {
  readonly #connection: SqliteConnection;
  readonly #waiting: Waiting[] = [];
  #isTaken = false;
  #together: Together | undefined;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  /** For single statements, which are transactions by themselves. */
  async take(): Promise<void> {
    await this.#take(false);
    this.#connection.beginTurn();
  }

  /**
   * Hands the connection to the next caller at once; the previous one continues when what it read and changed is
   * durable, so that commits share flushes. This includes callers that changed nothing, since they may have read what
   * others had just committed.
   */
  async giveBack(): Promise<void> {
    this.#next();
    await this.#connection.settled();
  }

  /** @throws what `work` throws, once what it read is durable; {DatabaseError} */
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
      // The caller only awaits this after the rollback: until then a rejection would be unhandled, and end the process.
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

  /** The current holder of the connection commits when done. Never rejects. */
  async #commitDue(together: Together): Promise<void> {
    together.isDue = true;
    if (this.#isTaken || this.#together !== together) return;
    this.#isTaken = true;
    await this.#commit(together);
    this.#next();
  }

  /** Never rejects: all waiting callers get the error. */
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
    // A group that waits for more transactions is committed before anything else.
    if (!isBrief && this.#together !== undefined) await this.#commit(this.#together);
  }

  #next(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isTaken = false;
    else next.begin();
  }
}
