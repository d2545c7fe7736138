import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { StoredBytes } from "@consigne/blobs-fs/testing";
import { BlobStoreError, guest, type Notice, usualHousekeeping } from "@consigne/core";
import { work } from "../_scheduled-work.ts";
import { type Bench, DAY_MS, openBench, overriding, storedKeys, uploadTexts } from "../_services.ts";

const fast = { scrub: { everyMs: DAY_MS, bytesPerSecond: 1e9, keepMs: 0 }, guestFilesMs: 0 };

const storedBytes = (bench: Bench) => new StoredBytes(join(bench.dataDir, "bytes"));

function noticesOf(bench: Bench): Notice[] {
  const notices: Notice[] = [];
  bench.services.notices.onNotice((notice) => notices.push(notice));
  return notices;
}

async function filled(bench: Bench) {
  const owner = await bench.account();
  await uploadTexts(bench, owner, { "a.txt": "one", "b.txt": "four", "c.txt": "three" });
  const blobs = await bench.ports.database.blobs.listPage(undefined, 10);
  return { owner, blobs };
}

test("a pass reads all content, marks and reports damage once, and runs again when due", async () => {
  await using bench = await openBench({ housekeeping: fast });
  const notices = noticesOf(bench);
  const { blobs } = await filled(bench);
  const spoilt = blobs.find(({ sizeBytes }) => sizeBytes === 4);
  using stored = storedBytes(bench);
  stored.replace(spoilt?.key ?? "", "FOUR");
  assert.deepEqual(await work(bench, "scrub"), ["done"]);
  const { last, pass } = await bench.services.scrub.readState();
  assert.equal(pass, undefined);
  assert.deepEqual([last?.contents, last?.bytes, last?.damaged, last?.totalBytes], [3, 12, 1, 12]);
  assert.notEqual((await bench.ports.database.blobs.findById(spoilt?.id ?? ""))?.damagedAt, undefined);
  assert.deepEqual(
    notices.map(({ isAlarm, text }) => [isAlarm, text]),
    [
      [true, "stored data is damaged"],
      [true, "all stored data was read, and some of it is damaged"],
    ],
  );
  notices.length = 0;
  stored.replace(spoilt?.key ?? "", "four");
  await work(bench, "scrub");
  assert.equal((await bench.services.scrub.readState()).last?.damaged, 0);
  assert.deepEqual(
    notices.map(({ text }) => text),
    ["stored data is sound again", "all stored data was read"],
  );
});

test("a stopped pass continues after the last content it recorded", async () => {
  await using bench = await openBench({ housekeeping: fast });
  await filled(bench);
  let kept = 0;
  await assert.doesNotReject(
    work(bench, "scrub", async (step) => {
      if (step === "place kept" && ++kept === 2) throw new Error("a fault of the test");
    }),
  );
  const { pass } = await bench.services.scrub.readState();
  assert.deepEqual([pass?.contents, pass?.totalContents], [2, 3]);
  let read = 0;
  await work(bench, "scrub", async (step) => void (read += step === "content read" ? 1 : 0));
  assert.equal(read, 1);
  assert.equal((await bench.services.scrub.readState()).last?.contents, 3);
});

test("bytes are read no faster than configured, and reading stops at once with its job", async () => {
  const rules = { scrub: { everyMs: DAY_MS, bytesPerSecond: 400_000 }, guestFilesMs: 0 };
  await using bench = await openBench({ housekeeping: rules });
  const owner = await bench.account();
  await uploadTexts(bench, owner, { "a.txt": "x".repeat(100_000) });
  const beganAt = performance.now();
  await work(bench, "scrub");
  const tookMs = performance.now() - beganAt;
  assert.ok(tookMs >= 400, `100 KB and what opening costs took ${tookMs} ms`);
});

test("a missing or different store marks nothing, and the job fails", async () => {
  let isGone = false;
  await using bench = await openBench({
    housekeeping: fast,
    replace: ({ blobs }) => ({
      blobs: overriding(blobs, {
        stat: async (key: string) => (isGone ? undefined : blobs.stat(key)),
        findId: async () => (isGone ? undefined : blobs.findId()),
      }),
    }),
  });
  const { blobs } = await filled(bench);
  isGone = true;
  assert.deepEqual(await work(bench, "scrub"), ["delayed"]);
  for (const { id } of blobs) assert.equal((await bench.ports.database.blobs.findById(id))?.damagedAt, undefined);
  const [job] = await bench.services.jobs.list("operator", { kind: "scrub" });
  assert.match(job?.lastError ?? "", /nothing was marked/);
});

