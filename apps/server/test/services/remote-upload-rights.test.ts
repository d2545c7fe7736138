import assert from "node:assert/strict";
import { test } from "node:test";
import { isDomainError, remoteStateOf, type AccountActor } from "@consigne/core";
import { work } from "../_letters.ts";
import { URL_A, opened, order, now, states, messages } from "../_remote-world.ts";
import { storedKeys } from "../_services.ts";

test("stops for a locked account or a revoked key", async () => {
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
  assert.deepEqual(states(await now(bench, owner, byKey)), ["done"], "whoever retries it becomes the orderer");
});

test("checks the right again before storing: a key revoked meanwhile leaves nothing", async () => {
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

test("stays within the quota, even for an unknown length", async () => {
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

test("shows secrets nowhere, and forgets them at the end", async () => {
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

test("limits what waits, and queues nothing if a URL is refused", async () => {
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
    const request = { urls: [URL_A], folder: "root", headers: [header] } as const;
    await assert.rejects(
      services.remoteUploads.order(owner, request),
      (error) => isDomainError(error, "bad-argument"),
      header[0],
    );
  }
  assert.equal((await bench.ports.database.remoteUploads.countOpen(owner.account.id)).count, 100);
});

test("lists pages of limited size, however long the URLs, which lead to the next page", async () => {
  await using world = await opened();
  const { bench, services } = world;
  const owner = await bench.account();
  const long = (at: number) => `https://example.org/${at}/${'"'.repeat(2000)}`;
  const created: number[] = [];
  for (let round = 0; round < 4; round++) {
    created.unshift((await order(bench, owner, ...Array.from({ length: 100 }, (_, at) => long(at)))).request.id);
  }
  created.unshift((await order(bench, owner, URL_A)).request.id);
  const seen: number[][] = [];
  let before: number | undefined;
  do {
    const { uploads, next } = await services.remoteUploads.listDetails(owner, { before, limit: 100 });
    seen.push(uploads.map(({ request }) => request.id));
    before = next;
  } while (before !== undefined);
  assert.deepEqual(seen.flat(), created);
  assert.deepEqual(
    seen.map(({ length }) => length),
    [2, 1, 1, 1],
  );
});

test("counts headers and passwords towards what may wait, also when retried", async () => {
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

test("repeated creation and cancellation leave no more jobs than URLs are kept", async () => {
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

test("shows a fenced key only what was requested from its folder, and others nothing", async () => {
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
