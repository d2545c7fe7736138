import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomInt } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { contentOf, openIn, temporaryFolder } from "./_blob-folder.ts";

const ROUNDS = 8;
const FUTURE = new Date(Date.now() + 86_400_000);
const script = fileURLToPath(new URL("./_storing-process.ts", import.meta.url));

test("a killed process loses no completed blob and never shows a partial one", async (t) => {
  const folder = await temporaryFolder(t);
  const told = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) await storeUntilKilled(folder, randomInt(1, 40), told);
  assert.ok(told.size >= ROUNDS);

  const blobs = await openIn(t, folder);
  for await (const { key } of blobs.list()) {
    const content = await contentOf(await blobs.open(key));
    const sha256 = createHash("sha256").update(content.subarray(32)).digest();
    assert.deepEqual(content.subarray(0, 32), sha256, `${key} is partial`);
    told.delete(key);
  }
  assert.deepEqual([...told], [], "complete blobs are missing");
  const dropped = await blobs.sweepStaged(FUTURE, FUTURE);
  assert.ok(dropped <= ROUNDS * 4);
  assert.equal(await blobs.sweepStaged(FUTURE, FUTURE), 0);
});

/** Kills a storing process at a random moment after it reported `count` blobs. */
async function storeUntilKilled(folder: string, count: number, told: Set<string>): Promise<void> {
  const child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  let rest = count;
  for await (const key of createInterface({ input: child.stdout })) {
    told.add(key);
    if (--rest === 0) setTimeout(() => child.kill("SIGKILL"), randomInt(0, 30));
  }
  assert.deepEqual(await exited, [null, "SIGKILL"]);
}
