import type { AccountChange } from "@consigne/core";
import type { TransactionOptions } from "@consigne/core";
import type { CompiledQuery, Kysely } from "kysely";
import type { Value } from "./repositories/value-rows.ts";
import type { Tables } from "./tables.ts";

/** A read that is compiled once and stays prepared, with the conversion of its rows. */
export interface PreparedRead<Row, Entity> {
  /** Identifies this statement in the whole program. */
  readonly name: string;
  /** Always read from the database, so that commits of other processes are visible at once. */
  readonly isFresh?: true;
  /**
   * For rows that many transactions read and few change: even within transactions they are only read again after a
   * change.
   */
  readonly isStanding?: true;
  /**
   * Its rows are added by writes that are `isApart`, which do not invalidate kept reads: so an empty result is not
   * kept.
   */
  readonly isAddedApart?: true;
  /** Called once, so its own parameters are placeholders. */
  build(db: Kysely<Tables>): CompiledQuery<Row>;
  toEntity(row: Row): Entity;
}

/** The same change for many rows, compiled once for each power of two of them. */
export interface PreparedWrite<Row> {
  /** Identifies this statement in the whole program. */
  readonly name: string;
  /** It only inserts into a table that no kept read uses, except reads that are `isAddedApart`. */
  readonly isApart?: true;
  /** The most rows per statement, a power of two. */
  readonly most: number;
  /** Called once for each number of rows; their values are placeholders. The statement ignores rows of nulls. */
  build(db: Kysely<Tables>, rowCount: number): CompiledQuery<Row>;
}

/** Where repositories send their statements. There is one for the database, and one for each transaction. */
export interface RowSource {
  /** Sees committed rows; inside a transaction also its own. Never waits for another transaction. */
  readonly read: Kysely<Tables>;
  /** Each statement is durable once it has resolved; inside a transaction, once the transaction has. */
  readonly write: Kysely<Tables>;
  /**
   * For the few reads that every request makes. The entities may be shared with other callers, so they are frozen.
   * Outside a transaction, a commit by another process may be seen 50 ms late.
   */
  readPrepared<Row, Entity extends object>(
    read: PreparedRead<Row, Entity>,
    parameters: readonly unknown[],
  ): Promise<readonly Entity[]>;
  /** All or nothing: within a transaction as part of it, otherwise as a transaction of its own. */
  atomically<T>(work: (rows: TransactionRows) => Promise<T>, options?: TransactionOptions): Promise<T>;
}

/** What `atomically` works with. */
export interface TransactionRows extends RowSource {
  /**
   * The same for all rows, in their order; returns the results of the statements. Rows in index order change each page
   * of the index once.
   */
  writePrepared<Row>(write: PreparedWrite<Row>, rows: readonly (readonly Value[])[]): Promise<Row[]>;
  /** Reported to those who watch the account, once the transaction is durable. */
  note(accountId: string | null, change: AccountChange): void;
}
