import { DatabaseError } from "@consigne/core";
import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely";
import { setTimeout as sleep } from "node:timers/promises";
import type { CommitFlushes } from "./commit-flushes.ts";
import type { LogKeeper } from "./log-keeper.ts";
import { rowPace } from "./row-pace.ts";
import { closedError, isBusy, translateSqliteError } from "./sqlite-errors.ts";
import { SqliteHandle } from "./sqlite-handle.ts";

const LONGEST_PAUSE_MS = 50;
/** After a timeout for a lock, waiting callers do not each wait as long again. */
const FURTHER_WAIT_MS = 250;

const BEGIN = "begin immediate";
const COMMIT = "commit";
const ROLLBACK = "rollback";
/** For a part of a transaction that can be rolled back on its own. */
const BEGIN_PART = "savepoint part";
const END_PART = "release part";
const UNDO_PART = "rollback to part";
/** Changes with each commit by another connection, including those of other processes. */
const VERSION = "pragma data_version";
/** SQLite does not count changed rows for these, and returns the number of the previous statement. */
const UNCOUNTED: ReadonlySet<string> = new Set([BEGIN, COMMIT, ROLLBACK, BEGIN_PART, END_PART, UNDO_PART]);

export interface SqliteConnectionOptions {
  path: string;
  /** How long a statement may wait for other processes, in milliseconds. */
  busyTimeoutMs: number;
  /** For a file that nobody can write, without its log: read as it is. */
  isImmutable?: boolean;
}

interface StatementOptions {
  /** It changes nothing that reads kept within transactions could find. */
  isApart?: boolean;
}

/** One connection with its prepared statements. Statements run synchronously; only waiting for a lock is asynchronous. */
export class SqliteConnection implements DatabaseConnection {
  readonly path: string;
  /**
   * Called before anything else runs when other connections may find other rows from now on, except rows that are
   * apart.
   */
  onVisible: (() => void) | undefined;
  /** Called before a transaction begins and before it is committed; if it throws, the transaction is rolled back. */
  beforeWriting: (() => void) | undefined;
  /** Only for a connection that writes. */
  keeper: LogKeeper | undefined;
  /** Only for a connection whose commits are not durable by themselves. */
  flushes: CommitFlushes | undefined;
  readonly #handle: SqliteHandle;
  readonly #busyTimeoutMs: number;
  #isWithinTransaction = false;
  /** Rows changed and not committed yet. */
  #changedRows = 0;
  /** The same number when the current part began. */
  #changedBeforePart = 0;
  /** Whether a statement since the last commit was `isMoving`. */
  #isMoved = false;
  #moment = 0;
  #versionOfOthers: number | undefined;
  /** The error that made SQLite roll back the current transaction. */
  #undoing: DatabaseError | undefined;
  /** Number of commits of this connection when this turn began. */
  #commitsBefore = 0;
  /** Since when the file has been busy without interruption. */
  #busySince: number | undefined;

  constructor(options: SqliteConnectionOptions) {
    this.path = options.path;
    this.#busyTimeoutMs = options.busyTimeoutMs;
    this.#handle = new SqliteHandle(options.path, options);
  }

  /** The handle for statements, read for each one. */
  protected get handle(): SqliteHandle {
    return this.#handle;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.execute(query.sql, query.parameters);
  }

  /**
   * Runs one statement, after yielding to everything else in the process when many rows were touched, and waiting for
   * other processes as long as allowed.
   * @throws {DatabaseError | ConstraintError}
   */
  async execute<R>(
    sql: string,
    parameters: readonly unknown[] = [],
    options: StatementOptions = {},
  ): Promise<QueryResult<R>> {
    try {
      const result = await rowPace.run(() => this.#run<R>(sql, parameters, options));
      this.#busySince = undefined;
      return result;
    } catch (error) {
      if (!isBusy(error)) throw this.#translate(error);
    }
    return this.#runWhenFree(sql, parameters, options);
  }

  // oxlint-disable-next-line require-yield -- nothing here reads a result in pieces, and a cursor would hold the only connection
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("Streaming is not offered: list in pages instead.");
  }

