import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { IMPORT, ImportSourceError, isDomainError } from "@consigne/core";
import { otherChecksum } from "../_import-source.ts";
import { KEY, said, told, access, opened, listed, treeOf, houseOf } from "../_import-world.ts";
import { work, workInTime } from "../_letters.ts";
import { DAY_MS, HOUR_MS, storedKeys, uploadTexts } from "../_services.ts";
import { broken } from "../_sources.ts";

test("imports folders and files, empty and duplicate ones too, and forgets the key", async () => {
  await using world = await opened();
  const { bench, source, order, goOn, owner } = world;
  source.tree = await houseOf(world);
  const begun = await order();
  assert.deepEqual([begun.state, begun.tallies.folders.open], ["walking", 1]);
  const done = await goOn(begun);
  assert.deepEqual([done.state, done.tallies.files.done.count, done.tallies.folders.done], ["done", 4, 3]);
  const tree = ["a.txt", "empty/", "photos/", "photos/b.txt", "photos/b.txt", "photos/é"];
  assert.deepEqual(await treeOf(bench, owner), tree);
  assert.equal(bench.services.meter.drain().uploads, 4, "each file counts as an upload of that day");
  assert.deepEqual([source.accesses[0], done.sealedAccess], [access, undefined]);
  const again = await goOn(await order());
  assert.deepEqual([again.tallies.files.present.count, again.tallies.files.done.count], [4, 0]);
  assert.deepEqual(await treeOf(bench, owner), tree);
});

test("a plan says what would be done, and does nothing", async () => {
  await using world = await opened();
  const { bench, source, order, goOn, owner } = world;
  source.tree = await houseOf(world);
  await uploadTexts(bench, owner, { "a.txt": "alpha" });
  const folder = await bench.services.folders.create(owner, "root", "photos");
  await uploadTexts(bench, owner, { é: "another" }, folder.id);
  const before = await treeOf(bench, owner);
  const { state, tallies, paceMs, sealedAccess } = await goOn(await order({ isPlan: true }));
  assert.deepEqual([state, paceMs, sealedAccess], ["planned", 500, undefined]);
  assert.deepEqual(tallies.files.open, { count: 3, bytes: 9 });
  assert.deepEqual([tallies.files.present, tallies.collisions], [{ count: 1, bytes: 5 }, 1]);
  assert.deepEqual(await treeOf(bench, owner), before);
  assert.ok(!source.asked.some((call) => call.startsWith("address")));
});

test("a plan knows the maximum folder depth, as the import does", async () => {
  await using world = await opened();
  const { bench, source, order, goOn, owner } = world;
  const { services } = bench;
  const above = { accountId: owner.account.id, createdAt: bench.clock.now(), publicShareId: undefined };
  let folder = owner.rootFolderId;
  await bench.ports.database.transaction(async (rows) => {
    for (const name of [...Array.from({ length: 98 }, () => "d"), "held"]) {
      const created = await rows.folders.create({
        ...above,
        name,
        parentId: folder as never,
        sharePasswordHash: undefined,
      });
      if (name === "d") folder = created.id;
    }
  });
  source.tree = {
    "": { folders: { held: "1", new: "1" } },
    1: { folders: { a: "2" } },
    2: { folders: { deep: "3" } },
    3: { files: [await listed(world, "f", "f")] },
  };
  for (const isPlan of [true, false]) {
    const { id, tallies } = await goOn(await order({ folder, isPlan }));
    const page = { states: ["failed"], after: undefined, limit: 9 } as const;
    const { entries } = await services.imports.listEntries(owner, id, page);
    assert.deepEqual(
      entries.map(({ path, name }) => `${path}/${name}`),
      ["held/a/deep", "new/a/deep"],
    );
    assert.match(told(entries[0]), /up to 100 levels deep/);
    assert.deepEqual([tallies.folders.failed, tallies.files.open.count, tallies.files.done.count], [2, 0, 0]);
  }
});

