import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type AccountActor,
  fetchEnglish,
  inSentences,
  isDomainError,
  REMOTE_UPLOAD,
  type RemoteUploadDetails,
  remoteStateOf,
  SourceError,
} from "@consigne/core";
import { work, workInTime } from "../_letters.ts";
import { type Bench, DAY_MS, downloadText, openBench, HOUR_MS, storedKeys } from "../_services.ts";
import { refused, ScriptedSources } from "../_sources.ts";

const URL_A = "https://example.org/files/a.bin";

async function opened(options: Parameters<typeof openBench>[0] = {}) {
  const sources = new ScriptedSources();
  const bench = await openBench({ ...options, replace: () => ({ sources }) });
  return { ...bench, bench, sources, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

const order = ({ services }: Pick<Bench, "services">, actor: AccountActor, ...urls: string[]) =>
  services.remoteUploads.order(actor, { urls, folder: "root", headers: [] });

const now = ({ services }: Pick<Bench, "services">, actor: AccountActor, { request }: RemoteUploadDetails) =>
  services.remoteUploads.get(actor, request.id);

const ends = ({ items }: RemoteUploadDetails) => items.map(({ item }) => item.end);
const states = ({ items }: RemoteUploadDetails) => items.map(remoteStateOf);
const messages = ({ items }: RemoteUploadDetails) =>
  items.map(({ item }) => inSentences(fetchEnglish, item.end?.messages ?? item.trouble));

async function textOf(bench: Pick<Bench, "services">, actor: AccountActor, details: RemoteUploadDetails, at = 0) {
  const end = details.items[at]?.item.end;
  assert.ok(end?.state === "done", JSON.stringify(end));
  return downloadText(bench, actor, end.fileId);
}

/** Until nothing is left to try, whenever it is due. */
async function workOn(bench: Bench): Promise<void> {
  for (let round = 0; round < 15; round++) {
    await work(bench);
    bench.clock.advance(HOUR_MS + 1);
  }
}

test("fetches addresses into the folder, each with the name its source gives it", async () => {
  await using world = await opened();
  const { bench, sources, services } = world;
  const owner = await bench.account();
  const folder = await services.folders.create(owner, "root", "isos");
  sources.set(URL_A, { text: "alpha" });
  sources.set("http://example.org/dl?id=7", { text: "beta", fileName: "b.txt", contentType: "text/plain" });
  const urls = [URL_A, "http://example.org/dl?id=7"];
  const asked = await services.remoteUploads.order(owner, { urls, folder: folder.id, headers: [["X-Token", "t"]] });
  assert.deepEqual(states(asked), ["waiting", "waiting"]);
  await work(bench);
  const done = await now(bench, owner, asked);
  assert.deepEqual(states(done), ["done", "done"]);
  assert.deepEqual([await textOf(bench, owner, done), await textOf(bench, owner, done, 1)], ["alpha", "beta"]);
  const listed = await (await services.files.list(owner, folder.id, {}, {})).all();
  assert.deepEqual(new Set(listed.map(({ name }) => name)), new Set(["a.bin", "b.txt"]));
  assert.deepEqual(sources.orders[0]?.headers, [["X-Token", "t"]]);
  assert.equal(done.request.sealedHeaders, undefined);
  assert.ok(done.request.endedAt !== undefined);
  assert.equal(sources.openCount, 0);
});

test("continues where the source broke off, with what it was then", async () => {
  await using world = await opened();
  const { bench, sources } = world;
  const owner = await bench.account();
  sources.set(URL_A, { text: "0123456789", breaksAfter: 4 }, { text: "0123456789" });
  const asked = await order(bench, owner, URL_A);
  await work(bench);
  const done = await now(bench, owner, asked);
  assert.equal(await textOf(bench, owner, done), "0123456789");
  assert.deepEqual(
    sources.orders.map(({ from, version }) => [from, version?.etag]),
    [
      [0, undefined],
      [4, '"1"'],
    ],
  );
});

test("fault 7: what begins elsewhere, or is shorter than announced, is never appended or called done", async () => {
  await using world = await opened();
  const { bench, sources } = world;
  const owner = await bench.account();
  // The whole again, from its beginning.
  sources.set(URL_A, { text: "0123456789", breaksAfter: 4 }, { text: "0123456789", offset: 0 });
  // From another place than asked for, then right.
  const elsewhere = "https://example.org/elsewhere";
  sources.set(
    elsewhere,
    { text: "0123456789", breaksAfter: 4 },
    { text: "0123456789", offset: 2 },
    { text: "0123456789" },
  );
  const short = "https://example.org/short";
  sources.set(short, { text: "01234", sizeBytes: 10, version: null });
  const asked = await order(bench, owner, URL_A, elsewhere, short);
  await work(bench);
  const after = await now(bench, owner, asked);
  assert.deepEqual(
    [await textOf(bench, owner, after), await textOf(bench, owner, after, 1)],
    ["0123456789", "0123456789"],
  );
  assert.deepEqual(states(after), ["done", "done", "waiting"]);
  assert.match(messages(after)[2] ?? "", /announced 10 bytes, and 5 came/);
  const stored = await storedKeys(bench);
  assert.equal(stored.length, 1, "one content, and nothing of the failed one");
});

test("fault 8: an error page is not appended, and a page in the place of a file is told of", async () => {
  await using world = await opened();
  const { bench, sources } = world;
  const owner = await bench.account();
  sources.set(URL_A, { text: "01234", breaksAfter: 3 }, { error: refused() });
  const film = "https://example.org/film.mkv";
  sources.set(film, { text: "<html>sign in", contentType: "text/html" });
  const page = "https://example.org/page.html";
  sources.set(page, { text: "<html>", contentType: "text/html" });
  const asked = await order(bench, owner, URL_A, film, page);
  await work(bench);
  const after = await now(bench, owner, asked);
  assert.deepEqual(states(after), ["failed", "done", "done"]);
  assert.match(messages(after)[0] ?? "", /404/);
  assert.match(messages(after)[1] ?? "", /web page \(text\/html, 13 bytes\)/);
  assert.equal(messages(after)[2], "");
});

test("fault 9: a source that changed between two ranges starts over, never a mixture", async () => {
  await using world = await opened();
  const { bench, sources } = world;
  const owner = await bench.account();
  const second = { etag: '"2"', modifiedAt: undefined };
  sources.set(URL_A, { text: "old old old", breaksAfter: 4 }, { text: "new text", offset: 0, version: second });
  // No mark to hold the rest to: the whole is asked for again.
  const unmarked = "https://example.org/unmarked";
  sources.set(unmarked, { text: "0123456789", breaksAfter: 4, version: null }, { text: "abcdefghij", version: null });
  // Another length at the same mark.
  const longer = "https://example.org/longer";
  sources.set(longer, { text: "0123456789", breaksAfter: 4 }, { text: "0123456789ab" }, { text: "ABCDEFGHIJKL" });
  const asked = await order(bench, owner, URL_A, unmarked, longer);
  await work(bench);
  const after = await now(bench, owner, asked);
  const texts = await Promise.all([0, 1, 2].map((at) => textOf(bench, owner, after, at)));
  assert.deepEqual(texts, ["new text", "abcdefghij", "ABCDEFGHIJKL"]);
  assert.deepEqual(
    sources.orders.filter(({ url }) => url === unmarked).map(({ from }) => from),
    [0, 0],
  );
});

test("fault 10: an unknown length stays unknown", async () => {
  await using world = await opened();
  const { bench, sources, services } = world;
  const owner = await bench.account();
  let seen: RemoteUploadDetails | undefined;
  const asked = order(bench, owner, URL_A);
  const before = async () => {
    // The note of the progress before, once a second.
    seen = await now(bench, owner, await asked);
  };
  sources.set(URL_A, { text: "0123", sizeBytes: null, before });
  const details = await asked;
  await work(bench);
  assert.equal(seen?.items[0]?.job?.progress?.total, undefined);
  const [end] = ends(await services.remoteUploads.get(owner, details.request.id));
  assert.ok(end?.state === "done" && end.sizeBytes === 4);
});

test("keeps what came without a length, and says that nobody can tell whether it is whole", async () => {
  await using world = await opened();
  const { bench, sources } = world;
  const owner = await bench.account();
  sources.set(URL_A, { text: "alpha", sizeBytes: null, isEndUntold: true });
  const after = await order(bench, owner, URL_A);
  await work(bench);
  const found = await now(bench, owner, after);
  assert.deepEqual(states(found), ["done"]);
  assert.deepEqual(messages(found), ["The source gave no length, so nobody can say that this is whole."]);
});

test("fault 12: each address stands alone, and a retry fetches only what lacks", async () => {
  await using world = await opened();
  const { bench, sources, services } = world;
  const owner = await bench.account();
  sources.set(URL_A, { text: "alpha" });
  const other = "https://example.org/b.bin";
  const asked = await order(bench, owner, URL_A, other);
  await work(bench);
  assert.deepEqual(states(await now(bench, owner, asked)), ["done", "failed"]);
  sources.set(other, { text: "beta" });
  sources.orders.length = 0;
  await services.remoteUploads.retry(owner, asked.request.id);
  await work(bench);
  const after = await now(bench, owner, asked);
  assert.deepEqual(states(after), ["done", "done"]);
  assert.deepEqual(
    sources.orders.map(({ url }) => url),
    [other],
  );
  await assert.rejects(services.remoteUploads.retry(owner, asked.request.id), (error) =>
    isDomainError(error, "bad-argument"),
  );
});

test("fault 13: nothing of failed and cancelled attempts stays in the store", async () => {
  await using world = await opened({ rules: { maxFileBytes: 6 } });
  const { bench, sources, services } = world;
  const owner = await bench.account();
  sources.set(URL_A, { text: "0123456789", sizeBytes: null });
  const cancelled = "https://example.org/cancelled";
  const asked = await order(bench, owner, URL_A, cancelled);
  sources.set(cancelled, {
    text: "0123",
    before: async () => void (await services.remoteUploads.cancel(owner, asked.request.id)),
  });
  await work(bench);
  const after = await now(bench, owner, asked);
  assert.deepEqual(states(after), ["failed", "cancelled"]);
  assert.match(messages(after)[0] ?? "", /at most 6 bytes/);
  assert.deepEqual(await storedKeys(bench), []);
  assert.equal(
    await bench.ports.blobs.sweepStaged(new Date(Date.now() + DAY_MS), new Date(Date.now() + 2 * DAY_MS)),
    0,
  );
  assert.equal(sources.openCount, 0);
});

test("gives up what has not arrived when its time is over, since each attempt begins anew", async () => {
  await using world = await opened();
  const { bench, sources, services } = world;
  const owner = await bench.account();
  sources.set(URL_A, { text: "01", before: () => sleep(200) });
  const asked = await order(bench, owner, URL_A);
  await workInTime(bench, REMOTE_UPLOAD, 50);
  const ended = await services.remoteUploads.get(owner, asked.request.id);
  assert.deepEqual(states(ended), ["failed"]);
  assert.match(messages(ended)[0] ?? "", /had not arrived after 24 hours/);
  assert.deepEqual(await storedKeys(bench), []);
});

test("comes again later when a source cannot now, and gives up at last with its words", async () => {
  await using world = await opened();
  const { bench, sources, services } = world;
  const owner = await bench.account();
  const later = new SourceError(
    "unavailable",
    { code: "answered", host: "example.org", status: 503 },
    { isFinal: false, retryAfterMs: 600_000 },
  );
  sources.set(URL_A, { error: later });
  const asked = await order(bench, owner, URL_A);
  await work(bench);
  const waiting = await now(bench, owner, asked);
  assert.deepEqual([states(waiting), messages(waiting)], [["waiting"], ["example.org answered 503."]]);
  const wait = (waiting.items[0]?.job?.runAt.getTime() ?? 0) - bench.clock.now().getTime();
  assert.ok(wait >= 600_000, `${wait} ms`);
  await workOn(bench);
  const after = await now(bench, owner, asked);
  assert.deepEqual([states(after), messages(after)], [["failed"], ["example.org answered 503."]]);
  assert.equal(sources.orders.length, 12);
  assert.deepEqual(await services.jobs.list("operator", { states: ["dead"] }), []);
});

test("tries no more of an account that is locked, and of a key that was revoked", async () => {
  await using world = await opened();
  const { bench, sources, services } = world;
  const [owner, other] = [await bench.account(), await bench.account()];
  sources.set(URL_A, { text: "alpha" });
  const keyed = await bench.keyed(owner);
  const [byKey, byPassword] = [await order(bench, keyed, URL_A), await order(bench, owner, URL_A)];
  const ofLocked = await order(bench, other, URL_A);
  await services.keys.revoke("operator", keyed.key?.id ?? "");
  await services.accounts.setLocked("operator", other.account, true);
  await work(bench);
  const revoked = await now(bench, owner, byKey);
  assert.deepEqual(
    [states(revoked), messages(revoked)],
    [["failed"], ["The API key that asked for this was revoked or has ended."]],
  );
  assert.deepEqual(states(await now(bench, owner, byPassword)), ["done"]);
  assert.deepEqual((await bench.ports.database.remoteUploads.listItems([ofLocked.request.id])).map(remoteStateOf), [
    "failed",
  ]);
  assert.equal(sources.orders.length, 1);
  await services.remoteUploads.retry(owner, byKey.request.id);
  await work(bench);
  assert.deepEqual(states(await now(bench, owner, byKey)), ["done"], "whoever tries it again stands for it");
});

test("asks for the right again when it files: a key revoked meanwhile leaves nothing", async () => {
  await using world = await opened();
  const { bench, sources, services } = world;
  const owner = await bench.account();
  const keyed = await bench.keyed(owner);
  sources.set(URL_A, {
    text: "alpha",
    before: async () => void (await services.keys.revoke("operator", keyed.key?.id ?? "")),
  });
  const asked = await order(bench, keyed, URL_A);
  await work(bench);
  assert.deepEqual(states(await now(bench, owner, asked)), ["failed"]);
  assert.deepEqual(await storedKeys(bench), []);
});

test("puts a file into the root when its folder is gone, and says so", async () => {
  await using world = await opened();
  const { bench, sources, services } = world;
  const owner = await bench.account();
  const folder = await services.folders.create(owner, "root", "gone");
  sources.set(URL_A, { text: "alpha" });
  const asked = await services.remoteUploads.order(owner, { urls: [URL_A], folder: folder.id, headers: [] });
  await services.folders.remove(owner, folder.id);
  await work(bench);
  const after = await now(bench, owner, asked);
  assert.match(messages(after)[0] ?? "", /folder was gone/);
  assert.equal((await (await services.files.list(owner, "root", {}, {})).all()).length, 1);
});

test("keeps within the quota, also where no length is known", async () => {
  await using world = await opened();
  const { bench, sources, services } = world;
  const owner = await bench.account();
  await services.accounts.setQuota("operator", owner.account, 6);
  sources.set(URL_A, { text: "0123456789", sizeBytes: null });
  const asked = await order(bench, owner, URL_A);
  await work(bench);
  const after = await now(bench, owner, asked);
  assert.deepEqual(states(after), ["failed"]);
  assert.match(messages(after)[0] ?? "", /quota of 6 bytes/);
});

test("shows secrets nowhere, and forgets them with the end", async () => {
  await using world = await opened();
  const { bench, sources, services } = world;
  const owner = await bench.account();
  const secret = "https://user:hunter2@example.org/a.bin";
  sources.set(secret, { text: "alpha" });
  const headers = [["Authorization", "Bearer topsecret"]] as const;
  const asked = await services.remoteUploads.order(owner, { urls: [secret, URL_A], folder: "root", headers });
  const shown = async () => {
    const jobs = await services.jobs.list("operator");
    const audit = await bench.ports.database.audit.list({ limit: 100 });
    return JSON.stringify([await now(bench, owner, asked), jobs, audit]);
  };
  assert.doesNotMatch(await shown(), /hunter2|topsecret|user:/);
  await work(bench);
  assert.equal(sources.orders.find(({ url }) => url === secret)?.headers[0]?.[1], "Bearer topsecret");
  assert.doesNotMatch(await shown(), /hunter2|topsecret/);
  const after = await now(bench, owner, asked);
  assert.deepEqual([after.request.sealedHeaders, after.items[0]?.item.sealedUrl], [undefined, undefined]);
  assert.deepEqual(states(after), ["done", "failed"]);
});

test("bounds what waits, refuses what cannot be fetched, and queues nothing then", async () => {
  await using world = await opened();
  const { bench, services } = world;
  const free = await bench.account("free@example.org", "free");
  const owner = await bench.account();
  const many = (count: number) => Array.from({ length: count }, (_, at) => `https://example.org/${at}`);
  await order(bench, free, ...many(10));
  await assert.rejects(order(bench, free, ...many(1)), (error) => isDomainError(error, "too-many-remote-uploads"));
  await order(bench, owner, ...many(100));
  const bad = [
    "",
    "x",
    "file:///etc/passwd",
    "gopher://a/",
    "http://",
    "https://a b/",
    "https://example.org/\n.x",
    "//a/b",
  ];
  for (const url of bad) {
    await assert.rejects(order(bench, owner, URL_A, url), (error) => isDomainError(error, "bad-argument"), url);
  }
  await assert.rejects(order(bench, owner), (error) => isDomainError(error, "bad-argument"));
  await assert.rejects(order(bench, owner, ...many(101)), (error) => isDomainError(error, "bad-argument"));
  await assert.rejects(
    order(bench, owner, "https:user:hunter2@"),
    ({ message }: Error) => !message.includes("hunter2"),
  );
  for (const header of [
    ["Host", "x"],
    ["Range", "bytes=0-"],
    ["a b", "x"],
    ["X-A", "a\r\nB: c"],
    ["X", "x".repeat(20_000)],
  ] as const) {
    const wish = { urls: [URL_A], folder: "root", headers: [header] } as const;
    await assert.rejects(
      services.remoteUploads.order(owner, wish),
      (error) => isDomainError(error, "bad-argument"),
      header[0],
    );
  }
  assert.equal((await bench.ports.database.remoteUploads.countOpen(owner.account.id)).count, 100);
});

test("pages hold what can be made in one go, however long the addresses, and lead to the next", async () => {
  await using world = await opened();
  const { bench, services } = world;
  const owner = await bench.account();
  const long = (at: number) => `https://example.org/${at}/${'"'.repeat(2000)}`;
  const made: number[] = [];
  for (let round = 0; round < 4; round++) {
    made.unshift((await order(bench, owner, ...Array.from({ length: 100 }, (_, at) => long(at)))).request.id);
  }
  made.unshift((await order(bench, owner, URL_A)).request.id);
  const seen: number[][] = [];
  let before: number | undefined;
  do {
    const { uploads, next } = await services.remoteUploads.listDetails(owner, { before, limit: 100 });
    seen.push(uploads.map(({ request }) => request.id));
    before = next;
  } while (before !== undefined);
  assert.deepEqual(seen.flat(), made);
  assert.deepEqual(
    seen.map(({ length }) => length),
    [2, 1, 1, 1],
  );
});

test("headers and passwords count with what may wait, also when it is tried again", async () => {
  await using world = await opened();
  const { bench, services } = world;
  const owner = await bench.account();
  const headers = Array.from({ length: 4 }, (_, at) => [`X-${at}`, "v".repeat(4000)] as const);
  const full = (error: unknown) => isDomainError(error, "too-many-remote-uploads");
  const first = await services.remoteUploads.order(owner, { urls: [URL_A], folder: "root", headers });
  await services.remoteUploads.cancel(owner, first.request.id);
  const ordered = async () => {
    for (let round = 0; round < 2000; round++) {
      await services.remoteUploads.order(owner, { urls: [URL_A], folder: "root", headers });
    }
  };
  await assert.rejects(ordered(), full);
  await assert.rejects(services.remoteUploads.retry(owner, first.request.id, { headers }), full);
  const { bytes } = await bench.ports.database.remoteUploads.countOpen(owner.account.id);
  assert.ok(bytes > 15 * 1024 ** 2 && bytes <= 16 * 1024 ** 2, String(bytes));
});

test("ordering and cancelling over and over leaves no more jobs than addresses are kept", async () => {
  await using world = await opened();
  const { bench, services } = world;
  const owner = await bench.account();
  const { request } = await order(bench, owner, URL_A);
  for (let round = 0; round < 20; round++) {
    await services.remoteUploads.cancel(owner, request.id);
    await services.remoteUploads.retry(owner, request.id);
  }
  assert.equal((await bench.ports.database.jobs.list({ limit: 99, kind: "remote-upload" })).length, 1);
});

test("a key that is kept to a folder sees what was ordered from there alone, and others see nothing", async () => {
  await using world = await opened();
  const { bench, services } = world;
  const [owner, other] = [await bench.account(), await bench.account()];
  const folder = await services.folders.create(owner, "root", "fence");
  const fenced = await bench.keyed(owner, { fenceFolderId: folder.id });
  const [own, above] = [await order(bench, fenced, URL_A), await order(bench, owner, URL_A)];
  assert.equal(own.request.folderId, folder.id);
  const ids = async (actor: AccountActor) =>
    (await (await services.remoteUploads.list(actor)).all()).map(({ id }) => id);
  assert.deepEqual(await ids(fenced), [own.request.id]);
  assert.deepEqual(await ids(owner), [above.request.id, own.request.id]);
  assert.deepEqual(await ids(other), []);
  const unseen = (error: unknown) => isDomainError(error, "remote-upload-not-found");
  for (const [actor, id] of [
    [fenced, above.request.id],
    [other, own.request.id],
  ] as const) {
    await assert.rejects(services.remoteUploads.get(actor, id), unseen);
    await assert.rejects(services.remoteUploads.cancel(actor, id), unseen);
    await assert.rejects(services.remoteUploads.retry(actor, id), unseen);
  }
  const outside = { urls: [URL_A], folder: owner.account.rootFolderId, headers: [] } as const;
  await assert.rejects(services.remoteUploads.order(fenced, outside), (error) =>
    isDomainError(error, "folder-not-found"),
  );
  const reading = await bench.keyed(owner, { scopes: { ...fenced.key!.scopes, remote: "read" } });
  await assert.rejects(order(bench, reading, URL_A), (error) => isDomainError(error, "scope-missing"));
});

test("counts what it fetches as uploads of the day, and as under way while bytes come", async () => {
  await using world = await opened();
  const { bench, sources, services } = world;
  const owner = await bench.account();
  const seen: object[] = [];
  sources.set(URL_A, { text: "alpha", before: async () => void seen.push(services.meter.underWay) });
  sources.set("http://example.org/gone", { error: refused() });
  await order(bench, owner, URL_A, "http://example.org/gone");
  await work(bench);
  assert.deepEqual(seen, [{ uploads: 1, downloads: 0 }]);
  assert.deepEqual(services.meter.underWay, { uploads: 0, downloads: 0 });
  const { uploads, uploadedBytes } = services.meter.drain();
  assert.deepEqual([uploads, uploadedBytes], [1, 5]);
});

test("a dead job is not run again for nothing, and says who can retry its address", async () => {
  await using world = await opened();
  const { bench, sources, services } = world;
  const owner = await bench.account();
  sources.set(URL_A, { text: "", before: () => Promise.reject(new Error("a fault of the server")) });
  const asked = await order(bench, owner, URL_A);
  await workOn(bench);
  const [dead] = await services.jobs.list("operator", { states: ["dead"] });
  const { isDone, instead = "" } = await services.jobs.retry("operator", dead?.id ?? "");
  assert.equal(isDone, false);
  assert.match(instead, new RegExp(`\`consigne remote retry ${asked.request.id}\``));
  assert.equal((await services.jobs.find("operator", dead?.id ?? ""))?.state, "dead");
  sources.set(URL_A, { text: "alpha" });
  await services.remoteUploads.retry(owner, asked.request.id);
  await work(bench);
  assert.deepEqual(states(await now(bench, owner, asked)), ["done"]);
});

test("what the operator calls off ends for its owner too, and goes with its account", async () => {
  await using world = await opened();
  const { bench, services } = world;
  const owner = await bench.account();
  const asked = await order(bench, owner, URL_A);
  await services.jobs.cancel("operator", asked.items[0]?.item.jobId ?? "");
  const after = await now(bench, owner, asked);
  assert.deepEqual([states(after), after.request.endedAt === undefined], [["cancelled"], false]);
  await order(bench, owner, URL_A);
  await services.accountRemoval.run("operator", owner.account);
  assert.equal(await bench.ports.database.remoteUploads.findRequest(asked.request.id), undefined);
  await work(bench);
});
