import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { lacking, whirlpoolOf } from "./_programs.ts";
import { lacksRclone, requestsTo, Rclone } from "./_rclone.ts";

let rclone: Rclone;

describe("rclone copies and syncs", { skip: lacksRclone, concurrency: 8 }, () => {
  before(async () => void (rclone = await Rclone.start()));
  after(() => rclone[Symbol.asyncDispose]());

  it("makes a folder and copies files into it", async () => {
    const folder = await rclone.local("copied", { "a.txt": "alpha", "deep/er/b.txt": "beta" });
    await rclone.ok("mkdir", "my1fichier:copied");
    await rclone.ok("copy", folder, "my1fichier:copied");
    assert.deepEqual(await rclone.names("my1fichier:copied"), ["a.txt", "deep/", "deep/er/", "deep/er/b.txt"]);
    assert.equal((await rclone.ok("cat", "my1fichier:copied/deep/er/b.txt")).stdout, "beta");
  });

  it("syncs up, verifies, and transfers nothing the second time", async () => {
    const files = { "one.bin": randomBytes(70_000), "sub/two.bin": randomBytes(1), "sub/three.txt": "3".repeat(999) };
    const folder = await rclone.local("synced", files);
    const first = await rclone.transfer("sync", folder, "my1fichier:synced");
    assert.equal(first.stats.transfers, 3);
    assert.equal(requestsTo(first.run, "/upload.cgi").length, 3);
    await rclone.ok("check", folder, "my1fichier:synced");

    const before = (await rclone.ok("lsjson", "-R", "my1fichier:synced")).stdout;
    const second = await rclone.transfer("sync", folder, "my1fichier:synced");
    assert.deepEqual([second.stats.transfers, second.stats.bytes, second.stats.checks], [0, 0, 3]);
    assert.deepEqual(requestsTo(second.run, "/upload.cgi"), []);
    assert.deepEqual(requestsTo(second.run, "/rm.cgi"), []);
    assert.equal((await rclone.ok("lsjson", "-R", "my1fichier:synced")).stdout, before);
  });

  it("syncs down what another machine uploaded, and nothing the second time", async () => {
    const files = { "x.bin": randomBytes(200_000), "sub/y.txt": "down" };
    const folder = await rclone.local("origin", files);
    await rclone.ok("copy", folder, "my1fichier:down");
    const target = await rclone.local("target", { "stale.txt": "goes away" });
    const first = await rclone.transfer("sync", "my1fichier:down", target);
    assert.deepEqual([first.stats.transfers, first.stats.deletes], [2, 1]);
    assert.deepEqual(await readFile(join(target, "x.bin")), files["x.bin"]);
    assert.equal(await readFile(join(target, "sub/y.txt"), "utf8"), "down");
    await assert.rejects(readFile(join(target, "stale.txt")), { code: "ENOENT" });
    await rclone.ok("check", "my1fichier:down", target);
    const second = await rclone.transfer("sync", "my1fichier:down", target);
    assert.equal(second.stats.transfers, 0);
    assert.deepEqual(requestsTo(second.run, "/get_token.cgi"), []);
  });

  it("syncs a changed file by replacing it, and a removed one by removing it", async () => {
    const folder = await rclone.local("changing", { "kept.txt": "kept", "edited.txt": "before", "gone.txt": "gone" });
    await rclone.ok("sync", folder, "my1fichier:changing");
    await writeFile(join(folder, "edited.txt"), "afterwards");
    await rm(join(folder, "gone.txt"));
    const { stats } = await rclone.transfer("sync", folder, "my1fichier:changing");
    assert.deepEqual([stats.transfers, stats.deletes], [1, 1]);
    assert.deepEqual(await rclone.names("my1fichier:changing"), ["edited.txt", "kept.txt"]);
    assert.equal((await rclone.ok("cat", "my1fichier:changing/edited.txt")).stdout, "afterwards");
  });

  it("detects a change of the same size by checksum", async () => {
    const folder = await rclone.local("same-size", { "a.txt": "aaaa" });
    await rclone.ok("sync", folder, "my1fichier:same-size");
    await writeFile(join(folder, "a.txt"), "bbbb");
    const check = await rclone.run(["check", folder, "my1fichier:same-size"]);
    assert.equal(check.code, 1, check.stderr);
    assert.match(check.stderr, /a\.txt: .*differ/);
    assert.equal((await rclone.transfer("sync", "--checksum", folder, "my1fichier:same-size")).stats.transfers, 1);
    await rclone.ok("check", folder, "my1fichier:same-size");
  });

  it("copies one file to another name, up and down", async () => {
    const folder = await rclone.local("single", { "here.txt": "one file" });
    await rclone.ok("copyto", join(folder, "here.txt"), "my1fichier:single/new/there.txt");
    await rclone.ok("copyto", "my1fichier:single/new/there.txt", join(folder, "back.txt"));
    assert.equal(await readFile(join(folder, "back.txt"), "utf8"), "one file");
  });

  it("uploads a stream of unknown length", async () => {
    for (const size of [5, 300_000]) {
      const bytes = randomBytes(size);
      const put = await rclone.runByCommand(["rcat", `my1fichier:streams/${size}.bin`], bytes);
      assert.equal(put.code, 0, put.stderr);
      assert.equal(requestsTo(put, "/upload.cgi").length, 1);
      const got = await rclone.runByCommand(["cat", `my1fichier:streams/${size}.bin`]);
      assert.deepEqual([got.code, got.output], [0, bytes], got.stderr);
    }
  });

  it("lists the checksum that openssl computes", { skip: lacking(["openssl", "version"]) }, async () => {
    const folder = await rclone.local("hashed", { "h.bin": randomBytes(1_000_003), "s.txt": "s" });
    await rclone.ok("copy", folder, "my1fichier:hashed");
    const listed = await rclone.ok("lsjson", "--hash", "my1fichier:hashed");
    const items = JSON.parse(listed.stdout) as { Name: string; Size: number; Hashes: Record<string, string> }[];
    assert.deepEqual(
      items.map(({ Name, Size, Hashes }) => [Name, Size, Hashes]),
      [
        ["h.bin", 1_000_003, { whirlpool: whirlpoolOf(join(folder, "h.bin")) }],
        ["s.txt", 1, { whirlpool: whirlpoolOf(join(folder, "s.txt")) }],
      ],
    );
  });

  it("copies between two folders of the server without transferring the bytes", async () => {
    const folder = await rclone.local("served", { "a.txt": "copied over there", "sub/b.txt": "too" });
    await rclone.ok("copy", folder, "my1fichier:served");
    const { run } = await rclone.transfer("copy", "my1fichier:served", "my1fichier:served-again");
    assert.equal(requestsTo(run, "/file/cp.cgi").length, 2);
    assert.deepEqual(requestsTo(run, "/upload.cgi"), []);
    await rclone.ok("check", folder, "my1fichier:served-again");
    await rclone.ok("copyto", "my1fichier:served/a.txt", "my1fichier:served/a-copy.txt");
    await rclone.ok("deletefile", "my1fichier:served/a.txt");
    assert.equal((await rclone.ok("cat", "my1fichier:served/a-copy.txt")).stdout, "copied over there");
  });
});
