import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { IMPORT, ImportSourceError, isDomainError } from "@consigne/core";
import { KEY, said, told, access, opened, listed, treeOf } from "../_import-world.ts";
import { work, workInTime } from "../_letters.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, uploadTexts } from "../_services.ts";
import { broken } from "../_sources.ts";

test("waits for a lock to end, whenever that is, without counting an attempt", async () => {
  await using world = await opened();
  const { bench, source, order, goOn, now } = world;
  source.tree = { "": { files: [await listed(world, "a.txt", "alpha")] } };
  const lock = (retryAfterMs: number) => new ImportSourceError("locked", said("locked out"), { retryAfterMs });
  source.failures.list.push(lock(10 * MINUTE_MS));
  let found = await goOn(await order());
  assert.deepEqual([found.state, told(found), found.pauses], ["walking", "locked out", 0]);
  bench.clock.advance(10 * MINUTE_MS - 1000);
  await work(bench);
  assert.equal(source.asked.length, 1, "nothing is requested during the lock");
  bench.clock.advance(1000);
  for (let round = 0; round < 30; round++) source.failures.address.push(lock(2 * DAY_MS));
  for (let round = 0; round < 30; round++) {
    found = await goOn(found);
    assert.equal(told(found), "locked out");
    bench.clock.advance(2 * DAY_MS);
  }
  const [entry] = await bench.ports.database.imports.listDue(found.id, "file", { now: bench.clock.now(), limit: 1 });
  assert.equal(entry?.attempts, 0);
  await work(bench);
  assert.deepEqual([(await now(found)).state, told(await now(found))], ["done", ""]);
});

test("pauses while the source is unreachable, longer each time, and gives up after a week", async () => {
  await using world = await opened();
  const { bench, source, order, goOn, now } = world;
  source.tree = { "": {} };
  const away = () => new ImportSourceError("unavailable", said("no answer"));
  source.failures.list.push(away(), away());
  let found = await goOn(await order());
  assert.deepEqual([told(found), found.pauses], ["no answer", 1]);
  bench.clock.advance(HOUR_MS);
  assert.equal((await goOn(found)).pauses, 2);
  bench.clock.advance(HOUR_MS);
  found = await goOn(found);
  assert.equal(found.state, "done");
  for (let round = 0; round < 200; round++) source.failures.list.push(away());
  found = await order();
  const since = bench.clock.now().getTime();
  while ((await now(found)).endedAt === undefined) {
    await work(bench);
    bench.clock.advance(HOUR_MS);
  }
  const days = (bench.clock.now().getTime() - since) / DAY_MS;
  assert.deepEqual([(await now(found)).state, days > 6 && days < 8], ["failed", true], `${days} days`);
});

test("a file or folder that the source cannot deliver blocks nothing else", async () => {
  await using world = await opened();
  const { bench, source, order, goOn, owner, now } = world;
  const files = await Promise.all(["a", "b", "c"].map((name) => listed(world, name, name)));
  source.tree = { "": { folders: { one: "1", two: "2" } }, 1: {}, 2: { files } };
  const broken = new ImportSourceError("unavailable", said("server in trouble"));
  source.failures.list.push(...Array.from({ length: 200 }, () => broken));
  let found = await goOn(await order());
  // With only the starting folder, the whole source must be meant.
  assert.deepEqual([told(found), found.pauses], ["server in trouble", 1]);
  source.failures.list.length = 0;
  for (const { reference } of files.slice(0, 2)) source.unavailable.set(reference, broken);
  for (let minutes = 0; minutes < 60 && found.tallies.files.done.count === 0; minutes += 1) {
    bench.clock.advance(MINUTE_MS);
    found = await goOn(found);
  }
  assert.deepEqual(await treeOf(bench, owner), ["one/", "two/", "two/c"], "the third one has arrived meanwhile");
  source.unavailable.delete(files[0]?.reference ?? "");
  for (let hours = 0; hours < 48 && found.tallies.files.done.count < 2; hours += 1) {
    bench.clock.advance(HOUR_MS);
    found = await goOn(found);
  }
  assert.equal((await now(found)).tallies.files.done.count, 2, "files that become available later arrive later");
});

