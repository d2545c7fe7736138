import { DialectAdapterBase, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import type {
  DatabaseConnection,
  DatabaseIntrospector,
  Dialect,
  DialectAdapter,
  Driver,
  Kysely,
  QueryCompiler,
} from "kysely";
import type { SqliteConnection } from "./sqlite-connection.ts";

/** Kysely over one open connection, which stays the caller's to close. */
export class SqliteConnectionDialect implements Dialect {
  readonly #connection: SqliteConnection;
  readonly #isShared: boolean;

  /** `isShared`: statements of several callers may interleave. True only for a connection without transactions. */
  constructor(connection: SqliteConnection, options: { isShared: boolean }) {
    this.#connection = connection;
    this.#isShared = options.isShared;
  }

  createDriver(): Driver {
    return new SqliteConnectionDriver(this.#connection, this.#isShared);
  }

  createAdapter(): DialectAdapter {
    return new SqliteConnectionAdapter();
  }

  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler();
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new SqliteIntrospector(db);
  }
}

class SqliteConnectionDriver implements Driver {
  readonly #connection: SqliteConnection;
  readonly #isShared: boolean;
  /** Resolves when those who asked before have had the connection. */
  #turns: Promise<void> = Promise.resolve();
  #endTurn: (() => void) | undefined;

  constructor(connection: SqliteConnection, isShared: boolean) {
    this.#connection = connection;
    this.#isShared = isShared;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    if (this.#isShared) return this.#connection;
    const before = this.#turns;
    const turn = Promise.withResolvers<void>();
    this.#turns = turn.promise;
    await before;
    this.#endTurn = turn.resolve;
    this.#connection.beginTurn();
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    await this.#connection.begin();
  }

  async commitTransaction(): Promise<void> {
    await this.#connection.commit();
  }

  async rollbackTransaction(): Promise<void> {
    await this.#connection.rollback();
  }

  /**
   * The connection is the next one's at once, and who had it goes on when what it found and changed is durable: so commits
   * share flushes. Also who changed nothing, since it may have read what others had just committed.
   */
  async releaseConnection(): Promise<void> {
    if (this.#isShared) return;
    this.#endTurn?.();
    await this.#connection.settled();
  }

  async destroy(): Promise<void> {}
}

class SqliteConnectionAdapter extends DialectAdapterBase {
  /** The driver hands out turns itself: Kysely's last until the connection was released. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  /** Lets the migrator run all pending migrations in one transaction. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  override get supportsReturning(): boolean {
    return true;
  }

  /** Nothing to do: that transaction begins with the write lock of the file. */
  async acquireMigrationLock(): Promise<void> {}

  async releaseMigrationLock(): Promise<void> {}
}
