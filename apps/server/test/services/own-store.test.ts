import assert from "node:assert/strict";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { openDataFolder } from "../../src/data-folder.ts";
import { openPorts } from "../../src/open-ports.ts";
import { embeddedEngines } from "../../src/read-engines.ts";
import { StartError } from "../../src/start-error.ts";
import { type Bench, openBench, uploadTexts } from "../_services.ts";

/** Opens what lies in the folder once more, and closes it; the id of its store. */
async function openAgain(dataDir: string, mayBeAnyStore = false): Promise<string> {
  const folder = await openDataFolder(dataDir, { mayCreate: false });
  await using opened = await openPorts(embeddedEngines, folder, { mayBeAnyStore });
  const { database, blobs } = opened.ports;
  const [ofRows, ofBytes] = [await database.blobs.findStoreId(), await blobs.findId()];
  assert.ok(ofRows);
  assert.equal(ofRows, ofBytes);
  return ofRows;
}

const bytesOf = ({ dataDir }: Pick<Bench, "dataDir">) => join(dataDir, "bytes");
const idOf = async (bench: Bench) => readFile(join(bytesOf(bench), "store.json"), "utf8");

async function withFile(text: string): Promise<Bench> {
  const bench = await openBench();
  await uploadTexts(bench, await bench.account(), { "a.txt": text });
  return bench;
}

const refused = (what: RegExp) => (error: unknown) => {
  assert.ok(error instanceof StartError, String(error));
  assert.match(error.message, what);
  assert.match(error.message, /No file was changed or removed\. Put .* `consigne-server fsck --accept-bytes`/);
  return true;
};

test("rows and bytes get one id at the first start, and keep it", async () => {
  await using bench = await withFile("a");
  const id = await openAgain(bench.dataDir);
  assert.equal(await idOf(bench), `${JSON.stringify({ id })}\n`);
  assert.equal(await openAgain(bench.dataDir), id);
});

test("does not start with the bytes of somebody else, or without any", async () => {
  await using bench = await withFile("a");
  await using other = await withFile("other");
  await cp(bytesOf(bench), join(bench.dataDir, "kept"), { recursive: true });
  await rm(bytesOf(bench), { recursive: true });
  await cp(bytesOf(other), bytesOf(bench), { recursive: true });
  const before = await readdir(bytesOf(bench), { recursive: true });
  await assert.rejects(openAgain(bench.dataDir), refused(/belong to another database than .*consigne\.sqlite/));
  assert.deepEqual(await readdir(bytesOf(bench), { recursive: true }), before);
  // Of an earlier version, which gave no ids.
  await rm(join(bytesOf(bench), "store.json"));
  await assert.rejects(openAgain(bench.dataDir), refused(/holds none of the bytes of the files/));
  await rm(bytesOf(bench), { recursive: true });
  await assert.rejects(openAgain(bench.dataDir), refused(/holds none of the bytes .* not mounted/));
  // The disk is mounted again.
  await rm(bytesOf(bench), { recursive: true });
  await cp(join(bench.dataDir, "kept"), bytesOf(bench), { recursive: true });
  await openAgain(bench.dataDir);
});

test("a folder and its backups of an earlier version open and get their id, also where one part is older", async () => {
  await using bench = await withFile("a");
  const forget = () => {
    const raw = new DatabaseSync(join(bench.dataDir, "consigne.sqlite"));
    raw.exec("delete from byte_stores");
    raw.close();
  };
  forget();
  await rm(join(bytesOf(bench), "store.json"));
  const id = await openAgain(bench.dataDir);
  await rm(join(bytesOf(bench), "store.json"));
  assert.equal(await openAgain(bench.dataDir), id, "bytes from a backup of before");
  forget();
  assert.equal(await openAgain(bench.dataDir), id, "a database from a backup of before");
  await writeFile(join(bytesOf(bench), "store.json"), "");
  assert.equal(await openAgain(bench.dataDir), id, "a file that a crash left empty");
});

test("a database without files takes no store that has others' bytes and a name, and an operator can say otherwise", async () => {
  await using bench = await openBench();
  await using other = await withFile("other");
  const raw = new DatabaseSync(join(bench.dataDir, "consigne.sqlite"));
  raw.exec("delete from byte_stores");
  raw.close();
  await rm(bytesOf(bench), { recursive: true });
  await cp(bytesOf(other), bytesOf(bench), { recursive: true });
  await assert.rejects(openAgain(bench.dataDir), refused(/belong to another database/));
  const id = await openAgain(bench.dataDir, true);
  assert.equal(await idOf(other), `${JSON.stringify({ id })}\n`);
  assert.equal(await openAgain(bench.dataDir), id);
});
