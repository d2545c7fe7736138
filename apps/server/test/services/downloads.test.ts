import assert from "node:assert/strict";
import { test } from "node:test";
import { type AccountActor, type Actor, BlobStoreError, DatabaseError, guest, isDomainError } from "@consigne/core";
import { address, type Bench, byPassword, MINUTE_MS, openBench, overriding, uploadTexts } from "../_services.ts";

const refusal = (code: Parameters<typeof isDomainError>[1]) => (error: unknown) => isDomainError(error, code);

async function file(bench: Bench, owner: AccountActor, text = "0123456789") {
  const [created] = await uploadTexts(bench, owner, { "a.bin": text });
  return { fileId: created?.fileId ?? "" };
}

async function tokenOf(bench: Bench, actor: Actor, reference: { fileId: string }, options = {}) {
  return (await bench.services.downloads.issueToken(actor, reference, options)).text;
}

test("a link must be used within five minutes and can be resumed for thirty", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const reference = await file(bench, owner);
  const [unused, used] = [await tokenOf(bench, owner, reference), await tokenOf(bench, owner, reference)];
  const { downloads } = bench.services;
  await (await (await downloads.find(used, address)).open()).close();
  bench.clock.advance(5 * MINUTE_MS);
  await assert.rejects(downloads.find(unused, address), refusal("download-token-expired"));
  await downloads.find(used, address);
  bench.clock.advance(25 * MINUTE_MS);
  await assert.rejects(downloads.find(used, address), refusal("download-token-expired"));
});

test("a HEAD binds nothing, and the first bytes bind the link to the address, in either notation", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { downloads } = bench.services;
  const token = await tokenOf(bench, owner, await file(bench, owner));
  await downloads.find(token, "203.0.113.1");
  await (await (await downloads.find(token, "::ffff:192.0.2.7")).open()).close();
  for (const same of ["192.0.2.7", "::ffff:192.0.2.7", "::ffff:c000:207"])
    await (await (await downloads.find(token, same)).open({ start: 1, end: 2 })).close();
  await assert.rejects(downloads.find(token, "203.0.113.1"), refusal("not-allowed"));
});

test("of two addresses that start at once, one gets the link", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { downloads } = bench.services;
  const token = await tokenOf(bench, owner, await file(bench, owner));
  const found = await Promise.all(["192.0.2.1", "192.0.2.2"].map((from) => downloads.find(token, from)));
  const opened = await Promise.allSettled(found.map((each) => each.open()));
  assert.deepEqual(opened.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
  for (const each of opened) if (each.status === "fulfilled") await each.value.close();
});

test("a single-stream link serves one stream at a time and is free after every end", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const reference = await file(bench, owner);
  const { downloads } = bench.services;
  const token = await tokenOf(bench, owner, reference, { isSingle: true });
  const download = await downloads.find(token, address);
  const first = await download.open();
  await assert.rejects(download.open(), refusal("download-token-in-use"));
  await first.close();
  await assert.rejects(download.open({ start: 10, end: 20 }), RangeError);
  const second = await download.open();
  await second.close();
  await second.close();
  await (await download.open()).close();
});

test("a plan's parallel downloads are counted by streams, even after failures", async () => {
  await using bench = await openBench();
  const owner = await bench.account("free@example.org", "free");
  const reference = await file(bench, owner);
  const { downloads } = bench.services;
  const download = await downloads.find(await tokenOf(bench, owner, reference), address);
  await assert.rejects(download.open({ start: 99, end: 100 }), RangeError);
  const first = await download.open();
  await assert.rejects(download.open(), refusal("too-many-downloads"));
  await first.close();
  await (await download.open()).close();
});

test("an empty file opens and ends", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const download = await bench.services.downloads.find(
    await tokenOf(bench, owner, await file(bench, owner, "")),
    address,
  );
  const stream = await download.open();
  assert.equal(await stream.reader.read(Buffer.alloc(8)), 0);
  await stream.close();
});

test("removing or locking a file, or disabling its link, ends its links and running downloads", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { downloads, files, accounts } = bench.services;
  const ends = [
    (reference: { fileId: string }) => files.remove(owner, [{ reference }]),
    (reference: { fileId: string }) => files.changeAttributes(owner, [reference], { password: "secret word" }),
    () => accounts.setLocked("operator", owner.account, true),
  ];
  for (const end of ends) {
    const reference = await file(bench, owner);
    const { text } = await downloads.issueToken(guest(address), reference, {});
    const stream = await (await downloads.find(text, address)).open();
    await end(reference);
    await assert.rejects(stream.recheck());
    await stream.close();
    await assert.rejects(downloads.find(text, address));
  }
});

test("lost bytes are reported as lost, repaired ones are served, and a removed file is not found", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const reference = await file(bench, owner);
  const { downloads, files } = bench.services;
  const download = await downloads.find(await tokenOf(bench, owner, reference), address);
  const [blob] = await bench.ports.database.blobs.listPage(undefined, 1);
  await bench.ports.blobs.remove(blob?.key ?? "");
  await assert.rejects(download.open(), refusal("file-damaged"));
  await uploadTexts(bench, owner, { "again.bin": "0123456789" });
  const stream = await download.open();
  assert.equal(stream.reader.sizeBytes, 10);
  await stream.close();
  await files.remove(owner, [{ reference }]);
  const [healed] = await bench.ports.database.blobs.listPage(undefined, 1);
  await bench.ports.blobs.remove(healed?.key ?? "");
  await assert.rejects(download.open());
});

