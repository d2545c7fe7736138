import { may } from "@consigne/core/testing";
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { FileReference } from "@consigne/core";
import { TurnWatch } from "@consigne/core/testing";
import { type Bench, DAY_MS, openBench, overriding, uploadTexts } from "../_services.ts";

const MANY = 1000;
const MOST_ROWS = 500;

type Owner = Awaited<ReturnType<Bench["account"]>>;

async function makeFolders(bench: Bench, owner: Owner, levels: number): Promise<number[]> {
  const ids: number[] = [];
  for (let level = 0; level < levels; level++) {
    ids.push((await bench.services.folders.create(owner, ids.at(-1) ?? "root", `level ${level}`)).id);
  }
  return ids;
}

/** Many files with the same content. */
async function makeCopies(bench: Bench, owner: Owner, folder: number | "root"): Promise<FileReference[]> {
  const references: FileReference[] = [];
  const [first] = await uploadTexts(bench, owner, { "a.txt": "content" }, folder);
  references.push({ fileId: first?.fileId ?? "" });
  while (references.length < MANY) {
    const sources = references.slice(0, MANY - references.length);
    const copies = await bench.services.files.copy(owner, sources, { destination: folder });
    references.push(...copies.map(({ to }) => ({ fileId: to.id })));
  }
  return references;
}

test("changes to a thousand files let other work have its turn", async () => {
  using watch = new TurnWatch();
  await using bench = await openBench({ replace: ({ database }) => ({ database: watch.watching(database) }) });
  const owner = await bench.account();
  const levels = await makeFolders(bench, owner, 100);
  const [top = 0, deepest = 0] = [levels[0], levels.at(-1)];
  const { files } = bench.services;
  const references = await makeCopies(bench, owner, deepest);
  const inTurns = async (name: string, work: () => Promise<unknown>) => {
    // Rows of the previous work must not count for this one.
    await setImmediate();
    watch.mostRows = 0;
    await work();
    assert.ok(watch.mostRows <= MOST_ROWS, `${name}: ${watch.mostRows} rows in one turn`);
  };
  await inTurns("move", () => files.move(owner, references, "root"));
  await inTurns("attributes", () => files.changeAttributes(owner, references, { password: "hunter22" }));
  await inTurns("rename", () =>
    files.rename(
      owner,
      references.map((reference) => ({ reference, name: "b.txt" })),
    ),
  );
  await inTurns("copy", () => files.copy(owner, references, { destination: deepest }));
  await inTurns("listing", async () => {
    for (const place of [deepest, "everything"] as const) {
      const listing = await files.list(owner, place, {});
      assert.equal(listing.count, MANY);
      assert.equal((await listing.all()).length, MANY);
    }
  });
  await inTurns("removal", () =>
    files.remove(
      owner,
      references.map((reference) => ({ reference })),
    ),
  );
  const { trash } = bench.services;
  const removed: number[] = [];
  for (let next: number | undefined, isFirst = true; isFirst || next !== undefined; isFirst = false) {
    const page = await trash.list(owner, { beforeId: next, limit: 500 });
    removed.push(...page.entries.map(({ id }) => id));
    next = page.next;
  }
  assert.equal(removed.length, MANY);
  await inTurns("restoring", () => trash.restore(owner, removed.slice(0, 300)));
  await inTurns("removal of a whole folder", () =>
    bench.services.entryChanges.change(owner, [{ entry: { folder: top }, change: "remove-whole" }], "fail"),
  );
  const { entries } = await trash.list(owner, { limit: 1 });
  assert.equal(entries[0]?.itemCount, MANY + 100);
  await inTurns("restoring a whole folder", () =>
    trash.restore(
      owner,
      entries.map(({ id }) => id),
    ),
  );
  await inTurns("emptying", () => trash.empty(owner));
  bench.clock.advance(500 * DAY_MS);
  await inTurns("collection", () => bench.services.collector.collect());
});

