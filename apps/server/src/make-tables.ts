import { migrateSqlite } from "@consigne/db";
import { openDataFolder } from "./data-folder.ts";

/**
 * Creates the database of a data folder, with empty tables; returns its path. The first start does this by itself: this
 * is for starting many servers with copies of the file.
 * @throws {StartError}
 */
export async function makeTables(dataDir: string): Promise<string> {
  const { databaseFile } = await openDataFolder(dataDir, { mayCreate: true });
  await migrateSqlite(databaseFile);
  return databaseFile;
}
