import { DatabaseError } from "@consigne/core";
import { Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import type { Migration } from "kysely/migration";
import { schemaMigrations } from "../migrations/index.ts";
import { sqliteSchema } from "../schema-dialect.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import { SqliteConnectionDialect } from "./sqlite-dialect.ts";
import { WriteQueue } from "./write-queue.ts";
import { corruptError } from "./sqlite-errors.ts";

/** The migrations applied to a file, compared with those known here. Names as in `schemaMigrations`. */
export interface SchemaState {
  applied: AppliedMigration[];
  pending: string[];
  /** Applied by a newer release. */
  unknown: string[];
}

export interface AppliedMigration {
  name: string;
  appliedAt: Date;
}

export const sqliteMigrations: Record<string, Migration> = schemaMigrations(sqliteSchema);

export async function readSchemaState(
  connection: SqliteConnection,
  migrations: Record<string, Migration> = sqliteMigrations,
): Promise<SchemaState> {
  const applied = await readApplied(connection);
  const appliedNames = new Set(applied.map(({ name }) => name));
  const known = Object.keys(migrations).toSorted();
  return {
    applied,
    pending: known.filter((name) => !appliedNames.has(name)),
    unknown: [...appliedNames].filter((name) => !known.includes(name)),
  };
}

async function readApplied(connection: SqliteConnection): Promise<AppliedMigration[]> {
  const { rows: tables } = await connection.execute<{ name: string }>(
    "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'",
  );
  if (tables.length === 0) return [];
  if (!tables.some(({ name }) => name === "kysely_migration")) throw corruptError(connection.path);
  const { rows } = await connection.execute<{ name: string; timestamp: string }>(
    "select name, timestamp from kysely_migration order by name",
  );
  return rows.map(({ name, timestamp }) => ({ name, appliedAt: new Date(timestamp) }));
}

/** @throws {DatabaseError} `unavailable` if a newer release has changed the tables */
export function refuseNewerSchema(path: string, state: SchemaState): void {
  if (state.unknown.length === 0) return;
  throw new DatabaseError(
    "unavailable",
    `The database ${path} was changed by a newer version of Consigne. Start that version, or restore an older backup.`,
  );
}

/**
 * Applies the missing migrations, all or none; returns their names. Processes that start together take turns, and the
 * later ones find nothing to do.
 * @throws {DatabaseError} naming the migration that failed; the tables are then unchanged
 */
export async function applyMigrations(
  connection: SqliteConnection,
  migrations: Record<string, Migration> = sqliteMigrations,
): Promise<string[]> {
  const state = await readSchemaState(connection, migrations);
  refuseNewerSchema(connection.path, state);
  if (state.pending.length === 0) return [];
  const db = new Kysely<unknown>({ dialect: new SqliteConnectionDialect(connection, new WriteQueue(connection)) });
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    // A migration may be merged after one with a higher number.
    allowUnorderedMigrations: true,
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error === undefined) return results.map(({ migrationName }) => migrationName);
  const failed = results.find(({ status }) => status === "Error")?.migrationName;
  throw migrationError(connection.path, failed, error);
}

function migrationError(path: string, name: string | undefined, cause: unknown): DatabaseError {
  const failure = cause instanceof DatabaseError ? cause.failure : "unavailable";
  const detail = cause instanceof Error ? cause.message : String(cause);
  const what = name === undefined ? "The migrations" : `Migration ${name}`;
  return new DatabaseError(failure, `${what} of ${path} failed and changed nothing: ${detail}`, { cause });
}
