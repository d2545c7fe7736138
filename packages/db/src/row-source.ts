import type { CompiledQuery, Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** Where repositories send their statements. One exists for the database, and one for each transaction. */
export interface RowSource {
  /** Sees committed rows; inside a transaction also its own. Never waits for another transaction. */
  readonly read: Kysely<Tables>;
  /** Each statement is durable once it has resolved; inside a transaction once that has. */
  readonly write: Kysely<Tables>;
  /**
   * Runs a read that is compiled once under `name` and kept prepared: for the few that every request makes.
   * `build` is called once, so its own parameters are placeholders; `parameters` are what counts. The rows may be
   * shared with other callers. Outside a transaction a commit of another process may be seen 50 ms late.
   */
  readPrepared<Row>(
    name: string,
    build: (db: Kysely<Tables>) => CompiledQuery<Row>,
    parameters: readonly unknown[],
  ): Promise<readonly Row[]>;
  /** All or nothing: within a transaction as part of it, otherwise as one of its own. */
  atomically<T>(work: (rows: RowSource) => Promise<T>): Promise<T>;
}