test("files that a healthy source never delivers fail within hours, and can be retried", async () => {
  await using world = await opened();
  const { bench, source, order, goOn, now } = world;
  const files = await Promise.all(["a", "b"].map((name) => listed(world, name, name)));
  source.tree = { "": { files } };
  const broken500 = new ImportSourceError("unavailable", said("server in trouble"));
  for (const { reference } of files) source.unavailable.set(reference, broken500);
  let found = await goOn(await order());
  for (let hours = 0; hours < 48 && found.endedAt === undefined; hours += 1) {
    bench.clock.advance(HOUR_MS);
    found = await goOn(found);
  }
  assert.deepEqual([found.state, found.tallies.files.failed.count], ["done", 2]);
  source.unavailable.clear();
  const again = await goOn(await bench.services.imports.retry(world.owner, found.id, { apiKey: KEY }));
  assert.deepEqual([again.state, (await now(again)).tallies.files.done.count], ["done", 2]);
});

test("pauses without space, and continues when there is some", async () => {
  await using world = await opened();
  const { bench, source, order, goOn, owner } = world;
  source.tree = { "": { files: [await listed(world, "a.txt", "alpha")] } };
  await bench.services.accounts.setQuota("operator", owner.account, 3);
  const found = await goOn(await order());
  assert.match(told(found), /quota of 3 bytes/);
  assert.deepEqual([found.state, found.pauses], ["copying", 1]);
  await bench.services.accounts.setQuota("operator", owner.account, 1000);
  bench.clock.advance(HOUR_MS);
  assert.equal((await goOn(found)).state, "done");
});

test("retries what failed when its owner asks, and leaves what has arrived alone", async () => {
  await using world = await opened();
  const { bench, sources, source, order, goOn, owner, now } = world;
  const [good, bad] = [await listed(world, "good", "good"), await listed(world, "bad", "bad")];
  source.tree = { "": { folders: { "..": "1", lost: "2", sub: "3" }, files: [good, bad] }, 3: {} };
  const missing = () => new ImportSourceError("missing", said("no such file."));
  source.unavailable.set(bad.reference, missing());
  const first = await goOn(await order());
  assert.deepEqual([first.state, first.tallies.folders.failed, first.tallies.files.failed.count], ["done", 2, 1]);
  const retry = (by = owner, apiKey: string | undefined = "another key") =>
    bench.services.imports.retry(by, first.id, { apiKey });
  const refused = (said: RegExp) => (error: unknown) =>
    isDomainError(error, "bad-argument") && said.test(String(error));
  await assert.rejects(bench.services.imports.retry(owner, first.id), refused(/no longer stored, so enter it again/));
  await assert.rejects(retry(await bench.account()), (error) => isDomainError(error, "remote-upload-not-found"));
  const scopes = { ...(await bench.keyed(owner)).key!.scopes, remote: "read" as const };
  const reading = await bench.keyed(owner, { scopes });
  await assert.rejects(retry(reading), (error) => isDomainError(error, "scope-missing"));
  source.unavailable.clear();
  source.tree = { ...source.tree, 2: { files: [await listed(world, "deep", "deep")] } };
  sources.set(good.reference, { error: broken() });
  const begun = await retry();
  assert.deepEqual([begun.state, begun.endedAt, begun.messages], ["walking", undefined, []]);
  await assert.rejects(retry(), refused(/not ended yet/));
  const done = await goOn(begun);
  // ".." is impossible here, however often it is tried.
  assert.deepEqual(
    [done.state, done.tallies.folders, done.sealedAccess],
    ["done", { open: 0, done: 3, failed: 1 }, undefined],
  );
  assert.deepEqual([done.tallies.files.done.count, done.tallies.files.failed.count], [3, 0]);
  assert.deepEqual(await treeOf(bench, owner), ["bad", "good", "lost/", "lost/deep", "sub/"]);
  assert.equal(source.accesses.at(-1)?.kind === "account" && source.accesses.at(-1)?.url, access.url);
  assert.ok(JSON.stringify(source.accesses.at(-1)).includes("another key"));
  await assert.rejects(retry(), refused(/Nothing in this import can be tried again/));
  assert.equal((await now(done)).state, "done");
});

