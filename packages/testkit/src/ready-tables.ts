import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { makeTables } from "@consigne/server";
import { readyTablesFolder } from "./environment.ts";

interface DatabaseFile {
  name: string;
  bytes: Buffer;
}

let isFirst = true;
let ready: Promise<DatabaseFile> | undefined;

/**
 * Puts a database with empty tables into an empty data folder: the migrations are a third of the work of a start. A run
 * of all tests has one for its files, created by the first that asks; otherwise the first server of a process creates
 * its own, as every other server does.
 */
export async function putTables(dataDir: string): Promise<void> {
  const shared = readyTablesFolder();
  if (shared === undefined && isFirst) {
    isFirst = false;
    return;
  }
  ready ??= shared === undefined ? make() : findOrMake(shared);
  const { name, bytes } = await ready;
  await writeFile(join(dataDir, name), bytes, { mode: 0o600, flag: "wx" });
}

async function findOrMake(folder: string): Promise<DatabaseFile> {
  const found = await find(folder);
  if (found !== undefined) return found;
  const created = await make();
  await mkdir(dirname(folder), { recursive: true });
  // Several files may have created one by now: all are the same, and the first one stays.
  const own = await mkdtemp(`${folder}-`);
  await writeFile(join(own, created.name), created.bytes);
  await rename(own, folder).catch(() => rm(own, { recursive: true }));
  return created;
}

async function find(folder: string): Promise<DatabaseFile | undefined> {
  const [name] = await readdir(folder).catch(() => []);
  return name === undefined ? undefined : { name, bytes: await readFile(join(folder, name)) };
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
