import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadSealingKey, parseSealingKey } from "./sealing-key.ts";

test("makes one private key, however many callers ask at once", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "consigne-key-"));
  context.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "sealing.key");
  const [one, other] = await Promise.all([loadSealingKey(file), loadSealingKey(file)]);
  assert.equal(one.length, 32);
  assert.deepEqual(other, one);
  assert.deepEqual(await loadSealingKey(file), one);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(folder), ["sealing.key"]);
  await writeFile(file, "nonsense");
  await assert.rejects(loadSealingKey(file), /contains no key/);
});

test("uses a key exactly as configured", () => {
  const key = randomBytes(32);
  assert.deepEqual(parseSealingKey(` ${key.toString("base64")}\n`), key);
  for (const text of ["", "short", randomBytes(31).toString("base64"), key.toString("hex"), "!".repeat(44)]) {
    assert.equal(parseSealingKey(text), undefined);
  }
});