test("continues with another key if its own was revoked, and after a cancellation", async () => {
  await using world = await opened();
  const { bench, source, order, owner, goOn, now } = world;
  source.tree = { "": { files: [await listed(world, "a", "a")] } };
  const keyed = await bench.keyed(owner);
  const found = await order({}, keyed);
  await bench.services.keys.revoke("operator", keyed.key?.id ?? "");
  assert.match(told(await goOn(found)), /was revoked/);
  await bench.services.imports.retry(owner, found.id, { apiKey: KEY });
  await bench.services.imports.cancel(owner, found.id);
  await work(bench);
  assert.equal((await now(found)).state, "cancelled");
  const again = await bench.services.imports.retry(owner, found.id, { apiKey: KEY });
  assert.equal((await goOn(again)).state, "done");
  assert.deepEqual(await treeOf(bench, owner), ["a"]);
});

test("cannot continue with links that were never looked up, except for a single one", async () => {
  await using world = await opened();
  const { bench, source, owner, goOn } = world;
  const a = await listed(world, "a", "a");
  const links = ["https://example.org/?abcdefghij", "https://example.org/?abcdefghik"];
  const denied = () => new ImportSourceError("denied", said("The source does not accept the API key."));
  const orderLinks = (chosen: string[]) => {
    const { url, apiKey } = access;
    const order = { access: { kind: "links", url, apiKey, links: chosen }, folder: "root", isPlan: false } as const;
    return bench.services.imports.order(owner, order);
  };
  source.failures.list.push(denied(), denied());
  const [several, single] = [await goOn(await orderLinks(links)), await goOn(await orderLinks(links.slice(1)))];
  assert.deepEqual([several.state, single.state], ["failed", "failed"]);
  const retry = (id: number) => bench.services.imports.retry(owner, id, { apiKey: KEY });
  await assert.rejects(
    retry(several.id),
    (error) => isDomainError(error, "bad-argument") && /no longer stored, so import them again/.test(error.message),
  );
  source.tree = { "": { files: [a] } };
  assert.equal((await goOn(await retry(single.id))).state, "done");
  assert.deepEqual(source.accesses.at(-1), { kind: "links", url: access.url, apiKey: KEY, links: links.slice(1) });
});

test("fetches nothing that is already here if the checksum is known from the link", async () => {
  await using world = await opened();
  const { bench, source, sources, order, goOn, owner } = world;
  const [here, changed] = [await listed(world, "a.txt", "alpha"), await listed(world, "b.txt", "beta")];
  await uploadTexts(bench, owner, { "a.txt": "alpha", "b.txt": "older" });
  source.tree = { "": { files: [here, changed].map((file) => ({ ...file, whirlpool: undefined })) } };
  for (const { reference, whirlpool = "" } of [here, changed]) source.checksums.set(reference, whirlpool);
  const done = await goOn(await order());
  assert.deepEqual([done.tallies.files.present.count, done.tallies.files.done.count], [1, 1]);
  assert.deepEqual(
    sources.orders.map(({ url }) => url),
    [changed.reference],
  );
});

