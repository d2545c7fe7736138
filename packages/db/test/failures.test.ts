import { DatabaseError } from "@consigne/core";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdir, open, readFile, readdir, rename, stat, truncate, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { promisify } from "node:util";
import {
  ConstraintError,
  describeSqlite,
  migrateSqlite,
  openSqliteDatabase,
  openSqliteForReading,
} from "../src/index.ts";
import { SqliteDatabase } from "../src/sqlite/sqlite-database.ts";
import { openReader, openWriter } from "../src/sqlite/sqlite-file.ts";
import { makeFolder } from "./_folder.ts";

const run = promisify(execFile);
const time = new Date("2026-01-31T09:20:30Z");

function failsWith(failure: DatabaseError["failure"], text: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof DatabaseError, String(error));
    assert.equal(error.failure, failure);
    assert.match(error.message, text);
    return true;
  };
}

/** A database whose connection the test can access. */
async function openInParts(path: string) {
  await migrateSqlite(path);
  const writer = await openWriter(path, 1000);
  const reader = openReader(path, 1000);
  const { ino } = await stat(path, { bigint: true });
  return { database: new SqliteDatabase({ path, inode: ino, reader, writer, refusal: () => undefined }), writer };
}

test("creates private database and log files", async () => {
  await using folder = await makeFolder();
  const database = await openSqliteDatabase({ path: folder.file });
  for (const suffix of ["", "-wal", "-shm"]) {
    assert.equal((await stat(folder.file + suffix)).mode & 0o777, 0o600);
  }
  await database.close();
});

test("opens for reading beside a server that has it open", async () => {
  await using folder = await makeFolder();
  const server = await openSqliteDatabase({ path: folder.file });
  const note = (name: string) => ({ topic: "test", name, value: { name }, notedAt: time });
  await server.notes.set(note("before"));
  const beside = await openSqliteForReading({ path: folder.file, failure: "full" });
  await server.notes.set(note("after"));
  for (const name of ["before", "after"]) assert.deepEqual((await beside.notes.find("test", name))?.value, { name });
  await assert.rejects(beside.notes.set(note("no")), failsWith("full", /is full; nothing was changed/));
  await beside.close();
  await server.close();
});

test("refuses a file that is not a database and leaves it unchanged", async () => {
  await using folder = await makeFolder();
  const bytes = Buffer.from("this is a letter, not a database\n".repeat(300));
  await writeFile(folder.file, bytes);
  const isCorrupt = failsWith("corrupt", /restore a backup/);
  await assert.rejects(openSqliteDatabase({ path: folder.file }), isCorrupt);
  await assert.rejects(describeSqlite(folder.file), isCorrupt);
  assert.deepEqual(await readFile(folder.file), bytes);
});

test("refuses another program's database", async () => {
  await using folder = await makeFolder();
  const other = new DatabaseSync(folder.file);
  other.exec("create table recipes (name text)");
  other.close();
  await assert.rejects(openSqliteDatabase({ path: folder.file }), failsWith("corrupt", /not a database of Consigne/));
});

test("refuses a truncated database", async () => {
  await using folder = await makeFolder();
  const database = await openSqliteDatabase({ path: folder.file });
  await database.close();
  await truncate(folder.file, 5000);
  await assert.rejects(openSqliteDatabase({ path: folder.file }), failsWith("corrupt", /keep a copy/));
});

test("reports damage found while in use", async () => {
  await using folder = await makeFolder();
  const database = await openSqliteDatabase({ path: folder.file });
  await database.transaction(async ({ uploads }) => {
    for (let index = 0; index < 500; index++) await uploads.claim(`upload-${index}`, time, time);
  });
  await database.close();
  const file = await open(folder.file, "r+");
  const { size } = await file.stat();
  // All but the first page, which holds the list of tables.
  await file.write(Buffer.alloc(size - 4096, 0xa5), 0, size - 4096, 4096);
  await file.close();
  await assert.rejects(openSqliteDatabase({ path: folder.file }), failsWith("corrupt", /damaged/));
});

test("refuses a path that cannot contain a file", async () => {
  await using folder = await makeFolder();
  await writeFile(join(folder.path, "plain"), "");
  await mkdir(join(folder.path, "folder"));
  const isUnavailable = failsWith("unavailable", /cannot be (created|opened)/);
  await assert.rejects(openSqliteDatabase({ path: join(folder.path, "absent", "db") }), isUnavailable);
  await assert.rejects(openSqliteDatabase({ path: join(folder.path, "plain", "db") }), isUnavailable);
  await assert.rejects(openSqliteDatabase({ path: join(folder.path, "folder") }), isUnavailable);
});

test("does not replace a lost file if told not to", async () => {
  await using folder = await makeFolder();
  const options = { path: folder.file, create: false };
  await assert.rejects(openSqliteDatabase(options), failsWith("unavailable", /missing/));
  assert.deepEqual((await describeSqlite(folder.file)).exists, false);
  await (await openSqliteDatabase({ path: folder.file })).close();
  await (await openSqliteDatabase(options)).close();
});

test("reports a folder in which no file can be created", async (context) => {
  await using folder = await makeFolder();
  // Mode bits do not stop root, but the immutable flag does where the file system supports it.
  const isSealed = await run("chattr", ["+i", folder.path]).then(
    () => true,
    () => false,
  );
  if (!isSealed) return context.skip("chattr +i does not work here");
  try {
    await assert.rejects(openSqliteDatabase({ path: folder.file }), failsWith("read-only", /mounted/));
  } finally {
    await run("chattr", ["-i", folder.path]);
  }
});

