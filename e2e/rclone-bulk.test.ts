import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { lacking, whirlpoolOf } from "./_programs.ts";
import { times } from "./_proof.ts";
import { lacksRclone, requestsTo, Rclone } from "./_rclone.ts";

const MIB = 1024 ** 2;
const LARGE_MIB = times({ sample: 64, full: 1024 });
const LARGE_BYTES = LARGE_MIB * MIB;

/**
 * 25 files each. rclone waits 0.4 s after each call of a process, so a single process would take a quarter of an hour.
 */
const processes = times({ sample: 8, full: 20 });
const filesEach = 25;

interface Item {
  filename: string;
  size: number;
}

let rclone: Rclone;

const ascending = (a: number, b: number) => a - b;

/** A file without two equal blocks, without generating every byte at random. */
async function writeLargeFile(path: string, sizeBytes: number): Promise<void> {
  const block = randomBytes(4 * MIB);
  await using file = await open(path, "w");
  for (let offset = 0; offset < sizeBytes; offset += block.length) {
    block.writeUInt32LE(offset / block.length, offset % 1000);
    await file.write(block);
  }
}

describe("rclone transfers a lot", { skip: lacksRclone, concurrency: 2 }, () => {
  before(async () => void (rclone = await Rclone.start()));
  after(() => rclone[Symbol.asyncDispose]());

  it(`uploads ${processes * filesEach} small files from many processes at once and lists every one`, async () => {
    const folders = Array.from({ length: processes }, (_, index) => `d${String(index).padStart(2, "0")}`);
    const expected = new Map<string, number>();
    for (const folder of folders) {
      const files: Record<string, Buffer> = {};
      for (let index = 0; index < filesEach; index++) {
        const content = randomBytes(1 + expected.size * 7);
        files[`f${index}.bin`] = content;
        expected.set(`${folder}/f${index}.bin`, content.length);
      }
      await rclone.local(join("small", folder), files);
    }
    const options = ["--transfers", "8", "--tpslimit", "0", "--retries", "1"];
    // One drop-in for all, as in a user's script.
    const script = [
      ...folders.map(
        (folder) => `(rclone copy ${options.join(" ")} small/${folder} my1fichier:small/${folder}) || echo failed &`,
      ),
      "wait",
      ...folders.map(
        (folder) => `(rclone check --retries 1 small/${folder} my1fichier:small/${folder}) || echo failed &`,
      ),
      "wait",
    ];
    await rclone.ok("mkdir", "my1fichier:small");
    const run = await rclone.consigne("run", "--", "sh", "-c", script.join("\n"));
    assert.deepEqual([run.code, run.stdout], [0, ""], run.stderr);
    assert.doesNotMatch(run.stderr, /low level retry|ERROR/);
    assert.equal(run.stderr.match(/: 0 differences found/g)?.length, processes, run.stderr);

    const listed = (await rclone.server.api.ok("file/ls", { folder_id: -1 })) as { items: Item[] };
    const items = listed.items.filter(({ filename }) => filename !== "large.bin");
    assert.deepEqual(items.map(({ size }) => size).toSorted(ascending), [...expected.values()].toSorted(ascending));
  });

  it(
    `uploads and downloads ${LARGE_MIB} MiB unchanged`,
    { timeout: 900_000, skip: lacking(["openssl", "version"]) },
    async () => {
      const folder = await rclone.local("large", {});
      const path = join(folder, "large.bin");
      await writeLargeFile(path, LARGE_BYTES);
      const up = await rclone.transfer("copy", folder, "my1fichier:large");
      assert.deepEqual([up.stats.transfers, up.stats.bytes], [1, LARGE_BYTES]);
      assert.equal(requestsTo(up.run, "/upload.cgi").length, 1);
      const listed = JSON.parse((await rclone.ok("lsjson", "--hash", "my1fichier:large")).stdout) as {
        Size: number;
        Hashes: { whirlpool: string };
      }[];
      assert.deepEqual([listed[0]?.Size, listed[0]?.Hashes.whirlpool], [LARGE_BYTES, whirlpoolOf(path)]);

      const back = join(rclone.folder, "large-back");
      // The following check compares checksums.
      await rclone.ok("copy", "--ignore-checksum", "my1fichier:large", back);
      await rclone.ok("check", "my1fichier:large", back);
      await Promise.all([folder, back].map((name) => rm(name, { recursive: true })));
    },
  );
});
