import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { stat } from "node:fs/promises";
import { test } from "node:test";
import { type Database, DatabaseError } from "@consigne/core";
import { openSqliteDatabase } from "../src/index.ts";
import { CommitFlushes } from "../src/sqlite/commit-flushes.ts";
import { SqliteDatabase } from "../src/sqlite/sqlite-database.ts";
import { openReader, openWriter } from "../src/sqlite/sqlite-file.ts";
import { makeFolderWithTables } from "./_folder.ts";

const time = new Date("2026-01-31T09:20:30Z");

/** A log whose flushes end when the test says so. */
class HeldLog extends EventEmitter {
  begun = 0;
  #flush = Promise.withResolvers<void>();

  async datasync(): Promise<void> {
    this.#flush = Promise.withResolvers();
    this.begun++;
    this.emit("flush");
    await this.#flush.promise;
  }

  async close(): Promise<void> {}

  /** Resolves with the next flush. */
  async next(): Promise<void> {
    await once(this, "flush");
  }

  end(): void {
    this.#flush.resolve();
  }

  fail(error: Error): void {
    this.#flush.reject(error);
  }
}

async function openHeld(path: string): Promise<{ database: Database; log: HeldLog }> {
  const log = new HeldLog();
  const writer = await openWriter(path, 1000, { hasLogKeeper: true });
  const reader = openReader(path, 1000);
  const flushes = new CommitFlushes(path, reader, async () => log);
  const { ino } = await stat(path, { bigint: true });
  return { database: new SqliteDatabase({ path, inode: ino, reader, writer, refusal: () => undefined, flushes }), log };
}

const claim = (database: Database, id: string) => database.uploads.claim(id, time, time);
const exists = async (database: Database, id: string) => (await database.uploads.findById(id)) !== undefined;
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Which of these have resolved after all pending work has run. */
async function done(promises: Record<string, Promise<unknown>>): Promise<string[]> {
  const resolved: string[] = [];
  for (const [name, promise] of Object.entries(promises)) void promise.then(() => resolved.push(name));
  for (let turns = 0; turns < 50; turns++) await turn();
  return resolved;
}

test("a commit resolves after a flush that started after it was written, and commits in between share one", async () => {
  await using folder = await makeFolderWithTables();
  const { database, log } = await openHeld(folder.file);
  const flush = log.next();
  const first = claim(database, "first");
  await flush;
  const second = claim(database, "second");
  const third = database.transaction(({ uploads }) => uploads.claim("third", time, time));
  assert.deepEqual(await done({ first, second, third }), []);
  const another = log.next();
  log.end();
  await another;
  assert.deepEqual(await done({ first, second, third }), ["first"]);
  log.end();
  await Promise.all([first, second, third]);
  assert.equal(log.begun, 2);
  await database.close();
});

test("reads return the rows from before a commit until it is durable", async () => {
  await using folder = await makeFolderWithTables();
  const { database, log } = await openHeld(folder.file);
  const flush = log.next();
  const first = claim(database, "first");
  await flush;
  const second = claim(database, "second");
  assert.deepEqual(await done({ second }), []);
  assert.deepEqual([await exists(database, "first"), await exists(database, "second")], [false, false]);
  const another = log.next();
  log.end();
  await another;
  await first;
  assert.deepEqual([await exists(database, "first"), await exists(database, "second")], [true, false]);
  log.end();
  await second;
  assert.deepEqual([await exists(database, "first"), await exists(database, "second")], [true, true]);
  await database.close();
});

test("a read-only transaction continues once what it read is durable, even with a refusal", async () => {
  await using folder = await makeFolderWithTables();
  const { database, log } = await openHeld(folder.file);
  const flush = log.next();
  const first = claim(database, "first");
  await flush;
  const look = database.transaction(({ uploads }) => uploads.findById("first"));
  const again = claim(database, "first");
  const refusal = database
    .transaction(async ({ uploads }) => {
      if ((await uploads.findById("first")) !== undefined) throw new Error("taken");
    })
    .catch((error: unknown) => String(error));
  assert.deepEqual(await done({ look, again, refusal }), []);
  log.end();
  assert.equal(await first, true);
  assert.ok(await look);
  assert.deepEqual([await again, await refusal], [false, "Error: taken"]);
  assert.equal(log.begun, 1);
  await database.close();
});

test("after a failed flush no success is reported, later writes are refused as on a read-only disk, and reads stay at what is durable", async () => {
  await using folder = await makeFolderWithTables();
  const { database, log } = await openHeld(folder.file);
  let flush = log.next();
  const kept = claim(database, "kept");
  await flush;
  log.end();
  await kept;
  flush = log.next();
  const lost = claim(database, "lost");
  await flush;
  const behind = claim(database, "behind");
  await turn();
  log.fail(new Error("EIO: i/o error"));
  const failsAs = (failure: DatabaseError["failure"]) => (error: unknown) =>
    error instanceof DatabaseError && error.failure === failure && /could not be flushed.*EIO/.test(error.message);
  // Whether these were written is unknown.
  await assert.rejects(lost, failsAs("unavailable"));
  await assert.rejects(behind, failsAs("unavailable"));
  const isRefused = failsAs("read-only");
  await assert.rejects(claim(database, "later"), isRefused);
  await assert.rejects(
    database.transaction(({ uploads }) => uploads.claim("later", time, time)),
    isRefused,
  );
  await assert.rejects(database.check(), isRefused);
  const found = await Promise.all(["kept", "lost", "behind", "later"].map((id) => exists(database, id)));
  assert.deepEqual(found, [true, false, false, false]);
  await database.close().catch(() => undefined);
});

test("a log that cannot be opened counts as a failed flush", async () => {
  await using folder = await makeFolderWithTables();
  const writer = await openWriter(folder.file, 1000, { hasLogKeeper: true });
  const reader = openReader(folder.file, 1000);
  writer.flushes = new CommitFlushes(folder.file, reader, () => Promise.reject(new Error("ENOENT")));
  await writer.execute("update write_probe set written_at = 1");
  await writer.execute("insert or replace into write_probe (id, written_at) values (1, 1)");
  await assert.rejects(writer.settled(), /could not be flushed.*ENOENT/);
  writer.close();
  reader.close();
});

test("when no flush is pending, reads return what other connections commit", async () => {
  await using folder = await makeFolderWithTables();
  const { database, log } = await openHeld(folder.file);
  const other = await openSqliteDatabase({ path: folder.file });
  const flush = log.next();
  const ours = claim(database, "ours");
  await flush;
  await claim(other, "theirs");
  assert.equal(await exists(database, "theirs"), false);
  log.end();
  await ours;
  assert.equal(await exists(database, "theirs"), true);
  // Changes nothing, so nothing is flushed and reads do not wait.
  await database.uploads.release("absent");
  await claim(other, "later");
  assert.equal(await exists(database, "later"), true);
  assert.equal(log.begun, 1);
  await other.close();
  await database.close();
});