test("stores nothing whose checksum or size differs from the source's, and retries it", async () => {
  await using world = await opened();
  const { bench, sources, source, order, goOn, owner, now } = world;
  const file = await listed(world, "a.txt", "alpha");
  const [wrong, short] = [await listed(world, "w", "wrong"), await listed(world, "s", "short")];
  source.tree = { "": { files: [file, { ...wrong, whirlpool: otherChecksum }, { ...short, sizeBytes: 9 }] } };
  sources.set(file.reference, { text: "alphA" }, { text: "alpha" });
  const waiting = await goOn(await order());
  assert.deepEqual([waiting.state, waiting.tallies.files.open.count], ["copying", 3]);
  const { entries } = await bench.services.imports.listEntries(owner, waiting.id, {
    states: ["open"],
    after: undefined,
    limit: 9,
  });
  assert.match(told(entries[0]), /does not match the checksum/);
  assert.match(told(entries[2]), /listed 9 bytes, but sends 5/);
  assert.deepEqual(await storedKeys(bench), []);
  for (let round = 0; round < 10; round++) {
    bench.clock.advance(HOUR_MS);
    await work(bench);
  }
  const done = await now(waiting);
  assert.deepEqual([done.state, done.tallies.files.done.count, done.tallies.files.failed.count], ["done", 1, 2]);
  assert.deepEqual(await treeOf(bench, owner), ["a.txt"]);
  assert.equal(source.asked.filter((call) => call === `address ${wrong.reference}`).length, 8);
  assert.equal((await storedKeys(bench)).length, 1);
});

test("skips a file that takes too long, and continues with the rest", async () => {
  await using world = await opened();
  const { bench, sources, source, order, goOn } = world;
  const [slow, good] = [await listed(world, "slow", "s"), await listed(world, "z", "z")];
  source.tree = { "": { files: [slow, good] } };
  sources.set(slow.reference, { text: "s", before: () => sleep(3000) });
  const found = await order();
  await workInTime(bench, IMPORT, 2000);
  const done = await goOn(found);
  assert.deepEqual([done.state, done.tallies.files.done.count, done.tallies.files.failed.count], ["done", 1, 1]);
  const page = { states: ["failed"], after: undefined, limit: 9 } as const;
  const { entries } = await bench.services.imports.listEntries(world.owner, done.id, page);
  assert.match(told(entries[0]), /after 24 hours/);
});

test("ends with an explanation if the key is refused, and skips what is missing or has no valid name here", async () => {
  await using world = await opened();
  const { source, order, goOn, bench, owner } = world;
  source.failures.list.push(new ImportSourceError("denied", said("The source does not accept the API key.")));
  const denied = await goOn(await order());
  assert.deepEqual([denied.state, told(denied)], ["failed", "The source does not accept the API key."]);
  source.tree = {};
  const nowhere = await goOn(await order());
  assert.deepEqual([nowhere.state, told(nowhere)], ["failed", "The source says: no such folder."]);
  const good = await listed(world, "good", "good");
  const gone = await listed(world, "gone", "gone");
  source.tree = {
    "": { folders: { "..": "1", "a/b": "2", lost: "3" }, files: [gone, { ...good, name: "../../etc/passwd" }, good] },
  };
  source.failures.address.push(new ImportSourceError("missing", said("The source says: no such file.")));
  const done = await goOn(await order());
  assert.deepEqual([done.state, done.tallies.folders.failed, done.tallies.files.failed.count], ["done", 3, 2]);
  assert.deepEqual(await treeOf(bench, owner), ["good", "lost/"]);
});

test("limits what a hostile source says, and continues with the rest", async () => {
  await using world = await opened();
  const { bench, source, order, goOn, owner } = world;
  const good = await listed(world, "good", "good");
  const long = "x".repeat(1e6);
  source.tree = {
    "": {
      folders: { [long]: "1", "a\ud800": "2", ok: long },
      files: [
        { ...good, name: long },
        { ...good, name: "b\ud800" },
        { ...good, name: "c", reference: long },
        { ...good, name: "d", sizeBytes: Number.NaN, whirlpool: "no checksum" },
        { ...good, name: "e", sizeBytes: -1 },
        { ...good, name: "f", sizeBytes: 1e300 },
        { ...good, name: "g\u0000" },
      ],
    },
  };
  source.failures.address.push(new ImportSourceError("missing", said(long)));
  const done = await goOn(await order());
  assert.deepEqual([done.state, done.tallies.folders.failed, done.tallies.files.failed.count], ["done", 3, 4]);
  assert.deepEqual(await treeOf(bench, owner), ["e", "f", "g\u2400"]);
  const page = { states: ["failed"], after: undefined, limit: 99 } as const;
  const { entries: failed } = await bench.services.imports.listEntries(owner, done.id, page);
  assert.ok(failed.every((entry) => entry.name.length <= 300 && told(entry).length <= 330 && told(entry) !== ""));
});