test("disabled jobs are not scheduled", async () => {
  await using bench = await openBench({ housekeeping: { ...fast, scrub: { ...fast.scrub, everyMs: 0 } } });
  const kinds = bench.services.schedules.map(({ kind }) => kind);
  assert.ok(!kinds.includes("scrub") && !kinds.includes("guest-files") && kinds.includes("collect-bytes"));
  assert.equal(usualHousekeeping.guestFilesMs, 0, "no user's data is removed unless the operator says so");
});

/** Bytes without a row, `ageMs` old. */
async function leave(bench: Bench, count: number, ageMs: number): Promise<string[]> {
  const keys: string[] = [];
  for (let created = 0; created < count; created++) {
    const staged = await bench.ports.blobs.stage();
    await staged.write(Buffer.from("left"));
    await staged.complete();
    const time = new Date(bench.clock.now().getTime() - ageMs);
    using stored = storedBytes(bench);
    stored.date(staged.key, time);
    keys.push(staged.key);
  }
  return keys;
}

test("bytes without a file are removed after a week, and a dry run removes none", async () => {
  await using bench = await openBench();
  const { blobs } = await filled(bench);
  const young = await leave(bench, 1, 5 * DAY_MS);
  await leave(bench, 2, 8 * DAY_MS);
  const found = { storedContents: 6, storedBytes: 24, unknownContents: 2, unknownBytes: 8, isStopped: false };
  const looked = await bench.services.bytesCollection.look();
  assert.deepEqual(looked, { ...found, removedContents: 0, removedBytes: 0 });
  assert.equal((await storedKeys(bench)).length, 6);
  const report = await bench.services.bytesCollection.run();
  assert.deepEqual(report, { ...found, removedContents: 2, removedBytes: 8 });
  const left = [...blobs.map(({ key }) => key), ...young];
  assert.deepEqual((await storedKeys(bench)).toSorted(), left.toSorted());
});

test("bytes waiting for their row do not look old because the clock changed", async () => {
  await using bench = await openBench();
  const staged = await bench.ports.blobs.stage();
  await staged.write(Buffer.from("on their way"));
  await staged.complete();
  bench.clock.advance(60 * DAY_MS);
  assert.equal((await bench.services.bytesCollection.run()).removedContents, 0);
  assert.deepEqual(await storedKeys(bench), [staged.key]);
});

test("if much of what is stored is unknown, none of it is removed", async () => {
  await using bench = await openBench();
  const notices = noticesOf(bench);
  await filled(bench);
  await leave(bench, 21, 30 * DAY_MS);
  assert.deepEqual(await work(bench, "collect-bytes"), ["done"]);
  assert.equal((await storedKeys(bench)).length, 24);
  assert.match(
    notices[0]?.text ?? "",
    /none of it was removed; check that this is the right database.+fsck --repair --remove-all-unknown/,
  );
  assert.equal(notices[0]?.isAlarm, true);
});

test("bytes that get a file while they are being examined stay", async () => {
  let onList = async () => {};
  await using bench = await openBench({
    replace: ({ blobs }) => ({
      blobs: overriding(blobs, {
        list: async function* () {
          yield* blobs.list();
          await onList();
        },
      }),
    }),
  });
  const { blobs } = await filled(bench);
  const [key = ""] = await leave(bench, 1, 8 * DAY_MS);
  const { database } = bench.ports;
  const known = { ...blobs[0], id: key, key, whirlpool: "e".repeat(128), sizeBytes: 4, createdAt: new Date() };
  let isFound = false;
  await bench.services.bytesCollection.run({
    step: async (step) => {
      if (step !== "unknown bytes found" || isFound) return;
      isFound = true;
      await database.blobs.createMany([{ ...known, damagedAt: undefined }]);
    },
  });
  assert.ok(isFound && (await storedKeys(bench)).includes(key));
  onList = async () => {
    throw new BlobStoreError("unavailable", "The disk does not answer.");
  };
  await assert.rejects(bench.services.bytesCollection.run(), BlobStoreError);
});

