import assert from "node:assert/strict";
import { readdir, rm, stat } from "node:fs/promises";
import { basename } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openSqliteDatabase } from "../src/index.ts";
import type { Database } from "@consigne/core";
import { makeFolderWithTables } from "./_folder.ts";

const MIB = 1024 * 1024;
const LOOK_MS = 10;
const DEADLINE_MS = 60_000;
const time = new Date("2026-01-31T09:20:30Z");

/** Each a transaction of about so many MiB. */
async function writeNotes(database: Database, count: number, sizeMib = 1): Promise<void> {
  const text = "x".repeat(sizeMib * MIB);
  for (let index = 0; index < count; index++) {
    const note = { topic: "long", name: String(index % 4), value: { text, index }, notedAt: time };
    await database.transaction(async ({ notes }) => notes.set(note));
  }
}

/** What a look from outside finds in the log. */
function lookAtLog(file: string): { log: number; checkpointed: number } {
  const outside = new DatabaseSync(file);
  const state = outside.prepare("pragma wal_checkpoint(noop)").get();
  outside.close();
  return { log: Number(state?.["log"]), checkpointed: Number(state?.["checkpointed"]) };
}

test("a long log is copied into the database although no commit does it, and none is left at the end", async () => {
  await using folder = await makeFolderWithTables();
  const database = await openSqliteDatabase({ path: folder.file });
  await writeNotes(database, 6);
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const { log, checkpointed } = lookAtLog(folder.file);
    assert.ok(log > 1000, "the log is shorter than this test wants");
    if (checkpointed === log) break;
    assert.ok(performance.now() < deadline, `of ${log} pages ${checkpointed} were copied`);
    await sleep(LOOK_MS);
  }
  await database.close();
  assert.deepEqual(await readdir(folder.path), [basename(folder.file)]);
  const again = await openSqliteDatabase({ path: folder.file });
  const last = (await again.notes.find("long", "1"))?.value as { index: number; text: string };
  assert.deepEqual([last.index, last.text.length], [5, MIB]);
  await again.close();
});

test("whoever writes without a pause does not let the log grow without a bound", async () => {
  await using folder = await makeFolderWithTables();
  const database = await openSqliteDatabase({ path: folder.file });
  await writeNotes(database, 128);
  const { size } = await stat(`${folder.file}-wal`);
  assert.ok(size < 80 * MIB, `the log has ${size} bytes`);
  await database.close();
});

test("large transactions wait until the log is copied to its end and begins anew", async () => {
  await using folder = await makeFolderWithTables();
  const database = await openSqliteDatabase({ path: folder.file });
  await writeNotes(database, 16, 7);
  const { size } = await stat(`${folder.file}-wal`);
  assert.ok(size < 32 * MIB, `the log has ${size} bytes`);
  await database.close();
});

test("a database that was removed is not made again by the copying of its log", async () => {
  await using folder = await makeFolderWithTables();
  const database = await openSqliteDatabase({ path: folder.file });
  await writeNotes(database, 6);
  await rm(folder.file);
  await database.close();
  assert.equal((await readdir(folder.path)).includes(basename(folder.file)), false);
});
