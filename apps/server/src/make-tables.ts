import { migrateSqlite } from "@consigne/db";
import { openDataFolder } from "./data-folder.ts";

/**
 * Makes the database of a data folder, with its tables and nothing in them; answers its path. The first start does it
 * by itself: this is for who starts many servers and copies the file. @throws {StartError}
 */
export async function makeTables(dataDir: string): Promise<string> {
  const { databaseFile } = await openDataFolder(dataDir, { mayCreate: true });
  await migrateSqlite(databaseFile);
  return databaseFile;
}
