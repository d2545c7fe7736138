import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Repositories } from "../ports/database.ts";
import {
  at,
  createBlob,
  createFile,
  createOwner,
  may,
  sampleBlob,
  sampleDownloadToken,
  sampleFile,
} from "./database-suite-samples.ts";
import type { OpenDatabase } from "./database-suite-samples.ts";
import { TurnWatch } from "./turn-watch.ts";

/** The most that anybody may do at a time: everything else in the process waits meanwhile. */
const MOST_ROWS = 500;
const MANY = 1200;

export function turnTests(open: OpenDatabase): void {
  test("lets other work have its turn after 500 rows, in a transaction and outside", async () => {
    await using opened = await open();
    const { database } = opened;
    const { place } = await createOwner(database);
    const blob = await createBlob(database);
    const created = Array.from({ length: MANY }, () => sampleFile(blob, place));
    using watch = new TurnWatch();
    const eachOf = async (work: (rows: Repositories, id: number) => Promise<unknown>) => {
      watch.mostRows = 0;
      await database.transaction(async (rows) => {
        for (const index of created.keys()) {
          await work(rows, index);
          watch.count(1);
        }
      });
      assert.ok(watch.mostRows <= MOST_ROWS, `${watch.mostRows} rows in one turn`);
    };
    const idAt = (index: number) => may(created[index]?.id ?? "");
    await eachOf(async (rows, index) => rows.files.createMany([created[index] ?? assert.fail()]));
    await eachOf((rows, index) => rows.files.findById(idAt(index)));
    await eachOf((rows, index) => rows.files.updateMany([{ id: idAt(index), changes: { name: "renamed" } }]));
    watch.mostRows = 0;
    for (const { id } of created) {
      await database.blobs.listFileIds(blob.id, 1);
      assert.equal((await database.files.findByName(place.folderId, id)) ?? id, id);
      watch.count(2);
    }
    assert.ok(watch.mostRows <= MOST_ROWS, `${watch.mostRows} rows in one turn`);
    await eachOf((rows, index) => rows.files.removeMany([idAt(index)]));
  });

  test("reads and changes many rows in several turns, whoever else asks at the same time", async () => {
    await using opened = await open();
    const { database } = opened;
    const { place } = await createOwner(database);
    const contents = Array.from({ length: MANY }, () => sampleBlob());
    const created = contents.map((blob) => sampleFile(blob, place));
    const ids = created.map(({ id }) => may(id));
    const blobIds = contents.map(({ id }) => id);
    using watch = new TurnWatch();
    const inTurns = async (name: string, work: (rows: Repositories) => Promise<unknown>) => {
      const before = watch.turns;
      await database.transaction(work);
      const turns = watch.turns - before;
      assert.ok(turns >= Math.floor(MANY / MOST_ROWS), `${name}: ${turns} turns`);
    };
    await inTurns("contents", (rows) => rows.blobs.createMany(contents));
    await inTurns("files", (rows) => rows.files.createMany(created));
    await inTurns("reading", (rows) => rows.files.findByIds(ids));
    await inTurns("moving", (rows) =>
      rows.files.updateMany(ids.map((id) => ({ id, changes: { folderId: may(place.folderId) } }))),
    );
    await inTurns("identities", (rows) => rows.blobs.findByIdentities(contents));
    await inTurns("referenced", (rows) => rows.blobs.listReferenced(blobIds));
    await inTurns("bytes", (rows) => rows.blobs.replaceKeys(blobIds.map((id) => ({ id, key: `new ${id}` }))));
    await inTurns("removal", (rows) => rows.files.removeMany(ids));
    await inTurns("removal of contents", async (rows) => {
      const keys = await rows.blobs.removeUnreferenced(blobIds);
      assert.equal(keys.length, MANY);
      await rows.discardedBytes.add(keys, at(0));
    });
    const discarded = await database.discardedBytes.list(undefined, 2 * MANY);
    await inTurns("discarded", (rows) => rows.discardedBytes.remove(discarded));
  });

  test("removes many rows in several turns", async () => {
    await using opened = await open();
    const { database } = opened;
    const { place } = await createOwner(database);
    const file = await createFile(database, place);
    const addTokens = () =>
      database.transaction(async (rows) => {
        for (let index = 0; index < MANY; index++) await rows.downloadTokens.create(sampleDownloadToken(file.id));
      });
    using watch = new TurnWatch();
    const turnsOf = async <T>(work: () => Promise<T>): Promise<T> => {
      const before = watch.turns;
      const result = await work();
      assert.ok(watch.turns - before >= Math.floor(MANY / MOST_ROWS), `${watch.turns - before} turns`);
      return result;
    };
    await addTokens();
    assert.equal(
      await turnsOf(() =>
        database.downloadTokens.removeExpired({ now: at(1_000_000), unstarted: at(1_000_000), latest: at(2_000_000) }),
      ),
      MANY,
    );
    await addTokens();
    await turnsOf(() => database.transaction((rows) => rows.downloadTokens.removeByFiles([may(file.id)])));
    assert.equal(
      await database.downloadTokens.removeExpired({
        now: at(1_000_000),
        unstarted: at(1_000_000),
        latest: at(2_000_000),
      }),
      0,
    );
  });

  test("lets other work have its turn if a few rows take long", async () => {
    await using opened = await open();
    const { database } = opened;
    const { place } = await createOwner(database);
    const { id } = await createFile(database, place);
    using watch = new TurnWatch();
    await database.transaction(async (rows) => {
      for (let step = 0; step < 20; step++) {
        await rows.files.findById(id);
        keepBusy(5);
      }
    });
    assert.ok(watch.turns >= 5, `${watch.turns} turns`);
  });

  test("lets others read during a long transaction", async () => {
    await using opened = await open();
    const { database } = opened;
    const { place } = await createOwner(database);
    const blob = await createBlob(database);
    let isOver = false;
    let isAsked = false;
    const readMeanwhile = (async () => {
      while (!isAsked) await nextTurn();
      await database.files.listByFolder(place.folderId, { limit: 10 });
      assert.ok(!isOver, "the read had to wait for the whole transaction");
    })();
    await database.transaction(async (rows) => {
      for (let index = 0; index < 2 * MANY; index++) {
        await rows.files.createMany([sampleFile(blob, place)]);
        if (index === 400) isAsked = true;
      }
    });
    isOver = true;
    await readMeanwhile;
  });
}

function keepBusy(timeMs: number): void {
  const startedAt = performance.now();
  while (performance.now() - startedAt < timeMs);
}
