import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { type Mock, mock, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Database, DatabaseError, type TransactionOptions } from "@consigne/core";
import { CommitFlushes } from "../src/sqlite/commit-flushes.ts";
import type { SqliteConnection } from "../src/sqlite/sqlite-connection.ts";
import { SqliteDatabase } from "../src/sqlite/sqlite-database.ts";
import { openReader, openWriter } from "../src/sqlite/sqlite-file.ts";
import { makeFolderWithTables } from "./_folder.ts";

const time = new Date("2026-01-31T09:20:30Z");
const brief: TransactionOptions = { isBrief: true };

interface Opened extends AsyncDisposable {
  database: Database;
  writer: SqliteConnection;
  commits: Mock<() => Promise<void>>;
  /** Checked before each commit and each begin. */
  refuse(error: DatabaseError | undefined): void;
}

/** The clock stands still, so that a busy machine does not split work that begins in one turn. */
async function open(): Promise<Opened> {
  const clock = mock.method(performance, "now", () => 0);
  const folder = await makeFolderWithTables();
  const writer = await openWriter(folder.file, 1000, { hasLogKeeper: true });
  const reader = openReader(folder.file, 1000);
  const { ino } = await stat(folder.file, { bigint: true });
  let refusal: DatabaseError | undefined;
  const database = new SqliteDatabase({
    path: folder.file,
    inode: ino,
    reader,
    writer,
    refusal: () => refusal,
    flushes: new CommitFlushes(folder.file, reader),
  });
  return {
    database,
    writer,
    commits: mock.method(writer, "commit"),
    refuse: (error) => {
      refusal = error;
    },
    [Symbol.asyncDispose]: async () => {
      clock.mock.restore();
      await database.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const claim = (database: Database, id: string, options?: TransactionOptions): Promise<boolean> =>
  database.transaction(({ uploads }) => uploads.claim(id, time, time), options);
const exists = async (database: Database, id: string) => (await database.uploads.findById(id)) !== undefined;
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `upload ${index}`);

test("brief transactions started in one turn of the event loop are one commit", async () => {
  await using opened = await open();
  const { database, commits } = opened;
  const ids = names(20);
  assert.ok((await Promise.all(ids.map((id) => claim(database, id, brief)))).every(Boolean));
  assert.equal(commits.mock.callCount(), 1);
  assert.ok((await Promise.all(ids.map((id) => exists(database, id)))).every(Boolean));
});

test("each sees the changes of those before it, as if run one after the other", async () => {
  await using opened = await open();
  const { database } = opened;
  const claims = await Promise.all([0, 1, 2].map(() => claim(database, "one", brief)));
  assert.deepEqual(claims, [true, false, false]);
});

test("commits happen now and then while more and more arrive", async () => {
  await using opened = await open();
  const { database, commits } = opened;
  await Promise.all(names(100).map((id) => claim(database, id, brief)));
  assert.ok(commits.mock.callCount() >= 4, `${commits.mock.callCount()} commits`);
});

for (const place of [0, 1, 2]) {
  test(`only number ${place} of three is undone if it is refused`, async () => {
    await using opened = await open();
    const { database } = opened;
    const ended = await Promise.allSettled(
      [0, 1, 2].map((number) =>
        database.transaction(async ({ uploads }) => {
          await uploads.claim(`upload ${number}`, time, time);
          if (number === place) throw new Error("refused");
        }, brief),
      ),
    );
    const statuses = ended.map(({ status }) => status);
    const expected = [0, 1, 2].map((number) => number !== place);
    assert.deepEqual(
      statuses.map((status) => status === "fulfilled"),
      expected,
    );
    assert.deepEqual(await Promise.all([0, 1, 2].map((number) => exists(database, `upload ${number}`))), expected);
  });
}

test("a long transaction is committed on its own, after the waiting brief ones", async () => {
  await using opened = await open();
  const { database, commits } = opened;
  const order: string[] = [];
  const noted = (name: string, options?: TransactionOptions) =>
    database.transaction(async ({ uploads }) => {
      order.push(`${name} after ${commits.mock.callCount()}`);
      await uploads.claim(name, time, time);
    }, options);
  await Promise.all([noted("one", brief), noted("two", brief), noted("long"), noted("three", brief)]);
  assert.deepEqual(order, ["one after 0", "two after 0", "long after 1", "three after 2"]);
  assert.equal(commits.mock.callCount(), 3);
});

test("a single statement comes after the waiting brief transactions", async () => {
  await using opened = await open();
  const { database, commits } = opened;
  const first = claim(database, "first", brief);
  const expired = database.downloadTokens.expire("none");
  await Promise.all([first, expired]);
  assert.equal(commits.mock.callCount(), 1);
  assert.ok(await exists(database, "first"));
});

test("if the commit fails, all fail, nothing of them is kept, and the next one works", async () => {
  await using opened = await open();
  const { database, refuse } = opened;
  const full = new DatabaseError("full", "The disk is full.");
  const last = Promise.withResolvers<void>();
  const claims = [
    claim(database, "one", brief),
    claim(database, "two", brief),
    database.transaction(async ({ uploads }) => {
      await uploads.claim("three", time, time);
      refuse(full);
      last.resolve();
    }, brief),
  ];
  const ended = Promise.allSettled(claims);
  await last.promise;
  for (const each of await ended) assert.equal(each.status === "rejected" && each.reason, full);
  refuse(undefined);
  for (const id of ["one", "two", "three"]) assert.equal(await exists(database, id), false);
  assert.equal(await claim(database, "one", brief), true);
  assert.ok(await exists(database, "one"));
});

test("a failed commit with a slow rollback is reported to its caller, and nobody else", async () => {
  await using opened = await open();
  const { database, writer, refuse } = opened;
  const full = new DatabaseError("full", "The disk is full.");
  const { rollback } = writer;
  // Like when others hold the turns in which statements run.
  mock.method(writer, "rollback", async () => {
    await nextTurn();
    await rollback.call(writer);
  });
  const unheard: unknown[] = [];
  const hear = (reason: unknown) => unheard.push(reason);
  process.on("unhandledRejection", hear);
  try {
    for (const options of [undefined, brief]) {
      const alone = database.transaction(async ({ uploads }) => {
        await uploads.claim("alone", time, time);
        refuse(full);
      }, options);
      await assert.rejects(alone, full);
      refuse(undefined);
    }
    assert.deepEqual(unheard, []);
  } finally {
    process.off("unhandledRejection", hear);
  }
  assert.equal(await claim(database, "alone"), true);
});

test("if SQLite rolled the transaction back along the way, all fail, and the next one works", async () => {
  await using opened = await open();
  const { database, writer } = opened;
  const ended = await Promise.allSettled([
    claim(database, "one", brief),
    database.transaction(async ({ uploads }) => {
      await uploads.claim("two", time, time);
      // SQLite does this itself after some failures, which the work may have caught.
      await writer.execute("rollback");
    }, brief),
    claim(database, "three", brief),
  ]);
  const undone = ended.slice(0, 2).map((each) => each.status === "rejected" && String(each.reason));
  for (const reason of undone) assert.match(String(reason), /undone after a failure; nothing was changed/);
  assert.equal(ended[2]?.status, "fulfilled");
  assert.deepEqual(await Promise.all(["one", "two", "three"].map((id) => exists(database, id))), [false, false, true]);
});

test("a failure in one piece of work undoes only that piece, although it follows others", async () => {
  await using opened = await open();
  const { database, commits } = opened;
  const ids = names(8);
  const works = ids.map((id, number) =>
    database.transaction(async ({ uploads }) => {
      await uploads.claim(id, time, time);
      if (number % 2 === 1) throw new Error(id);
    }, brief),
  );
  const ended = await Promise.allSettled(works);
  assert.equal(commits.mock.callCount(), 1);
  assert.deepEqual(
    ended.map((each) => (each.status === "rejected" ? String(each.reason) : "done")),
    ids.map((id, number) => (number % 2 === 1 ? `Error: ${id}` : "done")),
  );
  const kept = await Promise.all(ids.map((id) => exists(database, id)));
  assert.deepEqual(
    kept,
    ids.map((_, number) => number % 2 === 0),
  );
});

test("closing waits for pending commits", async () => {
  const opened = await open();
  const { database, writer } = opened;
  const claims = names(3).map((id) => claim(database, id, brief));
  const closed = database.close();
  assert.ok((await Promise.all(claims)).every(Boolean));
  await closed;
  await assert.rejects(writer.execute("select 1"), DatabaseError);
  await opened[Symbol.asyncDispose]();
});

test("statements that were not awaited are refused once their transaction has ended", async () => {
  await using opened = await open();
  const { database } = opened;
  let late: (() => Promise<unknown>) | undefined;
  await database.transaction(async ({ uploads, downloadTokens }) => {
    late = () => Promise.any([uploads.claim("late", time, time), downloadTokens.expire("late")]);
  }, brief);
  await nextTurn();
  await assert.rejects(async () => late?.(), /All promises were rejected/);
  assert.equal(await exists(database, "late"), false);
});
