import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { fault } from "@consigne/testkit";
import { CommandWorld } from "./sync/_command-world.ts";

test("get to stdout reports bytes that differ from the server's file", async (t) => {
  const world = await CommandWorld.start(t, { "a.txt": "some words" });
  await world.ok("put", join(world.root, "a.txt"), ":/");
  const right = await world.spawn("get", ":/a.txt", "-").finished;
  assert.deepEqual([right.code, right.stdout], [0, "some words"], right.stderr);
  world.server.faults.add("direct", fault.flipByte(3));
  const wrong = await world.spawn("get", ":/a.txt", "-").finished;
  assert.equal(wrong.code, 1);
  assert.notEqual(wrong.stdout, "some words");
  assert.match(wrong.stderr, /The checksum of a\.txt is wrong; do not use what was written/);
});

test("cat reports bytes that differ from the server's file, and stops before the next", async (t) => {
  const world = await CommandWorld.start(t, { "a.txt": "some words", "b.txt": "other words" });
  await world.ok("put", join(world.root, "a.txt"), join(world.root, "b.txt"), ":/");
  const right = await world.spawn("cat", ":/a.txt", ":/b.txt").finished;
  assert.deepEqual([right.code, right.stdout], [0, "some wordsother words"], right.stderr);
  for (const [line, written] of [
    [["cat", ":/a.txt", ":/b.txt"], /^some.words$/],
    [["cat", "--offset", "0", ":/a.txt"], /^some.words$/],
    [["cat", "--json", ":/a.txt"], /^\{"type":"error"[^\n]*\n$/],
  ] as const) {
    world.server.faults.add("direct", fault.flipByte(4));
    const wrong = await world.spawn(...line).finished;
    assert.equal(wrong.code, 1, line.join(" "));
    assert.match(wrong.stdout, written);
    assert.match(`${wrong.stdout}${wrong.stderr}`, /The checksum of a\.txt is wrong; do not use what was written/);
  }
});

test("get --no-verify counts the bytes and does not verify them", async (t) => {
  const world = await CommandWorld.start(t, { "a.txt": "some words" });
  await world.ok("put", join(world.root, "a.txt"), ":/");
  const copy = join(world.folder, "copy.txt");
  world.server.faults.add("direct", fault.flipByte(3), { times: 2 });
  const refused = await world.run("get", ":/a.txt", copy);
  assert.equal(refused.code, 1, refused.stderr);
  await assert.rejects(readFile(copy), { code: "ENOENT" });
  await world.ok("get", "--no-verify", ":/a.txt", copy);
  const fetched = await readFile(copy, "utf8");
  assert.equal(fetched.length, "some words".length);
  assert.notEqual(fetched, "some words");
});

test("an output that cannot be written is one plain line and the exit code of a full disk", (t) => {
  if (!existsSync("/dev/full")) return t.skip("only Linux has a device that is always full");
  const full = openSync("/dev/full", "w");
  t.after(() => closeSync(full));
  const program = fileURLToPath(new URL("../src/bin.ts", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [program, "help"], { stdio: ["ignore", full, "pipe"] });
  assert.equal(status, 7);
  assert.equal(
    stderr.toString(),
    "consigne: Standard output cannot be written: the disk is full. The output is incomplete.\n",
  );
});
