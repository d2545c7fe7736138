import { DatabaseError } from "@consigne/core";
import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely";
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import type { SQLInputValue, StatementSync } from "node:sqlite";
import type { LogKeeper } from "./log-keeper.ts";
import { rowPace } from "./row-pace.ts";
import { closedError, isBusy, translateSqliteError } from "./sqlite-errors.ts";

/** SQLite may hold the event loop for this long while another process commits; beyond it we wait beside the loop. */
const BLOCKING_WAIT_MS = 5;
const LONGEST_PAUSE_MS = 50;
/** Once a lock has been waited for in vain, those who queue behind do not each wait as long again. */
const FURTHER_WAIT_MS = 250;
/** Distinct statements kept prepared. More than the repositories have, so only lists of varying length push others out. */
const STATEMENTS_KEPT = 300;
/** In characters. Longer ones are lists of many rows: making them ready takes little beside running them. */
const LONGEST_KEPT = 8192;

/** Rows changed by a transaction that is worth a flush before its commit. */
const MANY_ROWS = 250;

const COMMIT = "commit";
const RETURNING = /\breturning\b/;

export interface SqliteConnectionOptions {
  path: string;
  /** How long a statement may wait for other processes, in milliseconds. */
  busyTimeoutMs: number;
  /** For a file that nobody can write, without its log: read as it lies there. */
  isImmutable?: boolean;
}

interface PreparedStatement {
  statement: StatementSync;
  /** Of the rows it returns; none where it returns no rows. */
  columns: readonly string[];
  /** The rows it returns are those it changed. */
  isReturning: boolean;
}

/** One connection with its prepared statements. Statements run synchronously; only waiting for a lock is asynchronous. */
export class SqliteConnection implements DatabaseConnection {
  readonly path: string;
  /** Told before anything else runs that rows may have changed for the other connections. */
  onCommitted: (() => void) | undefined;
  /** Asked before a transaction begins and before it is committed; what it throws undoes the transaction. */
  beforeWriting: (() => void) | undefined;
  /** Of a connection that writes. */
  keeper: LogKeeper | undefined;
  readonly #database: DatabaseSync;
  readonly #busyTimeoutMs: number;
  readonly #statements = new Map<string, PreparedStatement>();
  #isWithinTransaction = false;
  #rowsOfTransaction = 0;
  /** Since when nothing but "busy" has been heard. */
  #busySince: number | undefined;