test("is cancelled while waiting or running, and keeps what has arrived", async () => {
  await using world = await opened();
  const { bench, sources, source, order, owner, now, goOn } = world;
  const [first, second] = [await listed(world, "a", "a"), await listed(world, "b", "b")];
  source.tree = { "": { files: [first, second] } };
  const waiting = await order();
  await bench.services.imports.cancel(owner, waiting.id);
  assert.deepEqual([(await now(waiting)).state, (await now(waiting)).sealedAccess], ["cancelled", undefined]);
  const again = await bench.services.jobs.retry("operator", waiting.jobId);
  assert.deepEqual([again.isDone, again.instead?.includes(`remote retry i${waiting.id}`)], [false, true]);
  const running = await order();
  sources.set(first.reference, { text: "a" });
  sources.set(second.reference, {
    text: "b",
    before: async () => void (await bench.services.imports.cancel(owner, running.id)),
  });
  const cancelled = await goOn(running);
  assert.deepEqual([cancelled.state, told(cancelled)], ["cancelled", "Cancelled."]);
  bench.clock.advance(DAY_MS);
  await work(bench);
  assert.equal((await now(running)).state, "cancelled");
});

test("resumes a file that breaks off, and stops completely when its key is revoked", async () => {
  await using world = await opened();
  const { bench, sources, source, order, owner, goOn, now } = world;
  const file = await listed(world, "a", "0123456789");
  source.tree = { "": { files: [file] } };
  sources.set(file.reference, { text: "0123456789", breaksAfter: 4 }, { error: broken() }, { text: "0123456789" });
  const keyed = await bench.keyed(owner);
  assert.equal((await goOn(await order({}, keyed))).state, "done");
  const other = await order({}, keyed);
  await bench.services.keys.revoke("operator", keyed.key?.id ?? "");
  await work(bench);
  assert.match(told(await now(other)), /was revoked/);
  assert.equal((await now(other)).state, "failed");
});

test("never shows the source's key", async () => {
  await using world = await opened();
  const { bench, source, order, owner } = world;
  source.tree = await houseOf(world);
  const found = await order();
  const shown = JSON.stringify([
    found,
    await bench.services.jobs.list("operator"),
    await bench.ports.database.audit.list({ limit: 100 }),
    await bench.services.imports.list(owner, { before: undefined, limit: 9 }),
  ]);
  assert.ok(!shown.includes(KEY));
});

test("belongs to its owner only, and is removed with the account", async () => {
  await using world = await opened();
  const { bench, order, owner } = world;
  const { services } = bench;
  const other = await bench.account();
  const folder = await services.folders.create(owner, "root", "fence");
  const fenced = await bench.keyed(owner, { fenceFolderId: folder.id });
  const found = await order();
  const unseen = (error: unknown) => isDomainError(error, "remote-upload-not-found");
  for (const actor of [other, fenced]) {
    await assert.rejects(services.imports.get(actor, found.id), unseen);
    await assert.rejects(services.imports.cancel(actor, found.id), unseen);
    const page = { states: ["open"], after: undefined, limit: 9 } as const;
    await assert.rejects(services.imports.listEntries(actor, found.id, page), unseen);
    assert.deepEqual(await services.imports.list(actor, { before: undefined, limit: 9 }), []);
  }
  const reading = await bench.keyed(owner, { scopes: { ...fenced.key!.scopes, remote: "read" } });
  await assert.rejects(order({}, reading), (error) => isDomainError(error, "scope-missing"));
  for (let count = 1; count < 10; count++) await order();
  await assert.rejects(order(), (error) => isDomainError(error, "too-many-remote-uploads"));
  await services.accountRemoval.run("operator", owner.account);
  assert.equal(await bench.ports.database.imports.findById(found.id), undefined);
  await work(bench);
});

test("refuses an impossible source before starting anything", async () => {
  await using world = await opened();
  const { bench, owner } = world;
  const bad = (error: unknown) => isDomainError(error, "bad-argument");
  for (const changes of [
    { url: "ftp://example.org/" },
    { url: "https://user:pass@example.org/" },
    { url: "nonsense" },
    { apiKey: "" },
    { apiKey: "two\nlines" },
    { apiKey: "x".repeat(600) },
    { path: "x".repeat(10_000) },
  ]) {
    const order = { access: { ...access, ...changes }, folder: "root", isPlan: false } as const;
    await assert.rejects(bench.services.imports.order(owner, order), bad, JSON.stringify(changes));
  }
});
