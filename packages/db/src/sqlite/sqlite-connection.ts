import { DatabaseError } from "@consigne/core";
import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely";
import { setTimeout as sleep } from "node:timers/promises";
import type { CommitFlushes } from "./commit-flushes.ts";
import type { LogKeeper } from "./log-keeper.ts";
import { rowPace } from "./row-pace.ts";
import { closedError, isBusy, translateSqliteError } from "./sqlite-errors.ts";
import { SqliteHandle } from "./sqlite-handle.ts";

const LONGEST_PAUSE_MS = 50;
/** Once a lock has been waited for in vain, those who queue behind do not each wait as long again. */
const FURTHER_WAIT_MS = 250;

const BEGIN = "begin immediate";
const COMMIT = "commit";
const ROLLBACK = "rollback";
/** Of a transaction that is undone by itself. */
const BEGIN_PART = "savepoint part";
const END_PART = "release part";
const UNDO_PART = "rollback to part";
/** Another value after each commit of another connection, those of other processes included. */
const VERSION = "pragma data_version";
/** SQLite does not count for these how many rows they changed, and tells the number of the statement before. */
const UNCOUNTED: ReadonlySet<string> = new Set([BEGIN, COMMIT, ROLLBACK, BEGIN_PART, END_PART, UNDO_PART]);

export interface SqliteConnectionOptions {
  path: string;
  /** How long a statement may wait for other processes, in milliseconds. */
  busyTimeoutMs: number;
  /** For a file that nobody can write, without its log: read as it lies there. */
  isImmutable?: boolean;
}

interface StatementOptions {
  /** It changes nothing that reads which are kept within transactions could find. */
  isApart?: boolean;
}

/** One connection with its prepared statements. Statements run synchronously; only waiting for a lock is asynchronous. */
export class SqliteConnection implements DatabaseConnection {
  readonly path: string;
  /** Told before anything else runs that other connections may find other rows from now on, those that are apart aside. */
  onVisible: (() => void) | undefined;
  /** Asked before a transaction begins and before it is committed; what it throws undoes the transaction. */
  beforeWriting: (() => void) | undefined;
  /** Of a connection that writes. */
  keeper: LogKeeper | undefined;
  /** Of a connection whose commits are not durable by themselves. */
  flushes: CommitFlushes | undefined;
  readonly #handle: SqliteHandle;
  readonly #busyTimeoutMs: number;
  #isWithinTransaction = false;
  /** Rows that are changed and not committed yet. */
  #changedRows = 0;
  /** As many when the part began that runs now. */
  #changedBeforePart = 0;
  /** As `isMoving` says of a statement, since the last commit. */
  #isMoved = false;
  #moment = 0;
  #versionOfOthers: number | undefined;
  /** What made SQLite undo the transaction that runs. */
  #undoing: DatabaseError | undefined;
  /** As many commits of this connection there were when this turn began. */
  #commitsBefore = 0;
  /** Since when nothing but "busy" has been heard. */
  #busySince: number | undefined;

  constructor(options: SqliteConnectionOptions) {
    this.path = options.path;
    this.#busyTimeoutMs = options.busyTimeoutMs;
    this.#handle = new SqliteHandle(options.path, options);
  }

  /** What statements run on, asked for each. */
  protected get handle(): SqliteHandle {
    return this.#handle;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.execute(query.sql, query.parameters);
  }

  /**
   * Runs one statement, once everything else in the process had its turn after many rows, and waiting for other
   * processes as long as allowed. @throws {DatabaseError | ConstraintError}
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

  /** Takes the write lock at once: a transaction that read first could find it gone when it comes to write. */
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
    // SQLite undoes a transaction by itself after a full disk or a failed write.
    if (this.handle.isOpen && this.handle.isTransaction) await this.execute(ROLLBACK);
    this.#changedRows = 0;
    this.#undoing = undefined;
  }

  /** Of a transaction that others are part of too: what follows is undone by `undoPart`. */
  async beginPart(): Promise<void> {
    await this.execute(BEGIN_PART);
    this.#changedBeforePart = this.#changedRows;
  }

  async endPart(): Promise<void> {
    await this.execute(END_PART);
  }

  /** Nothing where the whole transaction is undone, which the commit then says to everybody. */
  async undoPart(): Promise<void> {
    if (!this.handle.isOpen || this.isUndone) return;
    await this.execute(UNDO_PART);
    await this.execute(END_PART);
    this.#changedRows = this.#changedBeforePart;
  }

  /** SQLite undid the transaction that runs, as after a full disk or a failed write. */
  get isUndone(): boolean {
    return this.#isWithinTransaction && this.handle.isOpen && !this.handle.isTransaction;
  }

  /** Of the transaction that runs; 0 otherwise. */
  get changedRows(): number {
    return this.#changedRows;
  }

  /**
   * The same as long as transactions of this connection find the rows that they found before: no statement has changed any,
   * nothing was undone, and nobody else has committed.
   */
  get moment(): number {
    return this.#moment;
  }

  /** Something that was committed on this connection is not durable yet. */
  get isWaiting(): boolean {
    return this.flushes?.isWaiting ?? false;
  }

  /** Whoever has the connection now has changed nothing yet. */
  beginTurn(): void {
    this.#commitsBefore = this.flushes?.commits ?? 0;
  }

  /**
   * Resolves when all that was committed on this connection so far is durable. @throws {DatabaseError} when it cannot be:
   * `read-only` where nothing was committed in this turn
   */
  async settled(): Promise<void> {
    await this.flushes?.settled(this.#commitsBefore);
  }

  /** The one row of a statement that touches no others. @throws what SQLite throws */
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
    // Until it is known that nothing was changed: of a statement that failed that is not known.
    let isChanged = true;
    // So does what undoes changes.
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
