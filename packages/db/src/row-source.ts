import type { AccountChange } from "@consigne/core";
import type { TransactionOptions } from "@consigne/core";
import type { CompiledQuery, Kysely } from "kysely";
import type { Value } from "./repositories/value-rows.ts";
import type { Tables } from "./tables.ts";

/** A read that is compiled once and kept prepared, with what its rows stand for. */
export interface PreparedRead<Row, Entity> {
  /** Stands for this one statement in the whole program. */
  readonly name: string;
  /** Read anew each time, so that what other processes committed is found at once. */
  readonly isFresh?: true;
  /** Of what many transactions look at and few change: within them too it is read anew only once anything has changed. */
  readonly isStanding?: true;
  /** Its rows are added by writes that are `isApart`, of which nobody is told: that there is none is not kept. */
  readonly isAddedApart?: true;
  /** Called once, so its own parameters are placeholders. */
  build(db: Kysely<Tables>): CompiledQuery<Row>;
  toEntity(row: Row): Entity;
}

/** A change of many rows that are alike, compiled once for each number of them that is a power of two. */
export interface PreparedWrite<Row> {
  /** Stands for this one statement in the whole program. */
  readonly name: string;
  /** It adds to a table at which no read that is kept looks, unless that is `isAddedApart`, and changes nothing else. */
  readonly isApart?: true;
  /** Rows of one statement at most, a power of two. */
  readonly most: number;
  /** Called once for a number of rows; their values are placeholders. The statement leaves out rows of nulls. */
  build(db: Kysely<Tables>, rowCount: number): CompiledQuery<Row>;
}

/** Where repositories send their statements. One exists for the database, and one for each transaction. */
export interface RowSource {
  /** Sees committed rows; inside a transaction also its own. Never waits for another transaction. */
  readonly read: Kysely<Tables>;
  /** Each statement is durable once it has resolved; inside a transaction once that has. */
  readonly write: Kysely<Tables>;
  /**
   * For the few reads that every request makes. The entities may be shared with other callers, so they are frozen.
   * Outside a transaction a commit of another process may be seen 50 ms late.
   */
  readPrepared<Row, Entity extends object>(
    read: PreparedRead<Row, Entity>,
    parameters: readonly unknown[],
  ): Promise<readonly Entity[]>;
  /** All or nothing: within a transaction as part of it, otherwise as one of its own. */
  atomically<T>(work: (rows: TransactionRows) => Promise<T>, options?: TransactionOptions): Promise<T>;
}

/** What `atomically` works with. */
export interface TransactionRows extends RowSource {
  /**
   * The same for all rows, in their order; returns what the statements returned. Rows that follow the order of an index
   * change each page of it once.
   */
  writePrepared<Row>(write: PreparedWrite<Row>, rows: readonly (readonly Value[])[]): Promise<Row[]>;
  /** Told to whoever watches the account, once the transaction is durable. */
  note(accountId: string | null, change: AccountChange): void;
}
