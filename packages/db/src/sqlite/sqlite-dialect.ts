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
import type { WriteQueue } from "./write-queue.ts";

/** Kysely on one open connection, which the caller closes. */
export class SqliteConnectionDialect implements Dialect {
  readonly #connection: SqliteConnection;
  readonly #queue: WriteQueue | undefined;

  /** Without `queue`, statements of several callers may interleave: only for use without transactions. */
  constructor(connection: SqliteConnection, queue?: WriteQueue) {
    this.#connection = connection;
    this.#queue = queue;
  }

  createDriver(): Driver {
    return new SqliteConnectionDriver(this.#connection, this.#queue);
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
  readonly #queue: WriteQueue | undefined;

  constructor(connection: SqliteConnection, queue: WriteQueue | undefined) {
    this.#connection = connection;
    this.#queue = queue;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    await this.#queue?.take();
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

  async releaseConnection(): Promise<void> {
    await this.#queue?.giveBack();
  }

  async destroy(): Promise<void> {}
}

class SqliteConnectionAdapter extends DialectAdapterBase {
  /** The driver schedules turns itself: Kysely's would last until the connection is released. */
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
