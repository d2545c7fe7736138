import assert from "node:assert/strict";
import { test } from "node:test";
import type { NewPartUpload } from "../part-uploads/part-upload-repository.ts";
import { type ReceivedPart, UPLOAD_PAUSE_MS } from "../part-uploads/part-upload.ts";
import { permitAdministrator } from "../policy/permitted.ts";
import { newBlobKey, newFileId, newRecordId } from "../random-ids.ts";
import { at, may, type OpenDatabase, sampleReport } from "./database-suite-samples.ts";

const account = "account-of-parts";
const fresh = { receivedParts: 0, receivedBytes: 0, file: undefined };

/** Bytes arrive at the very beginning, and the upload lasts until then. */
const until = (expiresAt: Date) => ({ at: at(0), expiresAt });

function sample(changes: Partial<NewPartUpload> = {}): NewPartUpload {
  return {
    id: newRecordId(),
    accountId: account,
    folderId: may(7),
    name: "é;\t.bin",
    contentType: "video/mp4",
    domain: 3,
    passwordHash: undefined,
    blob: { key: newBlobKey(), transfer: "Ünique\n", sizeBytes: 2 ** 40 + 1, partBytes: 2 ** 30 },
    createdAt: at(0),
    expiresAt: at(1000),
    stream: undefined,
    link: undefined,
    ...changes,
  };
}

const part = (number: number): ReceivedPart & { sizeBytes: number } => ({
  number,
  tag: `"tag ${number}"`,
  sha256: String(number % 10).repeat(64),
  sizeBytes: 100,
  leaves: new Uint8Array(32).fill(number),
});

