import type { AccountChange } from "@consigne/core";
import type { CompiledQuery, Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** A read that is compiled once and kept prepared, with what its rows stand for. */
export interface PreparedRead<Row, Entity> {
  /** Stands for this one statement in the whole program. */
  readonly name: string;
  /** Called once, so its own parameters are placeholders. */
  build(db: Kysely<Tables>): CompiledQuery<Row>;
  toEntity(row: Row): Entity;
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
  atomically<T>(work: (rows: TransactionRows) => Promise<T>): Promise<T>;
}

/** What `atomically` works with. */
export interface TransactionRows extends RowSource {
  /** Told to whoever watches the account, once the transaction is durable. */
  note(accountId: string | null, change: AccountChange): void;
}