test("reports a file that cannot be written", async (context) => {
  await using folder = await makeFolder();
  await (await openSqliteDatabase({ path: folder.file })).close();
  const isSealed = await run("chattr", ["+i", folder.file]).then(
    () => true,
    () => false,
  );
  if (!isSealed) return context.skip("chattr +i does not work here");
  try {
    await assert.rejects(openSqliteDatabase({ path: folder.file }), failsWith("read-only", /owner and mode/));
  } finally {
    await run("chattr", ["-i", folder.file]);
  }
});

test("notices at the check that its file was removed or replaced", async () => {
  await using folder = await makeFolder();
  const database = await openSqliteDatabase({ path: folder.file });
  const away = `${folder.file}.away`;
  await rename(folder.file, away);
  const isGone = failsWith("unavailable", /removed or replaced/);
  await assert.rejects(database.check(), isGone);
  await copyFile(away, folder.file);
  await assert.rejects(database.check(), isGone);
  await rename(away, folder.file);
  await database.check();
  await database.close();
});

test("undoes a transaction that fills the disk and continues once there is room", async () => {
  await using folder = await makeFolder();
  const { database, writer } = await openInParts(folder.file);
  await database.uploads.claim("kept", time, time);
  const { rows } = await writer.execute<{ page_count: number }>("pragma page_count");
  // The engine's own limit fails exactly like a full disk.
  await writer.execute(`pragma max_page_count = ${(rows[0]?.page_count ?? 0) + 2}`);
  const fill = database.transaction(async ({ uploads }) => {
    for (let index = 0; index < 5000; index++) await uploads.claim(`upload-${index}`, time, time);
  });
  await assert.rejects(fill, failsWith("full", /Free some space/));
  assert.equal(await database.uploads.findById("upload-0"), undefined);
  assert.ok(await database.uploads.findById("kept"));
  await writer.execute("pragma max_page_count = 1000000");
  await database.uploads.claim("later", time, time);
  assert.ok(await database.uploads.findById("later"));
  await database.close();
});

test("commits nothing of a transaction that the engine undid along the way", async () => {
  await using folder = await makeFolder();
  const { database, writer } = await openInParts(folder.file);
  const work = database.transaction(async ({ uploads }) => {
    await uploads.claim("before", time, time);
    // SQLite does this itself after some failures, which the work may have caught.
    await writer.execute("rollback");
    await uploads.claim("after", time, time).catch(() => false);
  });
  await assert.rejects(work, failsWith("unavailable", /undone/));
  assert.equal(await database.uploads.findById("before"), undefined);
  assert.equal(await database.uploads.findById("after"), undefined);
  await database.uploads.claim("later", time, time);
  assert.ok(await database.uploads.findById("later"));
  await database.close();
});

test("flushes each commit to disk", async () => {
  await using folder = await makeFolder();
  const { database, writer } = await openInParts(folder.file);
  const settings = ["journal_mode", "synchronous", "foreign_keys"];
  const values = await Promise.all(settings.map((name) => writer.execute<Record<string, unknown>>(`pragma ${name}`)));
  assert.deepEqual(
    values.map(({ rows }, index) => rows[0]?.[settings[index] ?? ""]),
    ["wal", 2, 1],
  );
  await database.close();
});

test("leaves one file behind when closed, and reading it adds none", async () => {
  await using folder = await makeFolder();
  const database = await openSqliteDatabase({ path: folder.file });
  await database.uploads.claim("a", time, time);
  await describeSqlite(folder.file);
  await database.close();
  assert.deepEqual(await readdir(folder.path), [basename(folder.file)]);
  await describeSqlite(folder.file);
  assert.deepEqual(await readdir(folder.path), [basename(folder.file)]);
});

test("reports busy while another program locks the file, and works again afterwards", async () => {
  await using folder = await makeFolder();
  const database = await openSqliteDatabase({ path: folder.file, busyTimeoutMs: 50 });
  const other = new DatabaseSync(folder.file);
  other.exec("begin immediate");
  const isBusy = failsWith("busy", /Try again/);
  await assert.rejects(database.uploads.claim("a", time, time), isBusy);
  await assert.rejects(
    database.transaction(async ({ uploads }) => uploads.claim("a", time, time)),
    isBusy,
  );
  await assert.rejects(database.check(), isBusy);
  assert.equal(await database.uploads.findById("a"), undefined);
  other.exec("rollback");
  other.close();
  assert.equal(await database.uploads.claim("a", time, time), true);
  await database.close();
});

test("waits for another program's lock without blocking the event loop", async () => {
  await using folder = await makeFolder();
  const database = await openSqliteDatabase({ path: folder.file });
  const other = new DatabaseSync(folder.file);
  other.exec("begin immediate");
  const claim = database.uploads.claim("a", time, time);
  // Only runs while the claim waits if the event loop is free.
  setImmediate(() => other.exec("rollback"));
  assert.equal(await claim, true);
  other.close();
  await database.close();
});

test("distinguishes a violated schema rule from a database failure", async () => {
  await using folder = await makeFolder();
  const database = await openSqliteDatabase({ path: folder.file });
  const blob = { id: "k", key: "k", whirlpool: "w", sizeBytes: 1, createdAt: time, damagedAt: undefined };
  await database.blobs.createMany([blob]);
  await assert.rejects(database.blobs.createMany([{ ...blob, id: "other", key: "other" }]), (error) => {
    return error instanceof ConstraintError && error.rule === "unique";
  });
  await database.close();
});
