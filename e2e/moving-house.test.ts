import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { ImportShowResponse } from "@consigne/contract";
import { type AccountActor, type Import, isAccountActor, VirtualClock } from "@consigne/core";
import { type FaultyServer, startFaultyServer, startTestServer, type TestServer } from "@consigne/testkit";
import { ServerProcess } from "./_server-process.ts";

const MINUTE_MS = 60_000;

/** A server that users come from, with the limits of 1fichier.com, and one to move to, with a common virtual clock. */
async function openPair() {
  await using opened = new AsyncDisposableStack();
  const clock = new VirtualClock(new Date());
  const source = opened.use(await startFaultyServer({ limits: "authentic", clock, storage: "memory" }));
  const settings = { CONSIGNE_REMOTE_ALLOW: "127.0.0.1" };
  const target = opened.use(await startTestServer({ clock, storage: "memory", settings }));
  const kept = opened.move();
  return { clock, source, target, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

async function ownerOf({ services, apiKey }: TestServer): Promise<AccountActor> {
  const actor = await services.keys.authenticate(apiKey, "127.0.0.1");
  assert.ok(isAccountActor(actor));
  return actor;
}

/** Moves time forward while the import runs, in small steps or up to when it wants to continue. */
async function until(
  { clock, target }: { clock: VirtualClock; target: TestServer },
  id: number,
  isThere: (now: Import) => boolean,
): Promise<Import> {
  const owner = await ownerOf(target);
  for (let turn = 0; turn < 20_000; turn++) {
    const now = await target.services.imports.get(owner, id);
    if (isThere(now)) return now;
    clock.advance(100);
    await sleep(5);
  }
  return assert.fail(JSON.stringify(await target.services.imports.get(owner, id)));
}

const hasEnded = ({ endedAt }: Import) => endedAt !== undefined;

/** Every path with its checksum, and every folder. */
async function treeOf(server: TestServer, reference: number | "root" = "root", path = ""): Promise<string[]> {
  const owner = await ownerOf(server);
  const { files, folders } = server.services;
  const own = (await (await files.list(owner, reference, {}, {})).all()).map(
    ({ name, whirlpool, sizeBytes }) => `${path}/${name} ${sizeBytes} ${whirlpool}`,
  );
  const children = await (await folders.list(owner, reference)).children.all();
  const below = await Promise.all(children.map(({ id, name }) => treeOf(server, id, `${path}/${name}`)));
  return [...own, ...children.map(({ name }) => `${path}/${name}/`), ...below.flat()].toSorted();
}

const refusals = (source: FaultyServer) =>
  source.requests
    .list()
    .filter(({ status = 0 }) => status >= 400)
    .map(({ target, status }) => `${target} ${status}`);

const seedTree = async (source: FaultyServer) => {
  const names = ["a.bin", "é.txt", "it's <odd> $.txt"];
  for (const folder of ["/photos", "/photos/2025", "/photos/2025/winter", "/photos/2026", "/docs"]) {
    for (const name of names) await source.seed.file(`${folder}/${name}`, `${folder} ${name}`);
  }
  await source.seed.file("/root.bin", "x".repeat(300_000));
  await source.seed.folder("/empty/inner");
};

const accessTo = (source: TestServer, path = "/") =>
  ({ kind: "account", url: `${source.url}/v1`, apiKey: source.apiKey, path }) as const;

test("a whole account is imported without a single refusal, through a restart and a lock", async () => {
  await using pair = await openPair();
  const { source, target } = pair;
  await seedTree(source);
  const order = { access: accessTo(source), folder: "root", isPlan: false } as const;
  const { id } = await target.services.imports.order(await ownerOf(target), order);
  await until(pair, id, ({ tallies }) => tallies.folders.done >= 3);
  await target.restart();
  await until(pair, id, ({ tallies }) => tallies.files.done.count >= 4);
  assert.deepEqual(refusals(source), []);
  const lock = await source.limits.lock("key", { forMs: 10 * MINUTE_MS });
  const locked = await until(pair, id, ({ messages }) => messages.length > 0);
  assert.equal(locked.messages[0]?.code, "source-locked");
  assert.equal(refusals(source).length, 1, "the one that met the lock");
  source.requests.clear();
  await target.restart();
  pair.clock.advance(9 * MINUTE_MS);
  const done = await until(pair, id, hasEnded);
  assert.deepEqual([done.state, done.messages, done.tallies.files.failed.count], ["done", [], 0]);
  assert.ok(pair.clock.now() >= lock.lockedUntil);
  assert.deepEqual(refusals(source), []);
  assert.deepEqual(await treeOf(target), await treeOf(source));
  assert.equal(done.sealedAccess, undefined);
});

test("an import resumes after its server was killed", async () => {
  await using source = await startFaultyServer({ limits: "authentic", storage: "memory" });
  const paths = Array.from({ length: 9 }, (_, at) => `/f${at % 3}/${at}.bin`);
  for (const path of paths) await source.seed.file(path, `content of ${path}`);
  await using target = await ServerProcess.start({ CONSIGNE_REMOTE_ALLOW: "127.0.0.1" });
  const call = async (name: string, body: object) =>
    (await target.api.ok(`/x/v1/import/${name}`, body))["import"] as ImportShowResponse["import"];
  const order = { source: `${source.url}/v1`, source_key: source.apiKey, path: "/" };
  const { id } = await call("add", order);
  const shown = async (isThere: (now: ImportShowResponse["import"]) => boolean) => {
    for (;;) {
      const now = await call("show", { id });
      if (isThere(now)) return now;
      await sleep(50);
    }
  };
  await shown(({ files }) => files.done.count >= 3);
  await target.kill();
  await target.start();
  const done = await shown(({ ended_at: end }) => end !== undefined);
  assert.deepEqual([done.state, done.files.done.count, done.files.failed.count], ["done", 9, 0]);
  const listed = await target.api.ok("file/ls", { folder_id: -1 });
  const names = (listed["items"] as { filename: string }[]).map(({ filename }) => filename).toSorted();
  assert.deepEqual(names, paths.map((path) => path.slice(4)).toSorted());
  assert.deepEqual(refusals(source), []);
});
