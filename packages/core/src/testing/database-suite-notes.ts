import assert from "node:assert/strict";
import { test } from "node:test";
import { at, createFile, createOwner, may, type OpenDatabase } from "./database-suite-samples.ts";

export function noteTests(open: OpenDatabase): void {
  test("keeps the latest note of each name", async () => {
    await using opened = await open();
    const { notes } = opened.database;
    const note = { topic: "scrub", name: "", value: { after: "é\n", done: 2 ** 45, list: [1] }, notedAt: at(1) };
    assert.equal(await notes.find("scrub", ""), undefined);
    await notes.set(note);
    assert.deepEqual(await notes.find("scrub", ""), note);
    const later = { ...note, value: {}, notedAt: at(2) };
    await notes.set(later);
    assert.deepEqual(await notes.find("scrub", ""), later);
    assert.equal(await notes.find("scrub", "other"), undefined);
    assert.equal(await notes.find("other", ""), undefined);
  });

  test("lists the latest notes of a topic, and keeps as many as requested", async () => {
    await using opened = await open();
    const { notes } = opened.database;
    const created = Array.from({ length: 600 }, (_, index) => ({
      topic: "day",
      name: String(index).padStart(4, "0"),
      value: { index },
      notedAt: at(0),
    }));
    await opened.database.transaction(async (rows) => {
      for (const note of created) await rows.notes.set(note);
      await rows.notes.set({ topic: "dax", name: "9999", value: {}, notedAt: at(0) });
    });
    assert.deepEqual(await notes.listLast("day", 2), created.slice(-2).toReversed());
    assert.deepEqual(await notes.listLast("day", 2, created.at(-2)?.name), created.slice(-3, -1).toReversed());
    assert.equal(await notes.removeAllBut("day", 600), 0);
    assert.equal(await notes.removeAllBut("day", 3), 597);
    assert.deepEqual(await notes.listLast("day", 10), created.slice(-3).toReversed());
    assert.equal((await notes.listLast("dax", 10)).length, 1);
  });

  test("lists guests' files by their last use, and none of accounts", async () => {
    await using opened = await open();
    const { files } = opened.database;
    const { place } = await createOwner(opened.database);
    await createFile(opened.database, place, { createdAt: at(0) });
    const created = [];
    for (const second of [30, 10, 20]) {
      created.push(await createFile(opened.database, undefined, { createdAt: at(second), sizeBytes: second }));
    }
    const [late, early, middle] = created;
    assert.ok(late && early && middle);
    const brief = ({ id, name, blobId }: typeof late) => ({ id, name, blobId });
    assert.deepEqual(await files.listUnusedOfGuests(at(30), 10), [brief(early), brief(middle)]);
    assert.deepEqual(await files.listUnusedOfGuests(at(100), 1), [brief(early)]);
    assert.deepEqual(await files.getUsageOfGuests(), { files: 3, fileBytes: 60 });
    await files.noteGuestUse(early.id, at(10 + 3600));
    assert.deepEqual((await files.listUnusedOfGuests(at(30), 1))[0], brief(early), "recorded to the hour");
    await files.noteGuestUse(early.id, at(10 + 3601));
    assert.deepEqual(await files.listUnusedOfGuests(at(3600), 10), [brief(middle), brief(late)]);
    await files.updateMany([
      { id: may(middle.id), changes: { accountId: place.accountId, folderId: may(place.folderId) } },
    ]);
    assert.deepEqual(await files.listUnusedOfGuests(at(9000), 10), [brief(late), brief(early)]);
    await files.noteGuestUse("unknown", at(0));
  });
}
