import assert from "node:assert/strict";
import { test } from "node:test";
import type { EntryState } from "../imports/import.ts";
import { begun, due, entry, order } from "./database-suite-import-samples.ts";
import { at, may, type OpenDatabase } from "./database-suite-samples.ts";

const all: readonly EntryState[] = ["open", "done", "present", "failed"];
const page = { states: all, after: undefined, limit: 99 };
const nothing = { count: 0, bytes: 0 };

export function importTests(open: OpenDatabase): void {
  test("keeps an import with its first folder", async () => {
    await using opened = await open();
    const { imports } = opened.database;
    const { id, place } = await begun(opened.database);
    const [start] = await imports.listDue(id, "folder", due());
    assert.deepEqual([await imports.findEntry(id, 0), await imports.findEntry(id, 99)], [start, undefined]);
    const { isFolder, parent, name, folderId } = start!;
    assert.deepEqual([start?.place, isFolder, parent, name, folderId], [0, true, undefined, "", place.folderId]);
    assert.deepEqual(await imports.findById(id), {
      ...order(place),
      id,
      state: "walking",
      messages: [],
      pauses: 0,
      paceMs: undefined,
      endedAt: undefined,
      tallies: {
        folders: { open: 1, done: 0, failed: 0 },
        files: { open: nothing, done: nothing, present: nothing, failed: nothing },
        collisions: 0,
        maybePresent: 0,
      },
      textBytes: 0,
    });
    assert.equal(await imports.findById(id + 1), undefined);
    assert.equal(await imports.countOpen(place.accountId), 1);
  });

  test("gives entries positions in order, and counts them and their bytes by state", async () => {
    await using opened = await open();
    const { imports } = opened.database;
    const { id } = await begun(opened.database);
    const many = Array.from({ length: 230 }, (_, at) => entry(`f${at}`));
    await imports.addEntries(id, [entry("sub", { isFolder: true, sizeBytes: undefined }), ...many], { collisions: 2 });
    await imports.addEntries(id, [entry("held", { state: "present", parent: 1 })], { collisions: 1 });
    await imports.addEntries(id, [], { collisions: 0 });
    const unknown = { sizeBytes: undefined, whirlpool: undefined, folderId: undefined };
    await imports.addEntries(id, [entry("big", { ...unknown, parent: 1 })], { collisions: 0 });
    assert.equal(await imports.endEntry(id, 0, { state: "done", messages: [] }), true);
    assert.equal(await imports.endEntry(id, 2, { state: "done", messages: [], fileId: "f" }), true);
    assert.equal(await imports.endEntry(id, 2, { state: "failed", messages: [{ code: "text", text: "late" }] }), false);
    assert.equal(await imports.endEntry(id, 3, { state: "failed", messages: [{ code: "text", text: "no" }] }), true);
    assert.equal(await imports.endEntry(id, 999, { state: "failed", messages: [{ code: "text", text: "no" }] }), false);
    assert.deepEqual((await imports.findById(id))?.tallies, {
      folders: { open: 1, done: 1, failed: 0 },
      files: {
        open: { count: 229, bytes: 2280 },
        done: { count: 1, bytes: 10 },
        present: { count: 1, bytes: 10 },
        failed: { count: 1, bytes: 10 },
      },
      collisions: 3,
      maybePresent: 0,
    });
    const { entries: listed } = await imports.listEntries(id, { ...page, states: ["done", "present", "failed"] });
    assert.deepEqual(
      listed.map(({ place, name, path, state, messages, fileId }) => [place, name, path, state, messages, fileId]),
      [
        [2, "f0", "", "done", [], "f"],
        [3, "f1", "", "failed", [{ code: "text", text: "no" }], undefined],
        [232, "held", "sub", "present", [], undefined],
      ],
    );
    await imports.addEntries(id, [entry("same name", { collides: true })], { collisions: 1 });
    const { entries: colliding } = await imports.listEntries(id, { ...page, areCollisions: true });
    assert.deepEqual(
      colliding.map(({ name, collides }) => [name, collides]),
      [["same name", true]],
    );
    await imports.addEntries(
      id,
      [entry("perhaps a", { isMaybePresent: true }), entry("perhaps b", { isMaybePresent: true })],
      {
        collisions: 0,
        maybePresent: 2,
      },
    );
    await imports.endEntry(id, 235, { state: "done", messages: [], fileId: "g" });
    const { collisions, maybePresent } = (await imports.findById(id))?.tallies ?? assert.fail();
    assert.deepEqual([collisions, maybePresent], [5, 1], "a copied file that may have existed counts as a collision");
    const { entries: rest } = await imports.listEntries(id, { states: ["open"], after: 231, limit: 9 });
    assert.deepEqual(
      [rest[0]?.name, rest[0]?.sizeBytes, rest[0]?.whirlpool, rest[0]?.folderId],
      ["big", undefined, undefined, undefined],
    );
    assert.deepEqual(await imports.listEntries(id, { ...page, states: [] }), { entries: [], isLast: true });
  });

  test("removes the latest entries of folders that are still open", async () => {
    await using opened = await open();
    const { imports } = opened.database;
    const { id } = await begun(opened.database);
    const folder = (name: string, parent: number) => entry(name, { isFolder: true, parent, sizeBytes: undefined });
    await imports.addEntries(id, [folder("a", 0), folder("b", 0), entry("kept", { state: "present" })], {
      collisions: 0,
    });
    assert.equal(await imports.removeUnfinished(id, 2), 2);
    assert.equal(await imports.removeUnfinished(id, 2), 1);
    assert.equal(await imports.removeUnfinished(id, 2), 0, "the starting folder stays");
    await imports.addEntries(id, [folder("a", 0), folder("b", 0), entry("kept")], { collisions: 0 });
    await imports.endEntry(id, 0, { state: "done", messages: [] });
    await imports.addEntries(id, [entry("x", { parent: 1 }), entry("y", { parent: 1, state: "present" })], {
      collisions: 0,
    });
    assert.equal(await imports.removeUnfinished(id, 99), 2);
    assert.equal(await imports.removeUnfinished(id, 99), 0);
    const found = await imports.findById(id);
    assert.deepEqual(found?.tallies.folders, { open: 2, done: 1, failed: 0 });
    assert.deepEqual(found.tallies.files, {
      open: { count: 1, bytes: 10 },
      done: nothing,
      present: nothing,
      failed: nothing,
    });
    await imports.addEntries(id, [entry("z", { parent: 1 })], { collisions: 0 });
    const names = (await imports.listEntries(id, page)).entries.map(({ place, name }) => `${place} ${name}`);
    assert.deepEqual(names, ["1 a", "2 b", "3 kept", "4 z"]);
  });

  test("returns the path to an entry", async () => {
    await using opened = await open();
    const { imports } = opened.database;
    const { id } = await begun(opened.database);
    const folder = (name: string, parent: number) => entry(name, { isFolder: true, parent, sizeBytes: undefined });
    await imports.addEntries(id, [folder("a", 0), folder("b", 1), folder("c", 2), entry("x", { parent: 3 })], {
      collisions: 0,
    });
    const paths = (await imports.listEntries(id, page)).entries.map(({ path, name }) => `${path}:${name}`);
    assert.deepEqual(paths, [":a", "a:b", "a/b:c", "a/b/c:x"]);
  });

  test("ends a page early if paths are long, and says that there is more", async () => {
    await using opened = await open();
    const { imports } = opened.database;
    const { id } = await begun(opened.database);
    const long = "x".repeat(1000);
    const folders = Array.from({ length: 100 }, (_, at) =>
      entry(long, { isFolder: true, parent: at, sizeBytes: undefined }),
    );
    await imports.addEntries(id, folders, { collisions: 0 });
    const files = Array.from({ length: 20 }, (_, at) => entry(`f${at}`, { parent: 100 }));
    await imports.addEntries(id, files, { collisions: 0 });
    const first = await imports.listEntries(id, { ...page, after: 100 });
    assert.deepEqual([first.entries.length, first.isLast], [3, false]);
    assert.ok((first.entries[0]?.path.length ?? 0) > 100_000);
    const last = await imports.listEntries(id, { ...page, after: 119 });
    assert.deepEqual([last.entries.length, last.isLast], [1, true]);
    assert.equal((await imports.listEntries(id, { ...page, limit: 1 })).isLast, false);
  });

  test("lists what is due, the longest due first, and when the next is", async () => {
    await using opened = await open();
    const { imports } = opened.database;
    const { id } = await begun(opened.database);
    await imports.endEntry(id, 0, { state: "done", messages: [] });
    assert.equal(await imports.nextDueAt(id, "folder"), undefined);
    await imports.addEntries(id, [entry("a"), entry("b"), entry("c")], { collisions: 0 });
    await imports.noteAttempt(id, 1, { attempts: 3, notBefore: at(50), messages: [{ code: "text", text: "busy" }] });
    const names = async (seconds: number, limit = 9) =>
      (await imports.listDue(id, "file", due(seconds, limit))).map(({ name }) => name);
    assert.deepEqual([await names(10), await names(10, 1), await names(50)], [["b", "c"], ["b"], ["b", "c", "a"]]);
    const [, , noted] = await imports.listDue(id, "file", due());
    assert.deepEqual(
      [noted?.attempts, noted?.messages, noted?.notBefore],
      [3, [{ code: "text", text: "busy" }], at(50)],
    );
    await imports.endEntry(id, 2, { state: "done", messages: [] });
    await imports.endEntry(id, 3, { state: "done", messages: [] });
    assert.deepEqual(await imports.nextDueAt(id, "file"), at(50));
  });

  test("changes jobs, pauses, and forgets its secrets when it ends", async () => {
    await using opened = await open();
    const { imports } = opened.database;
    const { id, account } = await begun(opened.database);
    await imports.handOver(id, { jobId: "next", messages: [{ code: "text", text: "locked" }], pauses: 4 });
    const paused = await imports.findById(id);
    assert.deepEqual(
      [paused?.jobId, paused?.messages, paused?.pauses],
      ["next", [{ code: "text", text: "locked" }], 4],
    );
    await imports.endPause(id);
    await imports.beginCopying(id, 556);
    const going = await imports.findById(id);
    assert.deepEqual([going?.state, going?.paceMs, going?.messages, going?.pauses], ["copying", 556, [], 0]);
    assert.equal(await imports.end(id, { state: "done", at: at(9), messages: [] }), true);
    assert.equal(
      await imports.end(id, { state: "failed", at: at(10), messages: [{ code: "text", text: "late" }] }),
      false,
    );
    await imports.handOver(id, { jobId: "late", messages: [{ code: "text", text: "late" }], pauses: 1 });
    const ended = await imports.findById(id);
    const kept = [ended?.state, ended?.endedAt, ended?.sealedAccess, ended?.jobId, ended?.paceMs];
    assert.deepEqual(kept, ["done", at(9), undefined, "next", 556]);
    assert.equal(await imports.countOpen(account.id), 0);
  });

  test("lists an account's imports, newest first, all or those of one root", async () => {
    await using opened = await open();
    const { imports } = opened.database;
    const { id: first, place } = await begun(opened.database);
    const second = await imports.create(order(place, { rootFolderId: 77 }));
    const { accountId } = place;
    const list = async (rootFolderId: number | undefined, before?: number, limit = 9) =>
      (await imports.list({ accountId, rootFolderId }, { before, limit })).map(({ id }) => id);
    assert.deepEqual(await list(undefined), [second, first]);
    assert.deepEqual([await list(undefined, second), await list(undefined, undefined, 1)], [[first], [second]]);
    assert.deepEqual(await list(77), [second]);
  });

  test("forgets the oldest ended ones by number, entries and age, and never a running one", async () => {
    await using opened = await open();
    const { imports } = opened.database;
    const { id: unended, place, account } = await begun(opened.database);
    const ids: number[] = [];
    for (const end of [1, 2, 3]) {
      const id = await imports.create(order(place));
      await imports.addEntries(id, [entry("a")], { collisions: 0 });
      await imports.end(id, { state: "failed", at: at(end), messages: [] });
      ids.unshift(id);
    }
    const left = async () =>
      (await imports.list({ accountId: account.id, rootFolderId: undefined }, { before: undefined, limit: 9 })).map(
        ({ id }) => id,
      );
    assert.equal(await imports.removeOldestEnded(account.id, { imports: 2, bytes: 1e6 }), 1);
    assert.deepEqual(await left(), [...ids.slice(0, 2), unended]);
    assert.equal(await imports.removeOldestEnded(account.id, { imports: 9, bytes: 3 * 350 }), 1);
    assert.deepEqual(await left(), [ids[0], unended]);
    assert.equal(await imports.removeEndedBefore(at(3)), 0);
    assert.equal(await imports.removeEndedBefore(at(4)), 1);
    assert.deepEqual(await left(), [unended]);
    const removable = await imports.create(order(place));
    const many = Array.from({ length: 600 }, (_, at) => entry(`f${at}`));
    await imports.addEntries(removable, many, { collisions: 0 });
    await imports.end(removable, { state: "failed", at: at(5), messages: [] });
    let steps = 1;
    while (!(await imports.removeSome(may(removable) as never))) steps += 1;
    assert.ok(steps > 2, "in several steps");
    assert.deepEqual(await left(), [unended]);
    await imports.addEntries(
      unended,
      Array.from({ length: 600 }, (_, at) => entry(`f${at}`)),
      { collisions: 0 },
    );
    const removed: number[] = [];
    do removed.push(await imports.removeSomeByAccount(may(account.id)));
    while (removed.at(-1) !== 0);
    assert.equal(
      removed.reduce((sum, count) => sum + count, 0),
      602,
    );
    assert.ok(Math.max(...removed) <= 250, "no step is long");
    assert.deepEqual(await left(), []);
  });
}
