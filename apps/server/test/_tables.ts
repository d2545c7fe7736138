import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { makeTables } from "../src/make-tables.ts";

let created: Promise<{ name: string; bytes: Buffer }> | undefined;

/** Puts a database with empty tables into an empty data folder: migrations only run once per test file. */
export async function putTables(dataDir: string): Promise<void> {
  created ??= make();
  const { name, bytes } = await created;
  await writeFile(join(dataDir, name), bytes, { mode: 0o600, flag: "wx" });
}

async function make(): Promise<{ name: string; bytes: Buffer }> {
  const folder = await mkdtemp(join(tmpdir(), "consigne-tables-"));
  try {
    const path = await makeTables(folder);
    return { name: basename(path), bytes: await readFile(path) };
  } finally {
    await rm(folder, { recursive: true });
  }
}