export function partUploadTests(open: OpenDatabase): void {
  test("returns an upload as created, and its outcome", async () => {
    await using opened = await open();
    const { partUploads } = opened.database;
    const [plain, guarded] = [sample(), sample({ passwordHash: "hash" })];
    await partUploads.create(plain);
    await partUploads.create(guarded);
    assert.deepEqual(await partUploads.findById(plain.id), { ...plain, ...fresh });
    assert.deepEqual(await partUploads.findById(guarded.id), { ...guarded, ...fresh });
    assert.equal(await partUploads.findById("unknown"), undefined);
    const [file] = sampleReport().files;
    assert.ok(file);
    await partUploads.finish(plain.id, file, at(2000));
    const expected = { ...plain, ...fresh, file, expiresAt: at(2000) };
    assert.deepEqual(await partUploads.findById(plain.id), expected);
  });

  test("records each part once, in numeric order", async () => {
    await using opened = await open();
    const { partUploads } = opened.database;
    const [upload, other] = [sample(), sample()];
    for (const each of [upload, other]) await partUploads.create(each);
    for (const number of [10, 2, 1, 11, 100])
      assert.equal(await partUploads.addPart(upload.id, part(number), until(at(5))), true);
    await partUploads.addPart(other.id, part(3), until(at(5)));
    assert.equal(await partUploads.addPart(upload.id, { ...part(2), sha256: "f".repeat(64) }, until(at(9000))), false);
    const parts = await partUploads.listParts(upload.id, { after: 0, limit: 3 });
    assert.deepEqual(
      parts.map(({ number }) => number),
      [1, 2, 10],
    );
    const rest = await partUploads.listParts(upload.id, { after: 10, limit: 3 });
    assert.deepEqual(
      rest.map(({ number }) => number),
      [11, 100],
    );
    const { sizeBytes: _, ...second } = part(2);
    assert.deepEqual(await partUploads.findPart(upload.id, 2), second);
    assert.equal(await partUploads.findPart(upload.id, 3), undefined);
    const now = await partUploads.findById(upload.id);
    assert.deepEqual([now?.receivedParts, now?.receivedBytes, now?.expiresAt], [5, 500, at(5)]);
  });

  test("records what a stream delivered, whole parts and the beginning of the next", async () => {
    await using opened = await open();
    const { partUploads } = opened.database;
    const stream = { metadata: "filename w6k=,empty", tail: undefined };
    const upload = sample({ stream });
    await partUploads.create(upload);
    assert.deepEqual(await partUploads.findById(upload.id), { ...upload, ...fresh });
    const tail = { sizeBytes: 30, tag: '"beginning"', leaves: new Uint8Array(64).fill(7) };
    await partUploads.advance(upload.id, { parts: [], tail, fromBytes: 0, toBytes: 30 }, until(at(5)));
    const begun = { ...upload, ...fresh, stream: { ...stream, tail }, receivedBytes: 30, expiresAt: at(5) };
    assert.deepEqual(await partUploads.findById(upload.id), begun);
    assert.deepEqual(await partUploads.listOpen(account, at(0), { before: undefined, limit: 10 }), [begun]);
    const numbers = Array.from({ length: 230 }, (_, index) => index + 1);
    const parts = numbers.map((number) => {
      const { sizeBytes: _, ...received } = part(number);
      return { ...received, sha256: "" };
    });
    await partUploads.advance(upload.id, { parts, tail: undefined, fromBytes: 30, toBytes: 23_000 }, until(at(6)));
    const further = { ...upload, ...fresh, receivedParts: 230, receivedBytes: 23_000, expiresAt: at(6) };
    assert.deepEqual(await partUploads.findById(upload.id), further);
    assert.deepEqual(await partUploads.listParts(upload.id, { after: 228, limit: 9 }), parts.slice(228));
    const taken = { parts: parts.slice(0, 1), tail, fromBytes: 23_000, toBytes: 23_100 };
    await assert.rejects(partUploads.advance(upload.id, taken, until(at(7))));
    assert.deepEqual(await partUploads.findById(upload.id), further);
    await partUploads.end(upload.id);
    assert.equal(await partUploads.removeEnded(), 1);
    await partUploads.create(upload);
    assert.deepEqual(await partUploads.findById(upload.id), { ...upload, ...fresh });
  });

  test("finds an upload by its announced link, and measures its pace since its last pause", async () => {
    await using opened = await open();
    const { partUploads, contentBlocks } = opened.database;
    const link = { id: newFileId(), pacedSince: at(0), pacedBytes: 0, lastBytesAt: at(0) };
    const upload = sample({ link });
    for (const each of [upload, sample(), sample({ link: { ...link, id: newFileId() } })])
      await partUploads.create(each);
    const find = () => partUploads.findByLink(link.id);
    assert.deepEqual(await find(), { ...upload, ...fresh, isSizeBlocked: false });
    assert.equal(await partUploads.findByLink(newFileId()), undefined);
    const pause = UPLOAD_PAUSE_MS / 1000;
    const comes = async (second: number, number: number) => {
      await partUploads.addPart(upload.id, part(number), { at: at(second), expiresAt: at(9000) });
      return (await find())?.link;
    };
    assert.deepEqual(await comes(pause, 1), { ...link, lastBytesAt: at(pause) });
    const later = pause + pause + 1;
    const paused = { id: link.id, pacedSince: at(later), pacedBytes: 200, lastBytesAt: at(later) };
    assert.deepEqual(await comes(later, 2), paused);
    assert.deepEqual(await comes(later + 5, 3), { ...paused, lastBytesAt: at(later + 5) });
    await contentBlocks.add({
      id: permitAdministrator("operator", newRecordId(), { now: at(0) }),
      whirlpool: "ab".repeat(64),
      sizeBytes: upload.blob.sizeBytes,
      fileId: newFileId(),
      reason: "",
      blockedAt: at(0),
    });
    assert.equal((await find())?.isSizeBlocked, true);
    assert.deepEqual(await partUploads.findPromised([link.id, newFileId()]), [link.id]);
    await partUploads.end(upload.id);
    assert.deepEqual((await find())?.expiresAt, new Date(0));
    await partUploads.removeEnded();
    assert.equal(await find(), undefined);
    assert.deepEqual(await partUploads.findPromised([link.id]), []);
  });

  test("counts a part once if it arrives several times at once", async () => {
    await using opened = await open();
    const { partUploads } = opened.database;
    const upload = sample();
    await partUploads.create(upload);
    const added = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        partUploads.addPart(upload.id, part(1 + (at % 4)), until(upload.expiresAt)),
      ),
    );
    assert.equal(added.filter(Boolean).length, 4);
    assert.equal((await partUploads.findById(upload.id))?.receivedParts, 4);
  });

  test("lists unfinished uploads page by page, newest first", async () => {
    await using opened = await open();
    const { partUploads } = opened.database;
    const created = [1, 2, 2, 2, 3].map((second) => sample({ createdAt: at(second) }));
    const over = sample({ createdAt: at(4), expiresAt: at(10) });
    for (const each of [...created, over, sample({ accountId: "another" })]) await partUploads.create(each);
    const seen: string[] = [];
    for (let before: Parameters<typeof partUploads.listOpen>[2]["before"]; ;) {
      const page = await partUploads.listOpen(account, at(10), { before, limit: 2 });
      seen.push(...page.map(({ id }) => id));
      before = page.at(-1);
      if (page.length < 2) break;
    }
    assert.deepEqual(seen.toSorted(), created.map(({ id }) => id).toSorted());
    assert.deepEqual([seen[0], seen.at(-1)], [created[4]?.id, created[0]?.id]);
  });

  test("keeps the bytes of unfinished uploads only", async () => {
    await using opened = await open();
    const { partUploads } = opened.database;
    const created = [1, 10, 100, 1000].map((sizeBytes) => sample({ blob: { ...sample().blob, sizeBytes } }));
    const [first, second, third, fourth] = created;
    assert.ok(first && second && third && fourth);
    for (const each of [...created, sample({ accountId: "another" })]) await partUploads.create(each);
    for (const [{ id }, sizeBytes] of [
      [second, 10],
      [fourth, 7],
    ] as const)
      await partUploads.addPart(
        id,
        { number: 1, sha256: "a".repeat(64), tag: "", leaves: new Uint8Array(), sizeBytes },
        until(at(5000)),
      );
    assert.deepEqual(await partUploads.getHeld(account), { count: 4, sizeBytes: 1111, receivedBytes: 17 });
    await partUploads.close(first.id);
    await partUploads.end(second.id);
    const [file] = sampleReport().files;
    assert.ok(file);
    await partUploads.finish(third.id, file, at(5000));
    assert.deepEqual(await partUploads.getHeld(account), { count: 1, sizeBytes: 1000, receivedBytes: 7 });
    assert.deepEqual(await partUploads.getHeld("nobody"), { count: 0, sizeBytes: 0, receivedBytes: 0 });
    const keys = [...created.map(({ blob }) => blob.key), newBlobKey()];
    assert.deepEqual(await partUploads.findHeldKeys(keys), [fourth.blob.key]);
    assert.deepEqual(await partUploads.findHeldKeys([]), []);
  });

  test("ends expired uploads, and those of a clock far ahead, and removes them with their parts", async () => {
    await using opened = await open();
    const { partUploads } = opened.database;
    const [over, lasting, ahead] = [
      sample({ expiresAt: at(10) }),
      sample({ expiresAt: at(11) }),
      sample({ expiresAt: at(900) }),
    ];
    for (const each of [over, lasting, ahead]) {
      await partUploads.create(each);
      await partUploads.addPart(each.id, part(1), until(each.expiresAt));
    }
    for (let number = 2; number <= 600; number++)
      await partUploads.addPart(over.id, part(number), until(over.expiresAt));
    assert.equal(await partUploads.removeEnded(), 0);
    assert.equal(await partUploads.endExpired(at(10), at(800)), 2);
    assert.equal(await partUploads.endExpired(at(10), at(800)), 0);
    assert.equal(await partUploads.removeEnded(), 2);
    for (const { id } of [over, ahead]) {
      assert.equal(await partUploads.findById(id), undefined);
      assert.deepEqual(await partUploads.listParts(id, { after: 0, limit: 1 }), []);
    }
    assert.equal((await partUploads.listParts(lasting.id, { after: 0, limit: 9 })).length, 1);
  });

  test("keeps an account's latest completed uploads", async () => {
    await using opened = await open();
    const { partUploads } = opened.database;
    const [file] = sampleReport().files;
    assert.ok(file);
    const created = [1, 2, 3, 4].map(() => sample());
    const open1 = sample();
    for (const each of [...created, open1]) await partUploads.create(each);
    for (const [index, { id }] of created.entries()) await partUploads.finish(id, file, at(100 + index));
    await partUploads.endOldestCompleted(account, 2);
    assert.equal(await partUploads.removeEnded(), 2);
    const left = await Promise.all(created.map(({ id }) => partUploads.findById(id)));
    assert.deepEqual(
      left.map((each) => each !== undefined),
      [false, false, true, true],
    );
    assert.ok(await partUploads.findById(open1.id));
  });

  test("removes an account's uploads in steps", async () => {
    await using opened = await open();
    const { partUploads } = opened.database;
    const [mine, other] = [sample(), sample({ accountId: "another" })];
    for (const each of [mine, other]) await partUploads.create(each);
    for (let number = 1; number <= 300; number++)
      await partUploads.addPart(mine.id, part(number), until(mine.expiresAt));
    let steps = 0;
    while ((await partUploads.removeSomeByAccount(may(account))) > 0) steps += 1;
    assert.equal(steps, 3);
    assert.equal(await partUploads.findById(mine.id), undefined);
    assert.ok(await partUploads.findById(other.id));
  });
}
