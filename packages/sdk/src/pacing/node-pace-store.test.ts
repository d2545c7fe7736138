import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { momentOf, systemClock } from "./clock.ts";
import { cacheFolder } from "./environment.ts";
import { laneName, openSharedStore } from "./node-pace-store.ts";
import type { PaceStore } from "./pace-store.ts";

describe("the shared pace state", () => {
  let top: string;
  let folder: string;
  const troubles: unknown[] = [];
  before(async () => {
    top = await mkdtemp(join(tmpdir(), "consigne-pace-"));
  });
  after(() => rm(top, { recursive: true, force: true }));
  beforeEach(async () => {
    folder = await mkdtemp(join(top, "case-"));
    troubles.length = 0;
  });

  function open(): PaceStore {
    const store = openSharedStore({ host: "example.org", folder, onTrouble: (error) => troubles.push(error) });
    assert.ok(store !== undefined);
    return store;
  }
  const raise = (store: PaceStore) =>
    store.update((state) => {
      state.bucket = { tokens: (state.bucket?.tokens ?? 0) + 1, atMs: 0 };
      return state.bucket.tokens;
    });
  const pathOf = async (ending: string) => {
    await raise(open());
    const [name] = (await readdir(folder)).filter((each) => each.endsWith(".json"));
    return join(folder, name!.replace(/\.json$/, ending));
  };

  it("is given up where the system allows no folder", { skip: !existsSync("/proc/self") }, () => {
    const onTrouble = (error: unknown) => troubles.push(error);
    assert.equal(openSharedStore({ host: "example.org", folder: "/proc/no-such/x", onTrouble }), undefined);
    assert.equal(Reflect.get(troubles[0] as Error, "code"), "ENOENT");
  });

  it("is in a private folder", async () => {
    const path = join(folder, "a/b");
    assert.ok(openSharedStore({ host: "example.org", folder: path, onTrouble: assert.ifError }) !== undefined);
    assert.equal((await stat(path)).mode & 0o777, 0o700);
  });

  it("loses no change made by processes at the same time", async () => {
    const script = join(import.meta.dirname, "../../test/_counting-process.ts");
    const children = [1, 2, 3].map(() => spawn(process.execPath, [script, folder, "200"], { stdio: "inherit" }));
    const codes = await Promise.all(children.map(async (child) => (await once(child, "exit"))[0] as number));
    assert.deepEqual(codes, [0, 0, 0]);
    assert.equal(await raise(open()), 601);
  });

  it("is readable by this user only, and does not contain the key", async () => {
    const path = await pathOf(".json");
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    const lane = laneName("example.org", "SecretKey");
    assert.match(lane, /^[0-9a-f]{32}$/);
    assert.notEqual(lane, laneName("example.net", "SecretKey"));
    assert.deepEqual((await readdir(folder)).length, 1);
  });

  it("stays usable when the lock holder was killed", async () => {
    const lock = await pathOf(".lock");
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    await writeFile(lock, JSON.stringify({ pid: dead, atMs: Date.now() }));
    assert.equal(await raise(open()), 2);
    assert.deepEqual(troubles, []);
  });

  it("stays usable when a lock is old, whoever has its process id now", async () => {
    const lock = await pathOf(".lock");
    const longAgo = new Date(Date.now() - 60_000);
    await writeFile(lock, JSON.stringify({ pid: process.pid, atMs: longAgo.getTime() }));
    assert.equal(await raise(open()), 2);
    await writeFile(lock, "");
    await utimes(lock, longAgo, longAgo);
    assert.equal(await raise(open()), 3);
  });

  it("waits for a living lock holder whatever its clock says, but not after a reboot", async () => {
    const lock = await pathOf(".lock");
    const { steady } = momentOf(systemClock);
    assert.ok(steady !== undefined);
    const held = { pid: process.pid, atMs: Date.now() - 86_400_000, steady };
    await writeFile(lock, JSON.stringify(held));
    const raised = raise(open());
    assert.equal(await Promise.race([raised, Promise.resolve("waits")]), "waits");
    await writeFile(lock, JSON.stringify({ ...held, atMs: Date.now(), steady: { ...steady, ms: steady.ms + 60_000 } }));
    assert.equal(await raised, 2);
  });

  it("waits for a living lock holder", async () => {
    const lock = await pathOf(".lock");
    await writeFile(lock, JSON.stringify({ pid: process.pid, atMs: Date.now() }));
    const raised = raise(open());
    assert.equal(await Promise.race([raised, Promise.resolve("waits")]), "waits");
    await rm(lock);
    assert.equal(await raised, 2);
  });

  it("is ignored if invalid", async () => {
    const path = await pathOf(".json");
    for (const text of [
      "",
      "{",
      "[]",
      '{"locks":{"host":{}},"marks":{}}',
      '{"bucket":{"tokens":"x"},"locks":{},"marks":{}}',
      '{"bucket":{"tokens":1,"atMs":1,"steady":{"ms":"x"}},"locks":{},"marks":{}}',
    ]) {
      await writeFile(path, text);
      assert.equal(await raise(open()), 1, text);
    }
    assert.match(await readFile(path, "utf8"), /"tokens":1/);
  });

  it("is private to this process if its folder cannot be used, which is reported once", async () => {
    const store = open();
    await raise(store);
    await rm(folder, { recursive: true });
    await writeFile(folder, "no folder");
    assert.equal(await raise(store), 1);
    assert.equal(await raise(store), 2);
    assert.equal(troubles.length, 1);
    const below = {
      host: "example.org",
      folder: join(folder, "below"),
      onTrouble: (error: unknown) => troubles.push(error),
    };
    assert.equal(openSharedStore(below), undefined);
    assert.equal(troubles.length, 2);
    await chmod(folder, 0o600);
  });
});

it("the state is kept where a user's desktop, cron and services all find it", () => {
  const folders = [
    cacheFolder({ HOME: "/home/me", XDG_RUNTIME_DIR: "/run/user/1000" }, "linux"),
    cacheFolder({ HOME: "/home/me" }, "linux"),
  ];
  assert.deepEqual(folders, ["/home/me/.cache/consigne", "/home/me/.cache/consigne"]);
  assert.equal(cacheFolder({ HOME: "/home/me", XDG_CACHE_HOME: "/fast" }, "linux"), "/fast/consigne");
  for (const none of ["", "me", "./me"]) {
    const own = cacheFolder({}, "linux");
    assert.equal(cacheFolder({ HOME: none, XDG_CACHE_HOME: none }, "linux"), own, "and never the working directory");
  }
  assert.equal(cacheFolder({ HOME: "/Users/me" }, "darwin"), "/Users/me/Library/Caches/consigne");
});