  /** Takes the write lock at once: a transaction that reads first might not get it when it comes to write. */
  async begin(): Promise<void> {
    await this.keeper?.waitForRoom();
    await this.execute(BEGIN);
    this.#isWithinTransaction = true;
    try {
      const version = this.handle.ask<{ data_version: number }>(VERSION)?.data_version;
      if (version !== this.#versionOfOthers) this.#moment++;
      this.#versionOfOthers = version;
    } catch (error) {
      await this.rollback();
      throw this.#translate(error);
    }
  }

  async commit(): Promise<void> {
    await this.execute(COMMIT);
    this.#isWithinTransaction = false;
  }

  async rollback(): Promise<void> {
    this.#isWithinTransaction = false;
    // SQLite rolls back a transaction by itself after a full disk or a failed write.
    if (this.handle.isOpen && this.handle.isTransaction) await this.execute(ROLLBACK);
    this.#changedRows = 0;
    this.#undoing = undefined;
  }

  /** Begins a part of a transaction shared with others: `undoPart` rolls back what follows. */
  async beginPart(): Promise<void> {
    await this.execute(BEGIN_PART);
    this.#changedBeforePart = this.#changedRows;
  }

  async endPart(): Promise<void> {
    await this.execute(END_PART);
  }

  /** Does nothing if the whole transaction is rolled back, which the commit then reports to everybody. */
  async undoPart(): Promise<void> {
    if (!this.handle.isOpen || this.isUndone) return;
    await this.execute(UNDO_PART);
    await this.execute(END_PART);
    this.#changedRows = this.#changedBeforePart;
  }

  /** SQLite rolled back the current transaction, as after a full disk or a failed write. */
  get isUndone(): boolean {
    return this.#isWithinTransaction && this.handle.isOpen && !this.handle.isTransaction;
  }

  /** In the current transaction; 0 outside of one. */
  get changedRows(): number {
    return this.#changedRows;
  }

  /**
   * Unchanged as long as transactions of this connection would find the same rows again: no statement has changed any,
   * nothing was rolled back, and nobody else has committed.
   */
  get moment(): number {
    return this.#moment;
  }

  /** Something committed on this connection is not durable yet. */
  get isWaiting(): boolean {
    return this.flushes?.isWaiting ?? false;
  }

  /** The current holder of the connection has changed nothing yet. */
  beginTurn(): void {
    this.#commitsBefore = this.flushes?.commits ?? 0;
  }

  /**
   * Resolves when everything committed on this connection so far is durable.
   * @throws {DatabaseError} if it cannot be: `read-only` if nothing was committed in this turn
   */
  async settled(): Promise<void> {
    await this.flushes?.settled(this.#commitsBefore);
  }

  /** The single row of a statement that touches no others. @throws what SQLite throws */
  readNow<R>(sql: string): R | undefined {
    return this.handle.ask<R>(sql);
  }

  close(): void {
    this.#handle.close();
  }

  async #runWhenFree<R>(
    sql: string,
    parameters: readonly unknown[],
    options: StatementOptions,
  ): Promise<QueryResult<R>> {
    const now = performance.now();
    this.#busySince ??= now;
    const deadline = Math.max(
      this.#busySince + this.#busyTimeoutMs,
      now + Math.min(FURTHER_WAIT_MS, this.#busyTimeoutMs),
    );
    for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      await sleep(pauseMs * (0.5 + Math.random()));
      try {
        const result = this.#run<R>(sql, parameters, options);
        this.#busySince = undefined;
        return result;
      } catch (error) {
        if (!isBusy(error) || performance.now() >= deadline) throw this.#translate(error);
      }
    }
  }

  #translate(error: unknown): unknown {
    const translated = translateSqliteError(error, this.path);
    if (this.isUndone && translated instanceof DatabaseError) this.#undoing ??= translated;
    return translated;
  }

  #run<R>(sql: string, parameters: readonly unknown[], { isApart = false }: StatementOptions): QueryResult<R> {
    const { handle } = this;
    if (!handle.isOpen) throw closedError(this.path);
    if (this.isUndone) {
      // Otherwise the rest of the transaction would be committed statement by statement.
      const cause = this.#undoing;
      const text = "The transaction was undone after a failure; nothing was changed.";
      throw new DatabaseError(cause?.failure ?? "unavailable", text, { cause });
    }
    const isCommitting = sql === COMMIT || (!handle.isTransaction && sql !== BEGIN);
    if (isCommitting || sql === BEGIN) this.beforeWriting?.();
    if (sql === BEGIN) this.#changedRows = 0;
    if (isCommitting) this.flushes?.committing();
    // Assumed until it is known that nothing was changed: for a failed statement that is not known.
    let isChanged = true;
    // So does rolling back changes.
    let isMoving = true;
    try {
      const { rows, changes, changedRows, characters } = handle.run<R>(sql, parameters);
      if (!UNCOUNTED.has(sql)) this.#changedRows += changedRows;
      isMoving = UNCOUNTED.has(sql) ? sql === ROLLBACK || sql === UNDO_PART : changedRows > 0 && !isApart;
      isChanged = this.#changedRows > 0;
      rowPace.spend(changes === undefined ? rows.length : Number(changes), characters);
      return changes === undefined ? { rows } : { rows, numAffectedRows: BigInt(changes) };
    } finally {
      if (isMoving) {
        this.#moment++;
        this.#isMoved = true;
      }
      if (isCommitting) this.#tellCommitted(isChanged);
    }
  }

  #tellCommitted(isChanged: boolean): void {
    const isMoved = this.#isMoved;
    if (!this.handle.isTransaction) {
      this.#changedRows = 0;
      this.#isMoved = false;
    }
    if (this.flushes !== undefined) this.flushes.committed(isChanged, isMoved);
    else if (isMoved) this.onVisible?.();
    this.keeper?.committed();
  }
}
