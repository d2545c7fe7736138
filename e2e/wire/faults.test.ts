import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { DatabaseError, type Ports, VirtualClock } from "@consigne/core";
import { ApiClient, type ApiAnswer, startTestServer, type TestServer } from "@consigne/testkit";
import { assertUnharmed } from "./_after-effects.ts";
import { type DiskStep, FaultyDisk } from "./_faulty-disk.ts";
import { assertRefusal, makeFolder, send, uploadOne } from "./_wire.ts";

const content = "x".repeat(700_000);

async function tryUpload(client: ApiClient, headers: Record<string, string> = { JSON: "1" }): Promise<ApiAnswer> {
  const form = new FormData();
  form.append("file[]", new Blob(["small"]), "first.bin");
  form.append("file[]", new Blob([content]), "second.bin");
  return client.request("/upload.cgi", { method: "POST", headers, body: form });
}

const namesOf = async (client: ApiClient) =>
  ((await client.ok("file/ls"))["items"] as { filename: string }[]).map(({ filename }) => filename).toSorted();

suite("a failing disk", () => {
  let disk: FaultyDisk;
  let server: TestServer;
  let owner: ApiClient;
  let kept = "";
  before(async () => {
    disk = await FaultyDisk.make();
    server = await startTestServer({ replacePorts: disk.replacePorts });
    owner = new ApiClient(server, server.apiKey);
    kept = await uploadOne(owner, "kept.bin", "kept");
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await disk[Symbol.asyncDispose]();
  });

  const cases: [string, DiskStep, string, number, number][] = [
    ["a disk that is full when a file is opened", "open", "ENOSPC", 507, 591],
    ["a disk that is full in the middle of a file", "write", "ENOSPC", 507, 591],
    ["a disk that is full when bytes are made durable", "sync", "ENOSPC", 507, 591],
    ["a quota that is used up", "write", "EDQUOT", 507, 591],
    ["a read-only folder", "open", "EROFS", 503, 592],
    ["a folder of somebody else", "open", "EACCES", 503, 592],
    ["a broken disk", "write", "EIO", 503, 592],
    ["a broken disk when bytes are made durable", "sync", "EIO", 503, 592],
    ["a folder that takes no new name", "rename", "EROFS", 503, 592],
  ];
  for (const [what, step, code, status, number] of cases) {
    test(`refuses an upload to ${what}, keeps existing files, and works again afterwards`, async () => {
      disk.failAt(step, code);
      try {
        assertRefusal(await tryUpload(owner), status, number);
        const page = await tryUpload(owner, { accept: "text/html" });
        assert.equal(page.status, status);
        assert.match(page.text, /<div class="bloc2">Ne peut ouvrir le fichier destination<\/div>/);
        assert.deepEqual(await namesOf(owner), ["kept.bin"]);
        assert.equal((await owner.download(kept)).bytes.toString(), "kept");
        if (step !== "rename") {
          const readiness = await send(`${server.url}/readyz`);
          assertReadinessRefused(readiness);
        }
        assert.equal((await send(`${server.url}/healthz`)).status, 200);
      } finally {
        disk.failAt(undefined);
      }
      assert.deepEqual(await readdir(join(disk.directory, "bytes", "staging")), []);
      await assertUnharmed(server);
      const url = await uploadOne(owner, "after.bin", content);
      assert.equal((await owner.download(url)).bytes.toString(), content);
      await owner.ok("file/rm", { files: [{ url }] });
    });
  }

  test("reports missing bytes without changing the file's entry, and serves them once they are back", async () => {
    const blobs = join(disk.directory, "bytes", "blobs");
    await rename(blobs, `${blobs}.away`);
    try {
      const { url: direct } = await owner.ok("download/get_token", { url: kept });
      const answer = await send(String(direct));
      assertRefusal(answer);
      assert.ok(answer.status >= 500);
      assertReadinessRefused(await send(`${server.url}/readyz`));
      assertRefusal(await tryUpload(owner), 503);
      assert.deepEqual(await namesOf(owner), ["kept.bin"]);
    } finally {
      await rm(blobs, { recursive: true, force: true });
      await rename(`${blobs}.away`, blobs);
    }
    assert.equal((await owner.download(kept)).bytes.toString(), "kept");
    await assertUnharmed(server);
  });
});

/** Asserts that it says why, in a sentence, and how long to wait. */
function assertReadinessRefused(answer: ApiAnswer): void {
  assert.doesNotMatch(answer.text, /\/|sqlite/, "strangers do not learn where anything is");
  assert.equal(answer.status, 503, answer.text);
  assert.equal(answer.json?.["status"], "KO");
  assert.ok(String(answer.json?.["message"]).length > 15, answer.text);
  assert.ok(Number(answer.headers.get("retry-after")) > 0);
}

