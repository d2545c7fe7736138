import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { ended, finish, lacking } from "./_programs.ts";
import { lacksRclone, requestsTo, Rclone } from "./_rclone.ts";

const bytes = randomBytes(300_000);
const size = bytes.length;
const remote = "my1fichier:ranges";

let rclone: Rclone;

describe("rclone reads parts of a file", { skip: lacksRclone, concurrency: 8 }, () => {
  before(async () => {
    rclone = await Rclone.start();
    await rclone.ok("copy", await rclone.local("ranges", { "r.bin": bytes }), remote);
  });
  after(() => rclone[Symbol.asyncDispose]());

  it("prints from an offset, up to a count, and both", async () => {
    const parts: [string[], Buffer][] = [
      [["--offset", "1"], bytes.subarray(1)],
      [["--offset", String(size - 1)], bytes.subarray(size - 1)],
      [["--count", "1"], bytes.subarray(0, 1)],
      [["--offset", "65535", "--count", "2"], bytes.subarray(65_535, 65_537)],
      [["--offset", "65536", "--count", "65536"], bytes.subarray(65_536, 131_072)],
      [["--offset", String(size - 10), "--count", "100"], bytes.subarray(size - 10)],
      [["--count", String(size + 1)], bytes],
      [["--tail", "7"], bytes.subarray(size - 7)],
      [["--head", "7"], bytes.subarray(0, 7)],
      [["--offset", "-5", "--count", "3"], bytes.subarray(size - 5, size - 2)],
    ];
    for (const [options, expected] of parts) {
      const { output } = await rclone.ok("cat", ...options, `${remote}/r.bin`);
      assert.ok(output.equals(expected), `${options.join(" ")}: ${output.length} of ${expected.length} bytes`);
    }
  });

  it("gets nothing past the end", async () => {
    const run = await rclone.run(["--retries", "1", "cat", "--offset", String(size), `${remote}/r.bin`]);
    assert.equal(run.output.length, 0);
    assert.equal(requestsTo(run, "/get_token.cgi").length, 1, run.stderr);
  });

  it("downloads in several parallel streams", async () => {
    const options = ["--multi-thread-cutoff", "64k", "--multi-thread-streams", "4"];
    await rclone.ok("copy", ...options, remote, `${rclone.folder}/streams`);
    await rclone.ok("check", remote, `${rclone.folder}/streams`);
  });

  it("seeks as a mount does, in rclone's own VFS", { skip: lacking(["curl", "--version"]) }, async () => {
    const address = `127.0.0.1:${20_000 + Math.trunc(Math.random() * 10_000)}`;
    const vfs = ["--vfs-cache-mode", "off", "--vfs-read-chunk-size", "64k", "--buffer-size", "0"];
    const child = rclone.spawn("rclone", "serve", "http", remote, "--addr", address, ...vfs);
    const run = ended(child);
    try {
      const url = `http://${address}/r.bin`;
      const curl = (...args: string[]) =>
        finish("curl", ["-sS", ...args, url], { variables: rclone.server.variables, folder: rclone.folder });
      const whole = await curl("--retry", "30", "--retry-delay", "1", "--retry-connrefused");
      assert.ok(whole.output.equals(bytes), whole.stderr);
      for (const [first, last] of [
        [0, 0],
        [65_530, 65_545],
        [131_071, 262_145],
        [size - 1, size - 1],
      ] as const) {
        const { output, stderr } = await curl("-r", `${first}-${last}`);
        assert.ok(output.equals(bytes.subarray(first, last + 1)), `${first}-${last}: ${output.length}, ${stderr}`);
      }
    } finally {
      child.kill("SIGINT");
    }
    assert.doesNotMatch((await run).stderr, /ERROR/);
  });
});
