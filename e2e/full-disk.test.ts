import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ServerProcess } from "./_server-process.ts";
import { lacksSmallDisks, SmallDisk } from "./_small-disk.ts";
import { administrator, callsTell, listed, pagesTell, signIn, signInAndOut } from "./_unwritable.ts";

const MIB = 1024 * 1024;
/** Smaller files share an inode. */
const FILE_BYTES = 70_000;
const RESERVE_BYTES = 16 * MIB;

async function startOn(disk: SmallDisk, settings: Record<string, string> = {}): Promise<ServerProcess> {
  return ServerProcess.start({
    CONSIGNE_DATA_DIR: `${disk.path}/data`,
    CONSIGNE_LIMITS: "off",
    ...administrator,
    ...settings,
  });
}

async function tryUpload(server: ServerProcess, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const body = new FormData();
  body.append("file[]", new Blob([bytes]), name);
  const answer = await server.api.request("/upload.cgi", { method: "POST", headers: { JSON: "1" }, body });
  if (answer.status !== 302) assert.match(answer.text, /#591/, answer.text);
  return answer.status;
}

/** Everything except uploading, on a disk that accepts no uploads any more. */
async function everythingElseWorks(server: ServerProcess): Promise<void> {
  const [first, second] = await listed(server);
  assert.ok(first !== undefined && second !== undefined);
  await server.api.ok("folder/mkdir", { name: `made ${Math.random()}` });
  assert.equal((await server.api.download(first.url)).status, 200);
  await server.api.ok("file/cp", { urls: [first.url], rename: "copy.bin" });
  await server.api.ok("user/info");
  await signInAndOut(server, /You are now disconnected/);
  assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
  await server.stop();
  await server.start();
  await server.api.ok("file/rm", { files: [{ url: second.url }] });
}

async function assertReadsOnly(server: ServerProcess, url: string): Promise<void> {
  await callsTell(server, url);
  // The log is written in batches.
  const deadline = Date.now() + 60_000;
  while (!server.stdout.includes("the server is read-only")) {
    assert.ok(Date.now() < deadline, `waited for the log to tell of it: ${server.stdout}`);
    await sleep(50);
  }
}

describe("on a small disk", { skip: lacksSmallDisks() }, () => {
  it("uploads stop at the reserved space, and everything else keeps working", async () => {
    using disk = SmallDisk.mount("size=64m");
    await using server = await startOn(disk, { CONSIGNE_MIN_FREE_BYTES: String(RESERVE_BYTES) });
    const sent = async (at: number) => tryUpload(server, `${at}.bin`, randomBytes(3 * MIB));
    const statuses: number[] = [];
    for (let round = 0; round < 8 && !statuses.includes(507); round++)
      statuses.push(...(await Promise.all([0, 1, 2, 3].map((at) => sent(4 * round + at)))));
    assert.ok(statuses.includes(302) && statuses.includes(507), statuses.join());
    // The rows and their log grow in addition to the bytes.
    assert.ok((await disk.freeBytes()) > RESERVE_BYTES - 2 * MIB, `${await disk.freeBytes()} bytes are free`);
    await everythingElseWorks(server);
    for (const { url } of await listed(server)) await server.api.ok("file/rm", { files: [{ url }] });
    assert.equal(await sent(99), 302, "removing files frees space at once");
  });

  it("one percent of the inodes stays free, and everything else keeps working", async () => {
    using disk = SmallDisk.mount("size=64m,nr_inodes=400");
    await using server = await startOn(disk, { CONSIGNE_MIN_FREE_BYTES: String(MIB) });
    let refused = 0;
    for (let at = 0; at < 400 && refused === 0; at++)
      if ((await tryUpload(server, `${at}.txt`, Buffer.alloc(FILE_BYTES, `content ${at}`))) === 507) refused = at;
    assert.ok(refused > 50, `refused from number ${refused} on`);
    await everythingElseWorks(server);
  });

  for (const [what, spoil, mend] of [
    ["full", (disk: SmallDisk) => disk.fill(), (disk: SmallDisk) => disk.empty()],
    ["read-only", (disk: SmallDisk) => disk.remount("ro"), (disk: SmallDisk) => disk.remount("rw")],
  ] as const) {
    for (const isCrash of [false, true]) {
      it(`the server starts read-only while the disk is ${what}${isCrash ? ", after a crash" : ""}`, async () => {
        using disk = SmallDisk.mount("size=32m");
        await using server = await startOn(disk, { CONSIGNE_MIN_FREE_BYTES: "0" });
        assert.equal(await tryUpload(server, "kept.txt", Buffer.from("kept")), 302);
        const cookie = await signIn(server);
        await (isCrash ? server.kill() : server.stop());
        await spoil(disk);
        await server.start();
        const [file] = await listed(server);
        assert.equal(file?.filename, "kept.txt");
        assert.equal((await server.api.ok("file/info", { url: file.url }))["size"], 4);
        assert.equal((await fetch(file.url)).status, 200);
        // What a crash leaves of the log may be enough space to write in.
        if (!isCrash || what === "read-only") {
          await assertReadsOnly(server, file.url);
          await pagesTell(server, cookie);
        }
        assert.equal((await listed(server)).length, 1);
        assert.equal((await server.api.download(file.url)).bytes.toString(), "kept", "files can still be downloaded");
        mend(disk);
        assert.equal((await fetch(`${server.url}/readyz`)).status, 200, "it starts writing again on its own");
        const other = await tryUpload(server, "new.txt", Buffer.from("new"));
        assert.equal(other, 302);
        await server.stop();
        await server.start();
        assert.equal((await listed(server)).length, 2);
        assert.equal((await server.api.download(file.url)).bytes.toString(), "kept");
        await server.api.ok("file/rm", { files: [{ url: file.url }] });
      });
    }
  }
});
