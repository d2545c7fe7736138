import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import type { SQLInputValue, StatementSync } from "node:sqlite";
import { translateSqliteError } from "./sqlite-errors.ts";

/** SQLite may block the event loop this long while another process commits; beyond that we wait asynchronously. */
const BLOCKING_WAIT_MS = 5;
/**
 * How many distinct statements stay prepared. More than the repositories have, so only lists of varying length evict
 * others.
 */
const STATEMENTS_KEPT = 300;
/**
 * In characters. Longer statements are lists of many rows, and preparing them takes little compared to running them.
 */
const LONGEST_KEPT = 8192;

const RETURNING = /\breturning\b/;

interface PreparedStatement {
  statement: StatementSync;
  /** Names of its result columns; empty if it returns no rows. */
  columns: readonly string[];
  /** The rows it returns are those it changed. */
  isReturning: boolean;
}

/** The result of one statement. */
export interface RanStatement<R> {
  rows: R[];
  /** Undefined for a statement that returns rows. */
  changes: number | bigint | undefined;
  /** Rows it may have changed; 0 for statements that cannot change any. */
  changedRows: number;
  /** In the texts of parameters and results. */
  characters: number;
}

/** An open file with its prepared statements, which run synchronously. */
export class SqliteHandle {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, PreparedStatement>();

  /** `isImmutable`: a file that nobody can write is read as it is, without its log. @throws {DatabaseError} */
  constructor(path: string, { isImmutable = false }: { isImmutable?: boolean | undefined } = {}) {
    try {
      this.#database = new DatabaseSync(isImmutable ? immutableUrl(path) : path, {
        timeout: BLOCKING_WAIT_MS,
        enableForeignKeyConstraints: true,
        readOnly: isImmutable,
      });
    } catch (error) {
      throw translateSqliteError(error, path);
    }
  }

  get isOpen(): boolean {
    return this.#database.isOpen;
  }

  get isTransaction(): boolean {
    return this.#database.isTransaction;
  }

  /** @throws what SQLite throws */
  run<R>(sql: string, parameters: readonly unknown[] = []): RanStatement<R> {
    const { statement, columns, isReturning } = this.#prepare(sql);
    // Kysely passes on what the typed builder was given, and the columns of `Tables` only allow values that SQLite
    // accepts.
    const values = parameters as readonly SQLInputValue[];
    let characters = charactersOf(values);
    if (columns.length === 0) {
      const { changes } = statement.run(...values);
      return { rows: [], changes, changedRows: Number(changes), characters };
    }
    const found = statement.all(...values) as unknown as readonly unknown[][];
    for (const row of found) characters += charactersOf(row);
    const rows = found.map((row) => named(columns, row) as R);
    return { rows, changes: undefined, changedRows: isReturning ? rows.length : 0, characters };
  }

  /** The first row of a statement that touches none of our rows: settings, snapshots. @throws what SQLite throws */
  ask<R>(sql: string): R | undefined {
    const { statement, columns } = this.#prepare(sql);
    const row = statement.get() as unknown as readonly unknown[] | undefined;
    return row === undefined ? undefined : (named(columns, row) as R);
  }

  close(): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
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

/** Number of characters in the texts among some values. */
function charactersOf(values: readonly unknown[]): number {
  let count = 0;
  for (const value of values) if (typeof value === "string") count += value.length;
  return count;
}

/** Like node:sqlite's rows, but as objects with a stable shape: reading rows takes a third of the time. */
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
