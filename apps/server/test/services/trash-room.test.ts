import assert from "node:assert/strict";
import { test } from "node:test";
import { type AccountActor, isDomainError } from "@consigne/core";
import { type Bench, DAY_MS, openBench } from "../_services.ts";
import { send, watchedBlobs } from "../_store-room.ts";

const MIB = 1024 * 1024;
const isFull = (error: unknown) => isDomainError(error, "storage-full");

/** A disk with this much space above the reserve. */
async function openSmall(freeBytes: number, rules: { acceptsGuests?: boolean } = {}) {
  const { watch, replace } = watchedBlobs();
  const bench = await openBench({ replace, minFreeBytes: 10 * MIB, rules });
  watch.room = { freeBytes: 10 * MIB + freeBytes, totalBytes: 1e9, freeFiles: undefined, totalFiles: undefined };
  return { bench, watch };
}

async function sendAndRemove(bench: Bench, owner: AccountActor, count: number, sizeBytes = 2 * MIB): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < count; at++) {
    const fileId = await send(bench, owner, { sizeBytes });
    await bench.services.files.remove(owner, [{ reference: { fileId } }]);
    ids.push(fileId);
  }
  return ids;
}

const lying = async (bench: Bench, owner: AccountActor) =>
  (await bench.services.trash.list(owner, { limit: 100 })).entries.map(({ targetId }) => targetId);

async function assertSound(bench: Bench): Promise<void> {
  const { findings } = await bench.services.storageCheck.run({ repair: false, isDeep: false });
  assert.deepEqual(findings, []);
}

test("on a full disk, the oldest of one's own trash makes room for an upload, no more than necessary", async () => {
  const { bench } = await openSmall(20 * MIB);
  await using _ = bench;
  const owner = await bench.account();
  const removed = await sendAndRemove(bench, owner, 9);
  await send(bench, owner, { sizeBytes: 5 * MIB, bodyBytes: 5 * MIB });
  const left = await lying(bench, owner);
  assert.deepEqual(left, removed.slice(removed.length - left.length).toReversed(), "the latest are left");
  assert.ok(left.length >= 3 && left.length < 8, `${left.length} are left`);
  await assertSound(bench);
});

test("somebody who keeps filling the disk and removing it is never refused, and never takes more space", async () => {
  const { bench, watch } = await openSmall(8 * MIB);
  await using _ = bench;
  await sendAndRemove(bench, await bench.account(), 12);
  assert.ok(watch.mostBytes <= 8 * MIB, `${watch.mostBytes} bytes lay there`);
});

test("other people's trash makes room for nobody, however old, and one's own is noted in the activity", async () => {
  const { bench } = await openSmall(20 * MIB);
  await using _ = bench;
  const [first, second] = [await bench.account(), await bench.account()];
  const kept = await sendAndRemove(bench, first, 1, 12 * MIB);
  const [own = ""] = await sendAndRemove(bench, second, 1, 6 * MIB);
  bench.clock.advance(5 * DAY_MS);
  await send(bench, second, { sizeBytes: 5 * MIB, bodyBytes: 5 * MIB });
  assert.ok(!(await lying(bench, second)).includes(own));
  const page = { after: undefined, limit: 20 };
  const told = (await bench.services.activity.page(second, {}, page)).records.find(
    ({ action }) => action === "trash.yield",
  );
  assert.deepEqual([told?.address, told?.details], ["server", { count: 1, sizeBytes: 6 * MIB }]);
  await assert.rejects(send(bench, second, { sizeBytes: 5 * MIB }), isFull);
  await assert.rejects(send(bench, second, { sizeBytes: 5 * MIB, bodyBytes: 5 * MIB }), isFull);
  assert.deepEqual(await lying(bench, first), kept);
  await assertSound(bench);
});

