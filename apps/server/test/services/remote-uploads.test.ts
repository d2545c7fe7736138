import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { isDomainError, REMOTE_UPLOAD, SourceError, type RemoteUploadDetails } from "@consigne/core";
import { work, workInTime, workWith } from "../_letters.ts";
import { URL_A, opened, order, now, ends, states, messages, textOf, workOn } from "../_remote-world.ts";
import { DAY_MS, storedKeys } from "../_services.ts";
import { refused } from "../_sources.ts";

test("stores each URL in the folder under the name its source gives", async () => {
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

test("resumes where the source broke off, with the same version", async () => {
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

test("a body that starts elsewhere, or is shorter than announced, is never appended or called complete", async () => {
  await using world = await opened();
  const { bench, sources } = world;
  const owner = await bench.account();
  // The whole file again, from the beginning.
  sources.set(URL_A, { text: "0123456789", breaksAfter: 4 }, { text: "0123456789", offset: 0 });
  // First from another offset than requested, then right.
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
  assert.match(messages(after)[2] ?? "", /announced 10 bytes, but 5 arrived/);
  const stored = await storedKeys(bench);
  assert.equal(stored.length, 1, "one content, and nothing of the failed upload");
});

test("an error page is never appended, and a page in place of a file is reported", async () => {
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
  assert.match(messages(after)[1] ?? "", /web page arrived \(text\/html, 13 bytes\)/);
  assert.equal(messages(after)[2], "");
});

test("a source that changed between two ranges starts over, and never gives a mixture", async () => {
  await using world = await opened();
  const { bench, sources } = world;
  const owner = await bench.account();
  const second = { etag: '"2"', modifiedAt: undefined };
  sources.set(URL_A, { text: "old old old", breaksAfter: 4 }, { text: "new text", offset: 0, version: second });
  // Without a version the rest cannot be verified: the whole file is requested again.
  const unmarked = "https://example.org/unmarked";
  sources.set(unmarked, { text: "0123456789", breaksAfter: 4, version: null }, { text: "abcdefghij", version: null });
  // Another length with the same version.
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

test("an unknown length stays unknown", async () => {
  await using world = await opened();
  const { bench, sources, services } = world;
  const owner = await bench.account();
  let seen: RemoteUploadDetails | undefined;
  const asked = order(bench, owner, URL_A);
  const before = async () => {
    // Progress is recorded once a second.
    seen = await now(bench, owner, await asked);
  };
  sources.set(URL_A, { text: "0123", sizeBytes: null, before });
  const details = await asked;
  await work(bench);
  assert.equal(seen?.items[0]?.job?.progress?.total, undefined);
  const [end] = ends(await services.remoteUploads.get(owner, details.request.id));
  assert.ok(end?.state === "done" && end.sizeBytes === 4);
});

test("what arrived without a length is stored, and reported as possibly incomplete", async () => {
  await using world = await opened();
  const { bench, sources } = world;
  const owner = await bench.account();
  sources.set(URL_A, { text: "alpha", sizeBytes: null, isEndUntold: true });
  const after = await order(bench, owner, URL_A);
  await work(bench);
  const found = await now(bench, owner, after);
  assert.deepEqual(states(found), ["done"]);
  assert.deepEqual(messages(found), ["The source gave no length, so nothing shows whether the file is complete."]);
});

test("each URL is independent, and a retry fetches only what is missing", async () => {
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

test("nothing of failed and cancelled attempts stays in the store", async () => {
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

test("gives up a file that has not arrived in time, since each attempt starts over", async () => {
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

test("retries a source that is temporarily unable, and gives up in the end with its words", async () => {
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

test("stores a file in the root if its folder is gone, and says so", async () => {
  await using world = await opened();
  const { bench, sources, services } = world;
  const owner = await bench.account();
  const folder = await services.folders.create(owner, "root", "gone");
  sources.set(URL_A, { text: "alpha" });
  const asked = await services.remoteUploads.order(owner, { urls: [URL_A], folder: folder.id, headers: [] });
  await services.folders.remove(owner, folder.id);
  await work(bench);
  const after = await now(bench, owner, asked);
  assert.match(messages(after)[0] ?? "", /folder no longer existed/);
  assert.equal((await (await services.files.list(owner, "root", {}, {})).all()).length, 1);
});

test("counts as uploads of the day, and as running while bytes arrive", async () => {
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

test("a dead job is not restarted in vain, and says who can retry its URL", async () => {
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

test("what the operator cancels ends for its owner too, and is removed with the account", async () => {
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

test("bytes keep arriving while the progress record waits for the disk", async () => {
  await using world = await opened();
  const { bench, sources } = world;
  const owner = await bench.account();
  sources.set(URL_A, { text: "all of it" });
  const ordered = await order(bench, owner, URL_A);
  let reports = 0;
  await workWith(bench, REMOTE_UPLOAD, (kind) => ({
    ...kind,
    run: (attempt) =>
      kind.run({
        job: attempt.job,
        signal: attempt.signal,
        step: (name) => attempt.step(name),
        commit: (rows) => attempt.commit(rows),
        forget: () => attempt.forget(),
        report: () => {
          reports += 1;
          return new Promise(() => {});
        },
      }),
  }));
  assert.equal(await textOf(bench, owner, await now(bench, owner, ordered)), "all of it");
  assert.ok(reports > 0);
});
