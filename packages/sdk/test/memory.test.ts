import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createReadStream, existsSync } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startTestServer } from "@consigne/testkit";

const MIB = 1024 * 1024;
const SIZE_MIB = 400;
/** Node with type stripping uses about half of it. Holding the file would take twice as much. */
const MOST_MIB = 150;
const skip = existsSync("/proc/self/status") ? false : "no /proc to read the peak from";

test("a large file is uploaded and downloaded in little memory", { skip }, async () => {
  await using server = await startTestServer();
  const folder = await mkdtemp(join(tmpdir(), "consigne-sdk-"));
  try {
    const source = join(folder, "source");
    const file = await open(source, "w");
    for (let index = 0; index < SIZE_MIB; index++) await file.write(Buffer.alloc(MIB, index));
    await file.close();
    const program = fileURLToPath(new URL("_transfer.ts", import.meta.url));
    const target = join(folder, "target");
    const { stdout } = await promisify(execFile)(process.execPath, [
      program,
      server.url,
      server.apiKey,
      source,
      target,
    ]);
    const { peakKib } = JSON.parse(stdout) as { peakKib: number };
    assert.ok(peakKib / 1024 < MOST_MIB, `${peakKib / 1024} MiB`);
    let index = 0;
    for await (const chunk of createReadStream(target, { highWaterMark: MIB }) as AsyncIterable<Buffer>) {
      assert.ok(chunk.equals(Buffer.alloc(chunk.length, index++)));
    }
    assert.equal(index, SIZE_MIB);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