suite("a failing database", () => {
  test("refuses changes it cannot store on a full disk, and drops the uploaded bytes", async () => {
    let isFull = false;
    const full = () => new DatabaseError("full", "The disk that holds the database is full; nothing was changed.");
    await using server = await startTestServer({
      replacePorts: (ports) => ({
        ...ports,
        database: withTransactions(ports.database, () => (isFull ? full() : undefined)),
      }),
    });
    const owner = new ApiClient(server, server.apiKey);
    const url = await uploadOne(owner, "kept.bin", "kept");
    isFull = true;
    assertRefusal(await tryUpload(owner), 507, 591);
    assertRefusal(await owner.call("folder/mkdir", { name: "no room" }), 507, 591);
    assertRefusal(await owner.call("file/rm", { files: [{ url }] }), 507, 591);
    assert.deepEqual(await namesOf(owner), ["kept.bin"]);
    isFull = false;
    await assertUnharmed(server);
    assert.equal((await owner.download(url)).bytes.toString(), "kept");
    assert.equal((await tryUpload(owner)).status, 302);
    const { findings } = await server.services.storageCheck.run({ repair: false, isDeep: false });
    assert.deepEqual(findings, []);
  });

  test("refuses changes while another program holds it, answers reads, and continues afterwards", async () => {
    const clock = new VirtualClock(new Date());
    await using server = await startTestServer({ clock });
    const owner = new ApiClient(server, server.apiKey);
    await uploadOne(owner, "kept.bin", "kept");
    // So that recording the use of the key would be due.
    clock.advance(10 * 60_000);
    const program = join(import.meta.dirname, "_lock-database.ts");
    const database = join(server.dataDir, "consigne.sqlite");
    const holder = spawn(process.execPath, [program, database], { stdio: ["pipe", "pipe", "ignore"] });
    try {
      await once(holder.stdout, "data");
      const [upload, mkdir, listing, readiness] = await Promise.all([
        tryUpload(owner),
        owner.call("folder/mkdir", { name: "waits" }),
        namesOf(owner),
        send(`${server.url}/readyz`),
      ]);
      assertRefusal(upload, 503, 593);
      assertRefusal(mkdir, 503, 593);
      assert.ok(Number(mkdir.headers.get("retry-after")) > 0);
      assert.deepEqual(listing, ["kept.bin"]);
      assertReadinessRefused(readiness);
      assert.match(readiness.text, /Another program has locked the database/);
    } finally {
      holder.stdin.end();
      await once(holder, "close");
    }
    await assertUnharmed(server);
    assert.equal((await tryUpload(owner)).status, 302);
    await makeFolder(owner, "waits");
  });

  test("stops acknowledging when its file is moved away, says so, and continues once it is back", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "consigne-lost-"));
    const away = `${dataDir}-away`;
    try {
      const server = await startTestServer({ dataDir });
      const owner = new ApiClient(server, server.apiKey);
      await uploadOne(owner, "kept.bin", "kept");
      const file = join(dataDir, "consigne.sqlite");
      await rename(file, away);
      try {
        const readiness = await send(`${server.url}/readyz`);
        assertReadinessRefused(readiness);
        assert.match(readiness.text, /database .* was (removed|moved)/);
        assert.ok(!readiness.text.includes(dataDir));
        assertRefusal(await tryUpload(owner), 503);
        assertRefusal(await owner.call("folder/mkdir", { name: "lost" }), 503);
        assert.equal((await send(`${server.url}/healthz`)).status, 200);
      } finally {
        await rename(away, file);
      }
      await assertUnharmed(server);
      await uploadOne(owner, "after.bin", "after");
      await server[Symbol.asyncDispose]();
      await using again = await startTestServer({ dataDir });
      assert.deepEqual(await namesOf(new ApiClient(again, again.apiKey)), ["after.bin", "kept.bin"]);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
      await rm(away, { force: true });
    }
  });

  test("keeps the server from starting afresh while it is missing", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "consigne-gone-"));
    const away = `${dataDir}-away`;
    try {
      {
        await using server = await startTestServer({ dataDir });
        await uploadOne(new ApiClient(server, server.apiKey), "kept.bin", "kept");
      }
      await rename(join(dataDir, "consigne.sqlite"), away);
      await assert.rejects(startTestServer({ dataDir }), /database .* is missing.*stored data is untouched/);
      assert.ok(!(await readdir(dataDir)).includes("consigne.sqlite"));
      await rename(away, join(dataDir, "consigne.sqlite"));
      await using again = await startTestServer({ dataDir });
      assert.deepEqual(await namesOf(new ApiClient(again, again.apiKey)), ["kept.bin"]);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
      await rm(away, { force: true });
    }
  });
});

/** The database, with transactions that fail when `fault` says so. */
function withTransactions(database: Ports["database"], fault: () => DatabaseError | undefined): Ports["database"] {
  return new Proxy(database, {
    get(target, name) {
      if (name === "transaction") {
        const transaction: Ports["database"]["transaction"] = async (work) => {
          const error = fault();
          if (error !== undefined) throw error;
          return target.transaction(work);
        };
        return transaction;
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
