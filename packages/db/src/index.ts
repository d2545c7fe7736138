export { ConstraintError } from "./constraint-error.ts";
export { describeSqlite, listMigrations } from "./sqlite/describe-sqlite.ts";
export type { MigrationStatus, SqliteDescription } from "./sqlite/describe-sqlite.ts";
export { migrateSqlite, openSqliteDatabase, openSqliteForReading } from "./sqlite/open-sqlite-database.ts";
export type { SqliteOptions } from "./sqlite/open-sqlite-database.ts";
export { findSqliteDamage, removeSqlite, sealSqlite, snapshotSqlite } from "./sqlite/snapshot-sqlite.ts";