test("older versions make room too, the oldest of both first, and are noted in the activity", async () => {
  const { bench } = await openSmall(20 * MIB);
  await using _ = bench;
  const owner = await bench.account();
  const fileId = await send(bench, owner, { sizeBytes: 6 * MIB });
  const by = await send(bench, owner, { sizeBytes: 2 * MIB });
  const [{ outcome } = { outcome: "failed" }] = await bench.services.versions.replace(owner, [{ fileId, by }]);
  assert.equal(outcome, "done");
  bench.clock.advance(1000);
  const [removed] = await sendAndRemove(bench, owner, 1, 6 * MIB);
  const versions = async () => (await bench.services.versions.list(owner, fileId)).versions.length;
  assert.equal(await versions(), 1);
  // 6 MiB are free, and 4 more than needed are freed in advance.
  await send(bench, owner, { sizeBytes: 7 * MIB, bodyBytes: 7 * MIB });
  assert.deepEqual([await versions(), await lying(bench, owner)], [0, [removed]], "the version was the older one");
  const page = { after: undefined, limit: 20 };
  const { records } = await bench.services.activity.page(owner, {}, page);
  const told = records.filter(({ action }) => action.endsWith(".yield"));
  assert.deepEqual(
    told.map(({ action, address, details }) => [action, address, details]),
    [["version.yield", "server", { count: 1, sizeBytes: 6 * MIB }]],
  );
  await assertSound(bench);
});

test("an announced length that one's trash could not make room for is refused, and nothing is removed", async () => {
  const { bench } = await openSmall(20 * MIB);
  await using _ = bench;
  const owner = await bench.account();
  const removed = await sendAndRemove(bench, owner, 3, 6 * MIB);
  await assert.rejects(send(bench, owner, { sizeBytes: 1, bodyBytes: 100 * MIB }), isFull);
  const { uploads } = bench.services;
  const upload = await uploads.begin(uploads.offer().id, owner);
  await upload.openFile({ name: "announced", contentType: undefined, bodyBytes: 15 * MIB }, owner);
  await upload.abort();
  assert.deepEqual(await lying(bench, owner), removed.toReversed(), "nor for an upload that sends nothing");
});

test("nothing makes room for guests", async () => {
  const { bench } = await openSmall(20 * MIB, { acceptsGuests: true });
  await using _ = bench;
  const owner = await bench.account();
  const removed = await sendAndRemove(bench, owner, 3, 6 * MIB);
  const guest = { kind: "guest", address: "198.51.100.7" } as const;
  const { uploads } = bench.services;
  const upload = await uploads.begin(uploads.offer().id, guest);
  const file = await upload.openFile({ name: "guest", contentType: undefined }, guest);
  await assert.rejects(file.write(Buffer.alloc(3 * MIB)), isFull);
  await file.abort();
  await upload.abort();
  assert.deepEqual(await lying(bench, owner), removed.toReversed());
});

test("if nothing is freed that way, because copies remain, it stops before everything is removed", async () => {
  const { bench } = await openSmall(20 * MIB);
  await using _ = bench;
  const owner = await bench.account();
  const told: string[] = [];
  using listening = bench.services.notices.onNotice(({ text }) => told.push(text));
  void listening;
  const kept = await send(bench, owner, { sizeBytes: 17 * MIB, seed: "kept" });
  for (let count = 0; count < 12; count++) {
    const [copied] = await bench.services.files.copy(owner, [{ fileId: kept }], { destination: "root" });
    await bench.services.files.remove(owner, [{ reference: { fileId: copied?.to.id ?? "" } }]);
  }
  await assert.rejects(send(bench, owner, { sizeBytes: 5 * MIB }), isFull);
  const left = (await lying(bench, owner)).length;
  assert.equal(left, 4);
  assert.match(told.at(-1) ?? "", /no more free space than before/);
  await assert.rejects(send(bench, owner, { sizeBytes: 5 * MIB }), isFull);
  assert.equal((await lying(bench, owner)).length, left, "for a while nothing else is removed");
});
