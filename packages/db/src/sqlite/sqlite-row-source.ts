import type { TransactionOptions } from "@consigne/core";
import { Kysely } from "kysely";
import type { CompiledQuery } from "kysely";
import { TransactionChanges } from "../transaction-changes.ts";
import { filledParts } from "../repositories/batches.ts";
import type { Value } from "../repositories/value-rows.ts";
import type { PreparedRead, PreparedWrite, RowSource, TransactionRows } from "../row-source.ts";
import type { Tables } from "../tables.ts";
import { ReadCache } from "./read-cache.ts";
import { rowPace } from "./row-pace.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import { SqliteConnectionDialect } from "./sqlite-dialect.ts";
import { TransactionStatements } from "./transaction-statements.ts";
import { WriteQueue } from "./write-queue.ts";

/**
 * Two connections: writes and transactions take turns on one, reads run on the other and so see committed rows without
 * waiting (WAL).
 */
export class SqliteRowSource implements RowSource {
  readonly read: Kysely<Tables>;
  readonly write: Kysely<Tables>;
  readonly #reader: SqliteConnection;
  readonly #writer: SqliteConnection;
  readonly #queue: WriteQueue;
  readonly #compiled = new Map<string, CompiledQuery>();
  /** Statements for one row, as nearly all calls need: looked up by name alone. */
  readonly #compiledForOne = new Map<string, CompiledQuery>();
  readonly #cache = new ReadCache();
  /** What transactions found at this moment of the writing connection. */
  readonly #standing = new ReadCache();
  #standingMoment = -1;

  constructor(reader: SqliteConnection, writer: SqliteConnection) {
    this.#reader = reader;
    this.#writer = writer;
    this.#queue = new WriteQueue(writer);
    this.read = new Kysely<Tables>({ dialect: new SqliteConnectionDialect(reader) });
    this.write = new Kysely<Tables>({ dialect: new SqliteConnectionDialect(writer, this.#queue) });
    writer.onVisible = () => this.#cache.restart();
  }

  /**
   * From the cache, else directly from the prepared statement, which is several times faster than Kysely's executor.
   */
  async readPrepared<Row, Entity extends object>(
    read: PreparedRead<Row, Entity>,
    parameters: readonly unknown[],
  ): Promise<readonly Entity[]> {
    if (read.isFresh === true) return this.#readNow(this.#reader, read, parameters);
    if (this.#cache.isDue()) await this.#look();
    const key = keyOf(read.name, parameters);
    const known = this.#cache.find(key);
    // The name identifies a read, and so the type of its entities.
    if (known !== undefined) return known as readonly Entity[];
    const { moment } = this.#cache;
    const { rows } = await this.#reader.execute<Row>(this.#compile(read).sql, parameters);
    const entities = rows.map((row) => Object.freeze(read.toEntity(row)));
    if (rows.length > 0 || read.isAddedApart !== true) this.#cache.keep(key, { entities, rows, moment });
    return entities;
  }

  async atomically<T>(work: (rows: TransactionRows) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return this.#queue.transaction(async () => {
      const changes = new TransactionChanges();
      const statements = new TransactionStatements(this.#writer, this.write);
      try {
        const rows = this.#within(statements, changes);
        const result = await work(rows);
        await changes.write(rows);
        return result;
      } finally {
        statements.end();
      }
    }, options);
  }

  /** Resolves once nothing runs on the write connection. */
  async settle(): Promise<void> {
    await this.write.connection().execute(async () => {});
  }

  async #readNow<Row, Entity extends object>(
    connection: SqliteConnection,
    read: PreparedRead<Row, Entity>,
    parameters: readonly unknown[],
  ): Promise<readonly Entity[]> {
    const { rows } = await connection.execute<Row>(this.#compile(read).sql, parameters);
    return rows.map((row) => Object.freeze(read.toEntity(row)));
  }

  /** As fresh as a read: entries are dropped as soon as anything may have changed. */
  async #readStanding<Row, Entity extends object>(
    connection: SqliteConnection,
    read: PreparedRead<Row, Entity>,
    parameters: readonly unknown[],
  ): Promise<readonly Entity[]> {
    const before = connection.moment;
    if (this.#standingMoment !== before) this.#standing.clear();
    this.#standingMoment = before;
    const key = keyOf(read.name, parameters);
    const known = this.#standing.find(key);
    if (known !== undefined) {
      // Cache hits count like statements, so that frequent reads yield to others too.
      await rowPace.run(() => rowPace.spend(1, 0));
      return known as readonly Entity[];
    }
    const { rows } = await connection.execute<Row>(this.#compile(read).sql, parameters);
    const entities = rows.map((row) => Object.freeze(read.toEntity(row)));
    const { moment } = this.#standing;
    if (connection.moment === before && this.#standingMoment === before)
      this.#standing.keep(key, { entities, rows, moment });
    return entities;
  }

  async #look(): Promise<void> {
    const { rows } = await this.#reader.execute<{ data_version: number }>("pragma data_version");
    this.#cache.compareVersion(rows[0]?.data_version);
  }

  /** Prepared statements bypass Kysely here too: the connection belongs to the transaction until it ends. */
  #within(statements: TransactionStatements, changes: TransactionChanges): TransactionRows {
    const rows: TransactionRows = {
      get read() {
        return statements.builder;
      },
      get write() {
        return statements.builder;
      },
      readPrepared: async <Row, Entity extends object>(
        read: PreparedRead<Row, Entity>,
        parameters: readonly unknown[],
      ) => {
        const { connection } = statements;
        return read.isStanding === true
          ? this.#readStanding(connection, read, parameters)
          : this.#readNow(connection, read, parameters);
      },
      writePrepared: async <Row>(write: PreparedWrite<Row>, given: readonly (readonly Value[])[]) => {
        const [only] = given;
        if (only !== undefined && given.length === 1) {
          const { isApart = false } = write;
          return (await statements.connection.execute<Row>(this.#compileFor(write, 1).sql, only, { isApart })).rows;
        }
        const returned: Row[] = [];
        for (const part of filledParts(given, write.most)) {
          const { sql } = this.#compileFor(write, part.length);
          const { rows: some } = await statements.connection.execute<Row>(sql, part.flat());
          returned.push(...some);
        }
        return returned;
      },
      atomically: (work) => work(rows),
      note: (accountId, change) => changes.note(accountId, change),
    };
    return rows;
  }

  #compile<Row>(read: Pick<PreparedRead<Row, unknown>, "name" | "build">): CompiledQuery<Row> {
    return compileOnce(this.#compiled, read.name, () => read.build(this.read));
  }

  #compileFor<Row>(write: PreparedWrite<Row>, rowCount: number): CompiledQuery<Row> {
    const build = () => write.build(this.write, rowCount);
    if (rowCount === 1) return compileOnce(this.#compiledForOne, write.name, build);
    return compileOnce(this.#compiled, `${write.name} ${rowCount}`, build);
  }
}

function compileOnce<Row>(
  compiled: Map<string, CompiledQuery>,
  name: string,
  build: () => CompiledQuery<Row>,
): CompiledQuery<Row> {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const query = build();
  compiled.set(name, query);
  return query;
}

/** Most reads have one id as parameter, and converting that to JSON takes longer than finding it. */
function keyOf(name: string, parameters: readonly unknown[]): string {
  const [only] = parameters;
  return parameters.length === 1 && typeof only === "string"
    ? `${name}=${only}`
    : `${name} ${JSON.stringify(parameters)}`;
}