test("a link given a thousand times counts once, and its folders are read once", async () => {
  const ways: number[] = [];
  await using bench = await openBench({
    replace: ({ database }) => ({
      database: overriding(database, {
        transaction: (work) =>
          database.transaction((rows) =>
            work({
              ...rows,
              folders: overriding(rows.folders, {
                listAncestry: (id: number) => {
                  ways.push(id);
                  return rows.folders.listAncestry(id);
                },
              }),
            }),
          ),
      }),
    }),
  });
  const owner = await bench.account();
  const { files, folders } = bench.services;
  const here = (await folders.create(owner, "root", "here")).id;
  const there = (await folders.create(owner, "root", "there")).id;
  const [first, second] = await uploadTexts(bench, owner, { "a.txt": "one", "b.txt": "two" }, here);
  const one: FileReference = { fileId: first?.fileId ?? "" };
  const two: FileReference = { fileId: second?.fileId ?? "" };
  const often = [...Array.from({ length: MANY }, () => ({ ...one })), two];
  ways.length = 0;
  assert.equal((await files.move(owner, often, there)).length, 2);
  assert.deepEqual(new Set(ways), new Set([here, there]));
  assert.equal(ways.length, 2);
  assert.equal((await files.move(owner, [one, one], there, { newName: "one name.txt" })).length, 1);
  assert.equal((await files.changeAttributes(owner, often, { description: "x" })).length, 2);
  assert.equal((await files.copy(owner, often, { destination: here })).length, 2);
  const renamed = await files.rename(
    owner,
    [one, one].map((reference) => ({ reference, name: "c.txt" })),
  );
  assert.deepEqual(
    renamed.map(({ file }) => file.name),
    ["c.txt"],
  );
  const twoNames = ["d.txt", "e.txt"].map((name) => ({ reference: one, name }));
  await assert.rejects(files.rename(owner, twoNames), { code: "bad-argument" });
  assert.equal(
    (
      await files.remove(
        owner,
        often.map((reference) => ({ reference })),
      )
    ).length,
    2,
  );
  assert.deepEqual(await bench.services.accounts.getUsage(owner.account), {
    fileCount: 2,
    sizeBytes: 6,
    trashBytes: 6,
    versionBytes: 0,
    countedBytes: 12,
  });
});

test("folders are at most a hundred levels deep, however they get there", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { folders } = bench.services;
  const ids = await makeFolders(bench, owner, 100);
  const [deepest = 0] = ids.toReversed();
  const tooDeep = { code: "folder-too-deep" };
  await assert.rejects(folders.create(owner, deepest, "deeper"), tooDeep);
  const pair = (await folders.create(owner, "root", "pair")).id;
  const inner = (await folders.create(owner, pair, "inner")).id;
  await assert.rejects(folders.move(owner, pair, { parent: ids[98] }), tooDeep);
  await folders.move(owner, inner, { parent: ids[98] });
  await folders.move(owner, pair, { parent: ids[97] });
  await assert.rejects(folders.move(owner, inner, { parent: deepest }), tooDeep);
  assert.equal((await folders.list(owner, ids[97] ?? 0)).children.first.length, 2);
});

test("a deeper tree from an earlier version can be used and taken apart", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { folders, files } = bench.services;
  const share = { publicShareId: undefined, sharePasswordHash: undefined };
  const ids = [may(owner.rootFolderId)];
  await bench.ports.database.transaction(async (rows) => {
    for (let level = 0; level < 450; level++) {
      const place = { accountId: owner.account.id, parentId: ids.at(-1), createdAt: new Date() };
      ids.push(may((await rows.folders.create({ ...place, name: "x", ...share })).id));
    }
  });
  const [deepest = 0] = ids.toReversed();
  const [file] = await uploadTexts(bench, owner, { "a.txt": "deep" }, deepest);
  const { place } = await files.getDetails(owner, { fileId: file?.fileId ?? "" }, undefined);
  assert.equal(place?.path.length, 450);
  await folders.move(owner, ids[200] ?? 0, { parent: "root", name: "up" });
  await folders.move(owner, deepest, { name: "renamed" });
  await assert.rejects(folders.create(owner, deepest, "deeper"), { code: "folder-too-deep" });
  await assert.rejects(folders.move(owner, ids[200] ?? 0, { parent: ids[1] }), { code: "folder-too-deep" });
});
