import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { StoredBytes } from "@consigne/blobs-fs/testing";
import { endpoints } from "@consigne/contract";
import { type Client, createClient } from "@consigne/sdk";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { assertAnswer } from "./_shapes.ts";
import { uploadOne } from "./_wire.ts";

type Storage = Awaited<ReturnType<Client["admin"]["show"]>>["storage"];

async function headersOfAdministrator(server: TestServer): Promise<Record<string, string>> {
  const browser = new Browser(server);
  await browser.signIn(server.email, server.password);
  return { ...browser.cookieHeader(), "consigne-session": "1", origin: server.url };
}

async function administratorOf(server: TestServer): Promise<Client["admin"]> {
  const own = await headersOfAdministrator(server);
  return createClient({
    url: server.url,
    pacing: "off",
    fetch: (input, init) =>
      fetch(input, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), ...own } }),
  }).admin;
}

async function storageOnce(admin: Client["admin"], isSo: (storage: Storage) => boolean): Promise<Storage> {
  for (;;) {
    const { storage } = await admin.show();
    if (isSo(storage)) return storage;
    await sleep(20);
  }
}

test("a check that an administrator starts finds damaged files, although regular checks are off", async () => {
  const settings = { CONSIGNE_SCRUB_EVERY_DAYS: "0" };
  await using server = await startTestServer({ settings });
  const admin = await administratorOf(server);
  const content = "content";
  await uploadOne(new ApiClient(server, server.apiKey), "a.bin", content);
  {
    using stored = new StoredBytes(join(server.dataDir, "bytes"));
    for (const key of stored.keys()) stored.replace(key, "CONTENT");
  }
  const before = (await admin.show()).storage;
  assert.deepEqual(
    [before.check_every_days, before.check_state, before.check, before.last_check, before.damaged_contents],
    [0, "idle", undefined, undefined, 0],
  );
  const answer = await new ApiClient(server).call(
    "/x/v1/admin/storage/check",
    {},
    await headersOfAdministrator(server),
  );
  assert.equal(assertAnswer(endpoints.adminStorageCheck, answer)["is_started"], 1);
  const after = await storageOnce(admin, (storage) => storage.last_check !== undefined);
  assert.deepEqual([after.check_state, after.check, after.damaged_contents], ["idle", undefined, 1]);
  const { contents, bytes, damaged_contents: damaged } = after.last_check ?? {};
  assert.deepEqual([contents, bytes, damaged], [1, content.length, 1]);
  assert.deepEqual(
    (await admin.show()).attention.map(({ code }) => code),
    ["not-running", "damaged-data"],
  );
});

test("a check in progress is not started twice, and continues if it was interrupted", async () => {
  // A content takes a minute.
  const settings = { CONSIGNE_SCRUB_EVERY_DAYS: "0", CONSIGNE_SCRUB_BYTES_PER_SECOND: "1000" };
  await using server = await startTestServer({ settings });
  const admin = await administratorOf(server);
  await uploadOne(new ApiClient(server, server.apiKey), "a.bin", new Uint8Array(4000).fill(7));
  assert.equal(await admin.checkStorage(), true);
  assert.equal(await admin.checkStorage(), false);
  const running = await storageOnce(admin, ({ check }) => check !== undefined);
  assert.equal(running.check_state, "running");
  const { checked_contents: checked, total_contents: total, total_bytes: bytes } = running.check ?? {};
  assert.deepEqual([checked, total, bytes], [0, 1, 4000]);
  assert.equal(await admin.checkStorage(), false);
  await server.restart();
  assert.equal((await admin.show()).storage.check_state, "running", "it continues after a restart");
  const job = (await admin.jobs()).find(({ kind, state }) => kind === "scrub" && !/done|cancelled/.test(state));
  assert.equal(await admin.cancelJob(job?.id ?? ""), undefined);
  const stopped = await storageOnce(admin, (storage) => storage.check_state === "stopped");
  assert.equal(stopped.check?.started_at, running.check?.started_at);
  assert.equal(await admin.checkStorage(), true);
  assert.equal((await admin.show()).storage.check_state, "running");
});
