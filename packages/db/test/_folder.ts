import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrateSqlite } from "../src/index.ts";

export interface TemporaryFolder extends AsyncDisposable {
  path: string;
  /** The path of the test's database. */
  file: string;
}

export async function makeFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), "consigne-db-"));
  return {
    path,
    file: join(path, "consigne.sqlite"),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

let tables: Promise<Buffer> | undefined;

/** The folder with a database of empty tables. All migrations run once for each test file, not for each test. */
export async function makeFolderWithTables(): Promise<TemporaryFolder> {
  tables ??= makeTables();
  const bytes = await tables;
  const folder = await makeFolder();
  await writeFile(folder.file, bytes, { mode: 0o600 });
  return folder;
}

async function makeTables(): Promise<Buffer> {
  await using folder = await makeFolder();
  await migrateSqlite(folder.file);
  return await readFile(folder.file);
}