test("an invalid token is unknown", async () => {
  await using bench = await openBench();
  for (const text of ["", "x", "0".repeat(40), "../".repeat(20), "é".repeat(40)])
    await assert.rejects(bench.services.downloads.find(text, address), refusal("download-token-not-found"));
});

test("guests have a limit of open downloads per address", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const reference = await file(bench, owner);
  const { downloads } = bench.services;
  const openAt = async (from: string) =>
    (await downloads.find(await tokenOf(bench, guest(from), reference), from)).open();
  const streams = [];
  for (let count = 0; count < 60; count++) streams.push(await openAt("192.0.2.1"));
  await assert.rejects(openAt("192.0.2.1"), refusal("too-many-downloads"));
  await (await openAt("192.0.2.2")).close();
  await Promise.all(streams.map((stream) => stream.close()));
  await (await openAt("192.0.2.1")).close();
});

test("an unreadable store is reported in the words of a download, and a full one in those of a change", async () => {
  let failing: "open" | "room" | undefined;
  const failure = new BlobStoreError("unavailable", "Input/output error.");
  await using bench = await openBench({
    minFreeBytes: undefined,
    replace: ({ blobs }) => ({
      blobs: overriding(blobs, {
        open: (key, range) => (failing === "open" ? Promise.reject(failure) : blobs.open(key, range)),
        room: () => (failing === "room" ? Promise.reject(failure) : blobs.room()),
      }),
    }),
  });
  const owner = await bench.account();
  const reference = await file(bench, owner);
  const found = await bench.services.downloads.find(await tokenOf(bench, owner, reference), address);
  const isAbout = (words: RegExp) => (error: unknown) =>
    isDomainError(error, "storage-unavailable") && words.test(error.message) && error.cause === failure;
  failing = "open";
  await assert.rejects(found.open(), isAbout(/cannot read .* nothing was sent/));
  failing = "room";
  const many = Array.from({ length: 10_000 }, (_, index) => ({ fileId: `${index}`.padStart(20, "0") }));
  await assert.rejects(bench.services.files.move(owner, many, "root"), isAbout(/nothing was changed/));
  await assert.rejects(uploadTexts(bench, owner, { "b.bin": "more" }), isAbout(/nothing of this upload was kept/));
  failing = undefined;
  await (await found.open()).close();
});

test("a running stream keeps its places while it is renewed, and ends when another has taken them", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { downloads } = bench.services;
  const token = await tokenOf(bench, owner, await file(bench, owner), { isSingle: true });
  const open = async () => (await downloads.find(token, address)).open();
  const kept = await open();
  for (let count = 0; count < 5; count++) {
    bench.clock.advance(MINUTE_MS / 2);
    await kept.recheck();
    await assert.rejects(open(), refusal("download-token-in-use"));
  }
  bench.clock.advance(2 * MINUTE_MS);
  await kept.recheck();
  await assert.rejects(open(), refusal("download-token-in-use"));
  bench.clock.advance(2 * MINUTE_MS);
  const next = await open();
  await assert.rejects(kept.recheck(), refusal("download-token-in-use"));
  await kept.close();
  await next.recheck();
  await next.close();
});

test("a changed account password ends what the old one allowed, and nothing else", async () => {
  let isFull = false;
  await using bench = await openBench({
    replace: ({ database }) => {
      const transaction: typeof database.transaction = (work) =>
        isFull
          ? Promise.reject(new DatabaseError("full", "The disk of the test is full."))
          : database.transaction(work);
      return { database: overriding(database, { transaction }) };
    },
  });
  const owner = await bench.account();
  const { downloads, accounts } = bench.services;
  const reference = await file(bench, owner);
  const person = await byPassword(bench, owner.account.email, "a long password");
  const keyed = await bench.keyed(owner);
  const kept = [await tokenOf(bench, keyed, reference), await tokenOf(bench, guest(address), reference)];
  const ended = [await tokenOf(bench, person, reference)];
  isFull = true;
  kept.push(await tokenOf(bench, keyed, reference));
  ended.push(await tokenOf(bench, person, reference));
  isFull = false;
  const long = await (await downloads.find(await tokenOf(bench, person, reference), address)).open();
  const ofKey = await (await downloads.find(kept[0] ?? "", address)).open();
  for (const text of ended) await downloads.find(text, address);
  await accounts.setPassword("operator", owner.account, "another password");
  for (const text of ended) await assert.rejects(downloads.find(text, address), refusal("download-token-not-found"));
  for (const text of kept) await downloads.find(text, address);
  // Even after the time in which its token could be resumed.
  await assert.rejects(long.recheck(), refusal("download-token-not-found"));
  bench.clock.advance(31 * MINUTE_MS);
  await assert.rejects(long.recheck(), refusal("download-token-not-found"));
  await ofKey.recheck();
  for (const stream of [long, ofKey]) await stream.close();
});
