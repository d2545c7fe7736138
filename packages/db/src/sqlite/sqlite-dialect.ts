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
    return new SqliteConnectionDriver(this.#connection);
  }

  createAdapter(): DialectAdapter {
    return new SqliteConnectionAdapter(this.#isShared);
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

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
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

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

class SqliteConnectionAdapter extends DialectAdapterBase {
  readonly #isShared: boolean;

  constructor(isShared: boolean) {
    super();
    this.#isShared = isShared;
  }

  /** False makes Kysely hand the connection to one caller at a time. */
  override get supportsMultipleConnections(): boolean {
    return this.#isShared;
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
