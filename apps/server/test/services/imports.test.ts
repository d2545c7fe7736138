import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type AccountActor,
  fetchEnglish,
  IMPORT,
  type Import,
  ImportSourceError,
  inSentences,
  isDomainError,
  type ListedSource,
} from "@consigne/core";
import { otherChecksum, ScriptedImports, type ScriptedTree } from "../_import-source.ts";
import { work, workInTime } from "../_letters.ts";
import { type Bench, DAY_MS, HOUR_MS, MINUTE_MS, openBench, storedKeys, uploadTexts } from "../_services.ts";
import { broken, ScriptedSources } from "../_sources.ts";

const KEY = "KeyOfTheSourceThatNobodyMaySee01";
const said = (text: string) => ({ code: "text", text }) as const;
const told = (of: Pick<Import, "messages"> | undefined) => inSentences(fetchEnglish, of?.messages ?? []);
const access = { kind: "account", url: "https://api.example.org/v1", apiKey: KEY, path: "/" } as const;

async function opened(options: Parameters<typeof openBench>[0] = {}) {
  const [sources, source] = [new ScriptedSources(), new ScriptedImports()];
  const bench = await openBench({ ...options, replace: () => ({ sources, importSources: source }) });
  const owner = await bench.account();
  const order = (changes: { isPlan?: boolean; folder?: number } = {}, by: AccountActor = owner) =>
    bench.services.imports.order(by, { access, folder: "root", isPlan: false, ...changes });
  const now = ({ id }: Import) => bench.services.imports.get(owner, id);
  const goOn = async (found: Import) => {
    await work(bench);
    return now(found);
  };
  return { bench, sources, source, owner, order, now, goOn, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}
type World = Awaited<ReturnType<typeof opened>>;

/** Puts a text where the source says that it is, with its checksum. */
async function listed({ bench, sources }: World, name: string, text: string): Promise<ListedSource> {
  const hash = bench.ports.hasher.start();
  await hash.update(Buffer.from(text));
  const reference = `https://files.example.org/${encodeURIComponent(name)}/${text}`;
  sources.set(reference, { text });
  return { reference, name, sizeBytes: Buffer.byteLength(text), whirlpool: await hash.digest() };
}

async function treeOf(
  { services }: Pick<Bench, "services">,
  actor: AccountActor,
  id: number | "root" = "root",
): Promise<string[]> {
  const files = (await (await services.files.list(actor, id, {}, {})).all()).map(({ name }) => name);
  const children = await (await services.folders.list(actor, id)).children.all();
  const below = await Promise.all(
    children.map(async (child) => (await treeOf({ services }, actor, child.id)).map((each) => `${child.name}/${each}`)),
  );
  return [...files, ...children.map(({ name }) => `${name}/`), ...below.flat()].toSorted();
}

async function houseOf(world: World): Promise<ScriptedTree> {
  return {
    "": { folders: { photos: "1", empty: "2" }, files: [await listed(world, "a.txt", "alpha")] },
    1: {
      files: [
        await listed(world, "b.txt", "beta"),
        await listed(world, "b.txt", "beta"),
        await listed(world, "é", "e"),
      ],
    },
    2: {},
  };
}

test("takes over folders and files, empty ones and duplicates too, and forgets the key", async () => {
  await using world = await opened();
  const { bench, source, order, goOn, owner } = world;
  source.tree = await houseOf(world);
  const begun = await order();
  assert.deepEqual([begun.state, begun.tallies.folders.open], ["walking", 1]);
  const done = await goOn(begun);
  assert.deepEqual([done.state, done.tallies.files.done.count, done.tallies.folders.done], ["done", 4, 3]);
  const tree = ["a.txt", "empty/", "photos/", "photos/b.txt", "photos/b.txt", "photos/é"];
  assert.deepEqual(await treeOf(bench, owner), tree);
  assert.equal(bench.services.meter.drain().uploads, 4, "each file is an upload of its day");
  assert.deepEqual([source.accesses[0], done.sealedAccess], [access, undefined]);
  const again = await goOn(await order());
  assert.deepEqual([again.tallies.files.present.count, again.tallies.files.done.count], [4, 0]);
  assert.deepEqual(await treeOf(bench, owner), tree);
});

test("a plan tells what would be done, and does nothing", async () => {
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

test("files nothing whose checksum or size is another than the source's, and tries it again", async () => {
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
  assert.match(told(entries[0]), /another checksum/);
  assert.match(told(entries[2]), /listed 9 bytes and sends 5/);
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

test("leaves out a file that takes too long, and goes on with the rest", async () => {
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

test("waits for the end of a lock, whenever that is, and counts no attempt", async () => {
  await using world = await opened();
  const { bench, source, order, goOn, now } = world;
  source.tree = { "": { files: [await listed(world, "a.txt", "alpha")] } };
  const lock = (retryAfterMs: number) => new ImportSourceError("locked", said("locked out"), { retryAfterMs });
  source.failures.list.push(lock(10 * MINUTE_MS));
  let found = await goOn(await order());
  assert.deepEqual([found.state, told(found), found.pauses], ["walking", "locked out", 0]);
  bench.clock.advance(10 * MINUTE_MS - 1000);
  await work(bench);
  assert.equal(source.asked.length, 1, "nothing is asked while the lock lasts");
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

test("pauses while the source is not to be had, longer each time, and gives up after a week", async () => {
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

test("one file or folder that the source cannot give out holds up nothing else", async () => {
  await using world = await opened();
  const { bench, source, order, goOn, owner, now } = world;
  const files = await Promise.all(["a", "b", "c"].map((name) => listed(world, name, name)));
  source.tree = { "": { folders: { one: "1", two: "2" } }, 1: {}, 2: { files } };
  const broken = new ImportSourceError("unavailable", said("server in trouble"));
  source.failures.list.push(...Array.from({ length: 200 }, () => broken));
  let found = await goOn(await order());
  // The beginning is alone: only the whole source can be meant.
  assert.deepEqual([told(found), found.pauses], ["server in trouble", 1]);
  source.failures.list.length = 0;
  for (const { reference } of files.slice(0, 2)) source.unavailable.set(reference, broken);
  for (let minutes = 0; minutes < 60 && found.tallies.files.done.count === 0; minutes += 1) {
    bench.clock.advance(MINUTE_MS);
    found = await goOn(found);
  }
  assert.deepEqual(await treeOf(bench, owner), ["one/", "two/", "two/c"], "the third one has come meanwhile");
  source.unavailable.delete(files[0]?.reference ?? "");
  for (let hours = 0; hours < 48 && found.tallies.files.done.count < 2; hours += 1) {
    bench.clock.advance(HOUR_MS);
    found = await goOn(found);
  }
  assert.equal((await now(found)).tallies.files.done.count, 2, "what can be had later comes later");
});

test("files that a source in no trouble never gives out fail within hours, and may be tried again", async () => {
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

test("ends with words where the key is refused, and leaves out what is missing or cannot be named here", async () => {
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

test("keeps what a hostile source says within bounds, and goes on with the rest", async () => {
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

test("pauses without room, and goes on when there is some", async () => {
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

test("is cancelled while it waits and while it runs; what has arrived stays", async () => {
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

test("continues where a file breaks off, and a revoked key ends all of it", async () => {
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

test("goes on with what failed where its owner tries it again, and leaves alone what has arrived", async () => {
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
  await assert.rejects(bench.services.imports.retry(owner, first.id), refused(/not kept, so give it again/));
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
  // ".." can be nothing here, however often it is tried.
  assert.deepEqual(
    [done.state, done.tallies.folders, done.sealedAccess],
    ["done", { open: 0, done: 3, failed: 1 }, undefined],
  );
  assert.deepEqual([done.tallies.files.done.count, done.tallies.files.failed.count], [3, 0]);
  assert.deepEqual(await treeOf(bench, owner), ["bad", "good", "lost/", "lost/deep", "sub/"]);
  assert.equal(source.accesses.at(-1)?.kind === "account" && source.accesses.at(-1)?.url, access.url);
  assert.ok(JSON.stringify(source.accesses.at(-1)).includes("another key"));
  await assert.rejects(retry(), refused(/Nothing of this import can be tried again/));
  assert.equal((await now(done)).state, "done");
});

test("goes on with another key where the one that ordered it was revoked, and after it was cancelled", async () => {
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

test("cannot go on with links that were never looked up, save a single one", async () => {
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
    (error) => isDomainError(error, "bad-argument") && /never looked up/.test(error.message),
  );
  source.tree = { "": { files: [a] } };
  assert.equal((await goOn(await retry(single.id))).state, "done");
  assert.deepEqual(source.accesses.at(-1), { kind: "links", url: access.url, apiKey: KEY, links: links.slice(1) });
});

test("shows the key of the source nowhere", async () => {
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

test("fetches nothing that is here already where the checksum comes with the address alone", async () => {
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

test("is its owner's alone, and goes with the account", async () => {
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

test("refuses what can be no source, before anything is begun", async () => {
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
