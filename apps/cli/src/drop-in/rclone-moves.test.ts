import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { careForRclone } from "./rclone-moves.ts";

async function programSaying(t: TestContext, name: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "consigne-rclone-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\necho '${text}'\n`);
  await chmod(path, 0o755);
  return path;
}

test("an rclone version that renames instead of moving is told not to move", async (t) => {
  const old = await programSaying(t, "rclone", "rclone v1.60.1-DEV");
  const care = await careForRclone(old, { PATH: process.env.PATH });
  assert.deepEqual(care?.variables, { RCLONE_DISABLE: "move" });
  assert.match(care?.note ?? "", /^rclone 1\.60 cannot move files between folders/);
});

test("features the user disabled stay disabled", async (t) => {
  const old = await programSaying(t, "rclone", "rclone v1.60.1-DEV");
  const care = await careForRclone(old, { PATH: process.env.PATH, RCLONE_DISABLE: "copy" });
  assert.deepEqual(care?.variables, { RCLONE_DISABLE: "copy,move" });
});

for (const [name, text] of [
  ["rclone", "rclone v1.68.0"],
  ["rclone", "rclone v2.0.0"],
  ["rclone", "no version at all"],
  ["clone", "rclone v1.60.1"],
] as const) {
  test(`nothing is changed for a program named ${name} that prints "${text}"`, async (t) => {
    const program = await programSaying(t, name, text);
    assert.equal(await careForRclone(program, { PATH: process.env.PATH }), undefined);
  });
}

test("a missing rclone is not reported before the run itself", async () => {
  assert.equal(await careForRclone("/nowhere/rclone", {}), undefined);
});
