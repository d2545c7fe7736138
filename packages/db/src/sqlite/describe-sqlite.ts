import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { openReader } from "./sqlite-file.ts";
import { readSchemaState, sqliteMigrations } from "./sqlite-schema.ts";
import type { SchemaState } from "./sqlite-schema.ts";

const LOOK_TIMEOUT_MS = 10_000;

export interface SqliteDescription {
  exists: boolean;
  /** Name of the newest applied migration; undefined for a missing or empty file. */
  schemaVersion: string | undefined;
  /** Names of the migrations that opening would apply, in order. */
  pending: string[];
  /** A newer release has changed the tables: opening refuses. */
  isNewer: boolean;
}

export interface MigrationStatus {
  name: string;
  /** Undefined: not applied yet. */
  appliedAt: Date | undefined;
}

/**
 * Inspects a file without creating or changing it.
 * @throws {DatabaseError} `corrupt` if it is damaged or not one of our databases
 */
export async function describeSqlite(path: string): Promise<SqliteDescription> {
  const file = resolve(path);
  const exists = existsSync(file);
  const state = await readState(file);
  return {
    exists,
    schemaVersion: state.applied.at(-1)?.name,
    pending: state.pending,
    isNewer: state.unknown.length > 0,
  };
}

/** Every migration known here or applied to the file, in order. @throws {DatabaseError} as `describeSqlite` */
export async function listMigrations(path: string): Promise<MigrationStatus[]> {
  const state = await readState(resolve(path));
  const pending = state.pending.map((name) => ({ name, appliedAt: undefined }));
  return [...state.applied, ...pending].toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

async function readState(file: string): Promise<SchemaState> {
  if (!existsSync(file)) return { applied: [], pending: Object.keys(sqliteMigrations).toSorted(), unknown: [] };
  const connection = openReader(file, LOOK_TIMEOUT_MS);
  try {
    return await readSchemaState(connection);
  } finally {
    connection.close();
  }
}
