import assert from "node:assert/strict";
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { BlobStoreError, DatabaseError, newRecordId } from "@consigne/core";
import { openDataFolder } from "../../src/data-folder.ts";
import { openPorts } from "../../src/open-ports.ts";
import { embeddedEngines } from "../../src/read-engines.ts";
import { StartError } from "../../src/start-error.ts";
import { type Bench, openBench, uploadTexts } from "../_services.ts";

/** Opens the folder again, and closes it; returns the id of its store. */
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

test("database and store get one id at the first start, and keep it", async () => {
  await using bench = await withFile("a");
  const id = await openAgain(bench.dataDir);
  assert.equal(await idOf(bench), `${JSON.stringify({ id })}\n`);
  assert.equal(await openAgain(bench.dataDir), id);
});

test("a server does not start with somebody else's store, or without any", async () => {
  await using bench = await withFile("a");
  await using other = await withFile("other");
  await cp(bytesOf(bench), join(bench.dataDir, "kept"), { recursive: true });
  await rm(bytesOf(bench), { recursive: true });
  await cp(bytesOf(other), bytesOf(bench), { recursive: true });
  const before = await readdir(bytesOf(bench), { recursive: true });
  await assert.rejects(openAgain(bench.dataDir), refused(/belong to another database than .*consigne\.sqlite/));
  assert.deepEqual(await readdir(bytesOf(bench), { recursive: true }), before);
  // As from an earlier release, without ids.
  await rm(join(bytesOf(bench), "store.json"));
  await assert.rejects(openAgain(bench.dataDir), refused(/holds none of the bytes of the files/));
  await rm(bytesOf(bench), { recursive: true });
  await assert.rejects(openAgain(bench.dataDir), refused(/holds none of the bytes .* not mounted/));
  // The disk is mounted again.
  await rm(bytesOf(bench), { recursive: true });
  await cp(join(bench.dataDir, "kept"), bytesOf(bench), { recursive: true });
  await openAgain(bench.dataDir);
});

test("a folder and its backups from an earlier version open and get their id, even if one part is older", async () => {
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
  assert.equal(await openAgain(bench.dataDir), id, "bytes from an earlier backup");
  forget();
  assert.equal(await openAgain(bench.dataDir), id, "a database from an earlier backup");
  await writeFile(join(bytesOf(bench), "store.json"), "");
  assert.equal(await openAgain(bench.dataDir), id, "a file left empty by a crash");
});

test("a database without files accepts no store with others' bytes and an id, unless the operator says so", async () => {
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

/** Ways in which an id exists but cannot be read; root is not refused by a mode. */
const unreadable: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  "is a folder": (path) => mkdir(path),
  "is a link to itself": (path) => symlink(path, path),
};
const unclear: typeof unreadable = {
  "is empty": (path) => writeFile(path, ""),
  "is cut off": (path) => writeFile(path, '{"id":"abc'),
};

const isHeld = (error: unknown): boolean => {
  assert.ok(error instanceof BlobStoreError || error instanceof DatabaseError, String(error));
  assert.equal(error.failure, "read-only");
  assert.match(error.message, /store\.json in .* cannot be read.* Nothing is changed or removed\./);
  return true;
};

/** Opens data that must not be written, and calls `mend` before the next check. */
async function assertHeld(dataDir: string, mend: () => Promise<unknown>): Promise<void> {
  const folder = await openDataFolder(dataDir, { mayCreate: false });
  await using opened = await openPorts(embeddedEngines, folder);
  const { database, blobs } = opened.ports;
  const stored = async () => {
    const keys: string[] = [];
    for await (const { key } of blobs.list()) keys.push(key);
    return keys;
  };
  const [key = ""] = await stored();
  assert.ok(key);
  await assert.rejects(blobs.remove(key), isHeld);
  await assert.rejects(blobs.stage(), isHeld);
  await assert.rejects(blobs.sweepStaged(new Date(), new Date()), isHeld);
  await assert.rejects(database.discardedBytes.add([newRecordId()], new Date()), isHeld);
  await assert.rejects(
    database.transaction((rows) => rows.discardedBytes.add([newRecordId()], new Date())),
    isHeld,
  );
  assert.equal(await opened.reading?.tryWriting(), false);
  assert.deepEqual(await stored(), [key]);
  await mend();
  assert.equal(await opened.reading?.tryWriting(), true);
  await (await blobs.stage()).abort();
  await database.discardedBytes.add([newRecordId()], new Date());
}

for (const [what, spoil] of Object.entries(unreadable)) {
  test(`nothing is written or removed while the store's id ${what}`, async () => {
    await using bench = await withFile("a");
    const path = join(bytesOf(bench), "store.json");
    const name = await idOf(bench);
    await rm(path);
    await spoil(path);
    await assertHeld(bench.dataDir, async () => {
      await rm(path, { recursive: true });
      await writeFile(path, name);
    });
    assert.equal(await idOf(bench), name);
  });
}

for (const [what, spoil] of Object.entries({ ...unreadable, ...unclear })) {
  test(`another server's store is not accepted for an empty database if its id ${what}`, async () => {
    await using bench = await openBench();
    await using other = await withFile("other");
    await rm(bytesOf(bench), { recursive: true });
    await cp(bytesOf(other), bytesOf(bench), { recursive: true });
    const path = join(bytesOf(bench), "store.json");
    await rm(path);
    await spoil(path);
    const name = `${JSON.stringify({ id: await idOfRows(bench) })}\n`;
    await assertHeld(bench.dataDir, async () => {
      await rm(path, { recursive: true });
      await writeFile(path, name);
    });
  });
}

async function idOfRows({ ports }: Bench): Promise<string> {
  const id = await ports.database.blobs.findStoreId();
  assert.ok(id);
  return id;
}

test("an operator can accept a store whose id cannot be read, and one with a damaged id is accepted if it has the bytes", async () => {
  await using bench = await withFile("a");
  const path = join(bytesOf(bench), "store.json");
  await rm(path);
  await symlink(path, path);
  const id = await openAgain(bench.dataDir, true);
  assert.equal(await idOf(bench), `${JSON.stringify({ id })}\n`);
  await writeFile(path, '{"id":');
  assert.equal(await openAgain(bench.dataDir), id);
});
