import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { copyFile, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { ALIGNED_BYTES, BLOCK_BYTES, blockMemory } from "./block-memory.ts";
import type { UpdatedFile } from "./local-files.ts";
import { DirectFile } from "./node-direct-file.ts";
import { nodeFiles } from "./node-files.ts";

const content = randomBytes(BLOCK_BYTES);
let folder: string;
let path: string;
let file: UpdatedFile;
let block: Uint8Array<ArrayBuffer>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "consigne-direct-"));
  path = join(folder, "file");
  const created = await nodeFiles.create(path);
  const taken = blockMemory.take();
  assert.ok(created !== undefined && taken !== undefined);
  [file, block] = [created, taken];
  block.set(content);
});
afterEach(async () => {
  blockMemory.give(block);
  await file.close();
  await rm(folder, { recursive: true });
});

/** Whether the file system of the temporary folder takes bytes past its cache. */
const takesDirect = async () => (await file.writePastCache(block.subarray(0, ALIGNED_BYTES), 0)) === 0;

test("aligned data is written directly, and what follows it through the cache", async (t) => {
  if (!(await takesDirect())) return t.skip("the file system takes nothing past its cache");
  assert.equal(await file.writePastCache(block, 0), 0);
  assert.equal(await file.writePastCache(block.subarray(0, ALIGNED_BYTES + 77), BLOCK_BYTES), 77);
  const expected = Buffer.concat([content, content.subarray(0, ALIGNED_BYTES + 77)]);
  assert.ok((await readFile(path)).equals(expected));
});

test("unaligned data, or data in other memory, is written through the cache", async () => {
  assert.equal(await file.writePastCache(block.subarray(1, 8193), 0), 8192);
  assert.equal(await file.writePastCache(block.subarray(0, 8192), 8191), 8192);
  assert.equal(await file.writePastCache(new Uint8Array(8192).fill(7), 16_383), 8192);
  assert.equal(await file.writePastCache(block.subarray(0, 0), 24_575), 0);
  const expected = Buffer.concat([content.subarray(1, 8192), content.subarray(0, 8192), Buffer.alloc(8192, 7)]);
  assert.ok((await readFile(path)).equals(expected));
});

test("data goes to the file that was opened, whatever has its name by now", async () => {
  const moved = join(folder, "moved");
  await rename(path, moved);
  await copyFile(moved, path);
  assert.equal(await file.writePastCache(block, 0), BLOCK_BYTES);
  assert.ok((await readFile(moved)).equals(content));
  assert.equal((await readFile(path)).byteLength, 0);
});

test("the cache is used if the file system refuses the first or later direct writes", async () => {
  for (const takenBytes of [0, 512, ALIGNED_BYTES]) {
    let calls = 0;
    const refusing = {
      stat: async () => ({ ino: 1n, dev: 1n }),
      close: async () => undefined,
      async write() {
        calls += 1;
        if (calls > 1 || takenBytes === 0) throw Object.assign(new Error("invalid argument"), { code: "EINVAL" });
        return { bytesWritten: takenBytes };
      },
    };
    const direct = new DirectFile(path, refusing, async () => refusing);
    const before = takenBytes === 0 ? 1 : 2;
    assert.equal(await direct.write(block, 0), process.platform === "linux" ? takenBytes : 0);
    assert.equal(calls, process.platform === "linux" ? before : 0);
    assert.equal(await direct.write(block, BLOCK_BYTES), 0);
    assert.equal(calls, process.platform === "linux" ? before : 0, "the system is not asked again");
    await direct.close();
  }
});

test("any other error is reported", { skip: process.platform !== "linux" }, async () => {
  const full = {
    stat: async () => ({ ino: 1n, dev: 1n }),
    close: async () => undefined,
    write: async () => Promise.reject(Object.assign(new Error("no space"), { code: "ENOSPC" })),
  };
  await assert.rejects(new DirectFile(path, full, async () => full).write(block, 0), { code: "ENOSPC" });
});