test("stores no file twice that has no checksum, whatever else has its name", async () => {
  await using world = await opened();
  const { bench, source, order, goOn, owner } = world;
  const open = { states: ["open"], after: undefined, limit: 9 } as const;
  const twins = await Promise.all(["one", "two"].map((text) => listed(world, "r.txt", text)));
  source.tree = { "": { files: twins.map((file) => ({ ...file, whirlpool: undefined })) } };
  const first = await goOn(await order());
  assert.deepEqual([first.tallies.files.done.count, first.tallies.files.present.count], [2, 0]);
  await uploadTexts(bench, owner, { "r.txt": "newer than both" });
  const { tree } = source;
  const longer = await listed(world, "r.txt", "four");
  source.tree = { "": { files: [...(tree[""]?.files ?? []), { ...longer, whirlpool: undefined }] } };
  const plan = await goOn(await order({ isPlan: true }));
  assert.deepEqual(
    [plan.tallies.maybePresent, plan.tallies.collisions],
    [2, 1],
    "different sizes mean different contents",
  );
  const { entries } = await bench.services.imports.listEntries(owner, plan.id, { ...open, areCollisions: true });
  assert.deepEqual(
    entries.map(({ sizeBytes, isMaybePresent }) => [sizeBytes, isMaybePresent]),
    [[4, false]],
  );
  source.tree = tree;
  const again = await goOn(await order());
  assert.deepEqual([again.tallies.files.done.count, again.tallies.files.present.count], [0, 2]);
  const { collisions: other, maybePresent } = again.tallies;
  assert.deepEqual([other, maybePresent], [0, 0], "identical files are no collision");
  const collisions = { states: ["present"], areCollisions: true, after: undefined, limit: 9 } as const;
  assert.deepEqual((await bench.services.imports.listEntries(owner, again.id, collisions)).entries, []);
  // Nor if the checksum comes with the address.
  for (const { reference, whirlpool = "" } of twins) source.checksums.set(reference, whirlpool);
  assert.equal((await goOn(await order())).tallies.files.present.count, 2);
  assert.deepEqual(await treeOf(bench, owner), ["r.txt", "r.txt", "r.txt"]);
});

test("forgets the entries of a failed folder, so that a retry has each file once", async () => {
  await using world = await opened();
  const { bench, source, order, goOn, owner } = world;
  const file = await listed(world, "a", "a");
  const files = Array.from({ length: 300 }, (_, at) => ({ ...file, name: `f${at}`, whirlpool: undefined }));
  source.tree = { "": { folders: { sub: "1" } }, 1: { files } };
  const begun = await order({ isPlan: true });
  let isSlow = true;
  await workInTime(bench, IMPORT, 3000, async (_, step) => {
    if (step !== "part of a folder" || !isSlow) return;
    isSlow = false;
    await sleep(4000);
  });
  const { state, tallies } = await goOn(begun);
  assert.deepEqual([state, tallies.folders.failed, tallies.files.open.count], ["planned", 1, 0]);
  const again = await goOn(await bench.services.imports.retry(owner, begun.id, { apiKey: KEY }));
  assert.deepEqual([again.state, again.tallies.folders.failed, again.tallies.files.open.count], ["planned", 0, 300]);
});

test("files of unknown size with a taken name collide only once different bytes have arrived", async () => {
  await using world = await opened();
  const { bench, source, order, goOn, owner } = world;
  const other = { ...(await listed(world, "r.txt", "another")), whirlpool: undefined, sizeBytes: undefined };
  await uploadTexts(bench, owner, { "r.txt": "here" });
  source.tree = { "": { files: [other] } };
  const plan = await goOn(await order({ isPlan: true }));
  assert.deepEqual([plan.tallies.maybePresent, plan.tallies.collisions], [1, 0]);
  const done = await goOn(await order());
  assert.deepEqual([done.tallies.maybePresent, done.tallies.collisions], [0, 1]);
  const page = { states: ["done"], areCollisions: true, after: undefined, limit: 9 } as const;
  assert.equal((await bench.services.imports.listEntries(owner, done.id, page)).entries.length, 1);
  assert.deepEqual(await treeOf(bench, owner), ["r.txt", "r.txt"]);
});
