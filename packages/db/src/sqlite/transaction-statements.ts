import { type DatabaseConnection, type Driver, Kysely } from "kysely";
import type { Tables } from "../tables.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import { SqliteConnectionDialect } from "./sqlite-dialect.ts";

/** The statements of one transaction, which owns the connection until it ends. */
export class TransactionStatements {
  readonly #connection: SqliteConnection;
  readonly #outer: Kysely<Tables>;
  #builder: Kysely<Tables> | undefined;
  #isOver = false;

  /** @param outer for the same tables; compiles queries the same way */
  constructor(connection: SqliteConnection, outer: Kysely<Tables>) {
    this.#connection = connection;
    this.#outer = outer;
  }

  /**
   * Read for each statement.
   * @throws {Error} after the end: the statement would become part of somebody else's transaction
   */
  get connection(): SqliteConnection {
    if (this.#isOver) throw new Error("The transaction has ended: statements of it must be awaited within it.");
    return this.#connection;
  }

  /** Created on demand: many transactions only use prepared statements. */
  get builder(): Kysely<Tables> {
    this.#builder ??= this.#build();
    return this.#builder;
  }

  end(): void {
    this.#isOver = true;
  }

  #build(): Kysely<Tables> {
    const dialect = new SqliteConnectionDialect(this.#connection);
    const provideConnection = <T>(consumer: (connection: DatabaseConnection) => Promise<T>): Promise<T> =>
      consumer(this.connection);
    const executor = this.#outer.getExecutor().withConnectionProvider({ provideConnection });
    const driver: Driver = dialect.createDriver();
    return new Kysely<Tables>({ config: { dialect }, dialect, driver, executor });
  }
}