test("guests' files are removed when unused for the configured time, and only after a day of notice", async () => {
  await using bench = await openBench({
    housekeeping: { ...fast, guestFilesMs: 10 * DAY_MS },
    rules: { acceptsGuests: true },
  });
  const { auditLog, downloads, files, uploads } = bench.services;
  const visitor = guest("192.0.2.9");
  const send = async (name: string) => {
    const upload = await uploads.begin(uploads.offer().id, visitor);
    const file = await upload.openFile({ name, contentType: undefined }, visitor);
    await file.write(Buffer.from(name));
    await file.finish();
    const report = await upload.commit(visitor, { folder: "root", domain: undefined, password: "" });
    return { fileId: report.files[0]?.fileId ?? "" };
  };
  const owner = await bench.account();
  await uploadTexts(bench, owner, { "kept.txt": "kept for ever" });
  const [unused, used] = [await send("unused"), await send("used")];
  bench.clock.advance(9 * DAY_MS);
  const { text } = await downloads.issueToken(visitor, used, {});
  await (await (await downloads.find(text, visitor.address)).open()).close();
  bench.clock.advance(3 * DAY_MS);
  await work(bench, "guest-files");
  assert.equal((await files.getDetails(visitor, unused, undefined)).file.name, "unused", "switched on just now");
  for (let hours = 0; hours < 26; hours += 13) {
    bench.clock.advance(-DAY_MS + 13 * 3_600_000 - 1);
    await work(bench, "guest-files");
  }
  await assert.rejects(files.getDetails(visitor, unused, undefined), { code: "file-not-found" });
  assert.equal((await files.getDetails(visitor, used, undefined)).file.name, "used");
  assert.equal((await files.list(owner, "root", {})).count, 1);
  const records = (await (await auditLog.list("operator", { limit: 100 })).all()).filter(
    ({ action }) => action === "file.expire",
  );
  assert.deepEqual(
    records.map(({ objectId, address, details }) => [objectId, address, details["name"]]),
    [[unused.fileId, "server", "unused"]],
  );
  bench.clock.advance(365 * DAY_MS);
  await work(bench, "guest-files");
  assert.equal((await files.getDetails(visitor, used, undefined)).file.name, "used", "the clock jumped ahead");
});

test("each day has one line of figures, to which all traffic is added", async () => {
  await using bench = await openBench();
  const { downloads, meter, statistics } = bench.services;
  const { owner } = await filled(bench);
  const [first] = (await bench.services.files.list(owner, "root", {})).first;
  const { text } = await downloads.issueToken(owner, { fileId: first?.id ?? "" }, {});
  const stream = await (await downloads.find(text, owner.address)).open();
  assert.deepEqual(meter.underWay, { uploads: 0, downloads: 1 });
  await stream.reader.read(new Uint8Array(100));
  await stream.close();
  assert.deepEqual(meter.underWay, { uploads: 0, downloads: 0 });
  await work(bench, "statistics");
  const [day, ...others] = await statistics.listDays(10);
  assert.equal(others.length, 0);
  assert.deepEqual([day?.uploads, day?.uploadedBytes, day?.downloads], [3, 12, 1]);
  assert.equal(day?.downloadedBytes, first?.sizeBytes);
  const held = { accounts: 1, files: 3, fileBytes: 12, contents: 3, storedBytes: 12, trashBytes: 0, versionBytes: 0 };
  assert.deepEqual(day?.holdings, held);
  await uploadTexts(bench, owner, { "d.txt": "one" });
  await work(bench, "statistics");
  const [next] = await statistics.listDays(10);
  assert.deepEqual([next?.uploads, next?.holdings], [1, { ...held, files: 4, fileBytes: 15 }]);
});

test("what is stored is counted again on the same day while there is little of it", async () => {
  await using bench = await openBench();
  const { statistics } = bench.services;
  const files = async () => (await statistics.listDays(10)).map(({ holdings }) => holdings?.files);
  const nextNoon = 1.5 * DAY_MS - (bench.clock.now().getTime() % DAY_MS);
  await work(bench, "statistics", undefined, nextNoon);
  assert.deepEqual(await files(), [0]);
  await filled(bench);
  await work(bench, "statistics", undefined, 11 * 60_000);
  assert.deepEqual(await files(), [3]);
});

test("days recorded by a clock that ran ahead hide no earlier day", async () => {
  await using bench = await openBench();
  const { statistics } = bench.services;
  const right = bench.clock.now();
  bench.clock.set(new Date(right.getTime() + 40 * DAY_MS));
  await work(bench, "statistics");
  bench.clock.set(right);
  assert.deepEqual(await statistics.listDays(1), []);
  await work(bench, "statistics");
  const [today, ...others] = await statistics.listDays(10);
  assert.deepEqual([today?.day, others], [bench.clock.now().toISOString().slice(0, 10), []]);
});
