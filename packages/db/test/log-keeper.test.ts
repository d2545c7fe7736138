import assert from "node:assert/strict";
import { readdir, rm, stat } from "node:fs/promises";
import { basename } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openSqliteDatabase } from "../src/index.ts";
import { CommitFlushes } from "../src/sqlite/commit-flushes.ts";
import { LogKeeper } from "../src/sqlite/log-keeper.ts";
import { SqliteDatabase } from "../src/sqlite/sqlite-database.ts";
import { openReader, openWriter } from "../src/sqlite/sqlite-file.ts";
import type { Database } from "@consigne/core";
import { makeFolderWithTables } from "./_folder.ts";

const MIB = 1024 * 1024;
const LOOK_MS = 10;
const DEADLINE_MS = 60_000;
const time = new Date("2026-01-31T09:20:30Z");

/** Each is a transaction of about `sizeMib` MiB. */
async function writeNotes(database: Database, count: number, sizeMib = 1): Promise<void> {
  const text = "x".repeat(sizeMib * MIB);
  for (let index = 0; index < count; index++) {
    const note = { topic: "long", name: String(index % 4), value: { text, index }, notedAt: time };
    await database.transaction(async ({ notes }) => notes.set(note));
  }
}

/** The state of the log as another connection sees it. */
function lookAtLog(file: string): { log: number; checkpointed: number } {
  const outside = new DatabaseSync(file);
  const state = outside.prepare("pragma wal_checkpoint(noop)").get();
  outside.close();
  return { log: Number(state?.["log"]), checkpointed: Number(state?.["checkpointed"]) };
}

test("a long log is copied into the database without a commit, and none is left at the end", async () => {
  await using folder = await makeFolderWithTables();
  const database = await openSqliteDatabase({ path: folder.file });
  await writeNotes(database, 6);
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const { log, checkpointed } = lookAtLog(folder.file);
    assert.ok(log > 1000, "the log is shorter than this test needs");
    // Commits made during the copy are left for the next time, if there are few.
    if (log - checkpointed < 1000) break;
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

test("rows not yet flushed when the log is copied follow without another commit", async () => {
  await using folder = await makeFolderWithTables();
  const flush = Promise.withResolvers<void>();
  const log = { datasync: () => flush.promise, close: async () => undefined };
  const writer = await openWriter(folder.file, 1000, { hasLogKeeper: true });
  const reader = openReader(folder.file, 1000);
  const flushes = new CommitFlushes(folder.file, reader, async () => log);
  const keeper = new LogKeeper(folder.file, writer);
  const { ino } = await stat(folder.file, { bigint: true });
  const parts = { path: folder.file, inode: ino, reader, writer, refusal: () => undefined, keeper, flushes };
  const database = new SqliteDatabase(parts);
  const written = writeNotes(database, 1, 6);
  // By now a first copy has ended that could not take anything.
  await sleep(300);
  assert.equal(lookAtLog(folder.file).checkpointed, 0);
  flush.resolve();
  await written;
  const deadline = performance.now() + DEADLINE_MS;
  for (let left = Infinity; left > 0;) {
    const { log: pages, checkpointed } = lookAtLog(folder.file);
    left = pages - checkpointed;
    assert.ok(left === 0 || performance.now() < deadline, `of ${pages} pages ${checkpointed} were copied`);
    if (left > 0) await sleep(LOOK_MS);
  }
  await database.close();
});

test("continuous writes do not let the log grow without bound", async () => {
  await using folder = await makeFolderWithTables();
  const database = await openSqliteDatabase({ path: folder.file });
  await writeNotes(database, 128);
  const { size } = await stat(`${folder.file}-wal`);
  assert.ok(size < 80 * MIB, `the log has ${size} bytes`);
  await database.close();
});

test("large transactions wait until the log is copied completely and restarts", async () => {
  await using folder = await makeFolderWithTables();
  const database = await openSqliteDatabase({ path: folder.file });
  await writeNotes(database, 16, 7);
  const { size } = await stat(`${folder.file}-wal`);
  assert.ok(size < 32 * MIB, `the log has ${size} bytes`);
  await database.close();
});

test("a removed database is not recreated by copying its log", async () => {
  await using folder = await makeFolderWithTables();
  const database = await openSqliteDatabase({ path: folder.file });
  await writeNotes(database, 6);
  await rm(folder.file);
  await database.close();
  assert.equal((await readdir(folder.path)).includes(basename(folder.file)), false);
});
