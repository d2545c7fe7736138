import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { makeTables } from "@consigne/server";

interface DatabaseFile {
  name: string;
  bytes: Buffer;
}

let isFirst = true;
let kept: Promise<DatabaseFile> | undefined;

/**
 * Puts a database with empty tables into an empty data folder: the migrations are a third of the work of a start. The
 * first server of a process makes its own, as every other server does.
 */
export async function putTables(dataDir: string): Promise<void> {
  if (isFirst) {
    isFirst = false;
    return;
  }
  kept ??= make();
  const { name, bytes } = await kept;
  await writeFile(join(dataDir, name), bytes, { mode: 0o600, flag: "wx" });
}

async function make(): Promise<DatabaseFile> {
  const folder = await mkdtemp(join(tmpdir(), "consigne-tables-"));
  try {
    const path = await makeTables(folder);
    return { name: basename(path), bytes: await readFile(path) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