  constructor(options: SqliteConnectionOptions) {
    this.path = options.path;
    this.#busyTimeoutMs = options.busyTimeoutMs;
    try {
      const { path, isImmutable = false } = options;
      this.#database = new DatabaseSync(isImmutable ? immutableUrl(path) : path, {
        timeout: BLOCKING_WAIT_MS,
        enableForeignKeyConstraints: true,
        readOnly: isImmutable,
      });
    } catch (error) {
      throw translateSqliteError(error, options.path);
    }
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.execute(query.sql, query.parameters);
  }

  /**
   * Runs one statement, once everything else in the process had its turn after many rows, and waiting for other
   * processes as long as allowed. @throws {DatabaseError | ConstraintError}
   */
  async execute<R>(sql: string, parameters: readonly unknown[] = []): Promise<QueryResult<R>> {
    try {
      const result = await rowPace.run(() => this.#run<R>(sql, parameters));
      this.#busySince = undefined;
      return result;
    } catch (error) {
      if (!isBusy(error)) throw translateSqliteError(error, this.path);
    }
    return this.#runWhenFree(sql, parameters);
  }

  // oxlint-disable-next-line require-yield -- nothing here reads a result in pieces, and a cursor would hold the only connection
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("Streaming is not offered: list in pages instead.");
  }

  /** Takes the write lock at once: a transaction that read first could find it gone when it comes to write. */
  async begin(): Promise<void> {
    await this.keeper?.waitForRoom();
    await this.execute("begin immediate");
    this.#rowsOfTransaction = 0;
    this.#isWithinTransaction = true;
  }

  async commit(): Promise<void> {
    if (this.#rowsOfTransaction > MANY_ROWS) await this.keeper?.flushAhead();
    await this.execute(COMMIT);
    this.#isWithinTransaction = false;
  }

  async rollback(): Promise<void> {
    this.#isWithinTransaction = false;
    // SQLite undoes a transaction by itself after a full disk or a failed write.
    if (this.#database.isOpen && this.#database.isTransaction) await this.execute("rollback");
  }

  /** The one row of a statement that touches no others. */
  readNow<R>(sql: string): R {
    const { statement, columns } = this.#prepare(sql);
    return named(columns, statement.get() as unknown as readonly unknown[]) as R;
  }

  close(): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  async #runWhenFree<R>(sql: string, parameters: readonly unknown[]): Promise<QueryResult<R>> {
    const now = performance.now();
    this.#busySince ??= now;
    const deadline = Math.max(
      this.#busySince + this.#busyTimeoutMs,
      now + Math.min(FURTHER_WAIT_MS, this.#busyTimeoutMs),
    );
    for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      await sleep(pauseMs * (0.5 + Math.random()));
      try {
        const result = this.#run<R>(sql, parameters);
        this.#busySince = undefined;
        return result;
      } catch (error) {
        if (!isBusy(error) || performance.now() >= deadline) throw translateSqliteError(error, this.path);
      }
    }
  }

  #run<R>(sql: string, parameters: readonly unknown[]): QueryResult<R> {
    if (!this.#database.isOpen) throw closedError(this.path);
    if (this.#isWithinTransaction && !this.#database.isTransaction) {
      // Otherwise the rest of the transaction would be committed statement by statement.
      throw new DatabaseError("unavailable", "The transaction was undone after a failure; nothing was changed.");
    }
    if (!this.#database.isTransaction || sql === COMMIT) this.beforeWriting?.();
    const { statement, columns, isReturning } = this.#prepare(sql);
    // Kysely passes what the typed builder was given, and the columns of `Tables` hold only what SQLite takes.
    const values = parameters as readonly SQLInputValue[];
    try {
      if (columns.length > 0) {
        const found = statement.all(...values) as unknown as readonly unknown[][];
        let characters = charactersOf(values);
        for (const row of found) characters += charactersOf(row);
        rowPace.spend(found.length, characters);
        if (isReturning) this.#rowsOfTransaction += found.length;
        return { rows: found.map((row) => named(columns, row) as R) };
      }
      const { changes } = statement.run(...values);
      rowPace.spend(Number(changes), charactersOf(values));
      this.#rowsOfTransaction += Number(changes);
      return { rows: [], numAffectedRows: BigInt(changes) };
    } finally {
      if (!this.#database.isTransaction) {
        this.onCommitted?.();
        this.keeper?.committed();
      }
    }
  }

  #prepare(sql: string): PreparedStatement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    const columns = statement.columns().map(({ name }) => name);
    const prepared = { statement, columns, isReturning: columns.length > 0 && RETURNING.test(sql) };
    if (sql.length > LONGEST_KEPT) return prepared;
    this.#statements.set(sql, prepared);
    if (this.#statements.size > STATEMENTS_KEPT) {
      for (const oldest of this.#statements.keys()) {
        this.#statements.delete(oldest);
        break;
      }
    }
    return prepared;
  }
}

/** Of the texts among some values. */
function charactersOf(values: readonly unknown[]): number {
  let count = 0;
  for (const value of values) if (typeof value === "string") count += value.length;
  return count;
}

/** As node:sqlite would make it, but as an object of a shape of its own: reading rows takes a third of the time. */
function named(columns: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  let at = 0;
  for (const name of columns) row[name] = values[at++];
  return row;
}

/** See https://sqlite.org/uri.html#uriimmutable. */
function immutableUrl(path: string): URL {
  const url = pathToFileURL(path);
  url.searchParams.set("immutable", "1");
  return url;
}
