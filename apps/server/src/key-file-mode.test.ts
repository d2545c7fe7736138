import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { readableByAll, warnOfKey } from "./key-file-mode.ts";

async function emptyFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "consigne-key-"));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}

async function warningsOf(keyFile: string): Promise<string[]> {
  const told: string[] = [];
  await warnOfKey(keyFile, (problem) => void told.push(problem));
  return told;
}

test("warns about a key that everybody can read, and no other", async (context) => {
  const file = join(await emptyFolder(context), "sealing.key");
  assert.equal(await readableByAll(file), undefined, "there is no such file");
  await writeFile(file, "");
  for (const mode of [0o600, 0o640, 0o400]) {
    await chmod(file, mode);
    assert.equal(await readableByAll(file), undefined, mode.toString(8));
  }
  await chmod(file, 0o644);
  const [told = "", ...more] = await warningsOf(file);
  assert.match(told, /^Every user of this machine can read the key [^\n]+sealing\.key: /);
  assert.deepEqual(more, []);
});

test("warns about a key that cannot be read, but not about one that does not exist yet", async (context) => {
  const file = join(await emptyFolder(context), "sealing.key");
  assert.deepEqual(await warningsOf(file), []);
  await writeFile(file, "", { mode: 0o600 });
  assert.deepEqual(await warningsOf(file), []);
  // Nobody can read what is below a file, not even root.
  assert.match((await warningsOf(join(file, "below"))).join("\n"), /^[^\n]+below cannot be read: [^\n]+ will fail\.$/);
  if (process.getuid?.() === 0) return;
  await chmod(file, 0);
  assert.match((await warningsOf(file)).join("\n"), /sealing\.key cannot be read: permission denied\. /);
});
