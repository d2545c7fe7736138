import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fault } from "@consigne/testkit";
import { CommandWorld } from "./sync/_command-world.ts";

test("get to the standard output says when other bytes came than the server has", async (t) => {
  const world = await CommandWorld.start(t, { "a.txt": "some words" });
  await world.ok("put", join(world.root, "a.txt"), ":/");
  const right = await world.spawn("get", ":/a.txt", "-").finished;
  assert.deepEqual([right.code, right.stdout], [0, "some words"], right.stderr);
  world.server.faults.add("direct", fault.flipByte(3));
  const wrong = await world.spawn("get", ":/a.txt", "-").finished;
  assert.equal(wrong.code, 1);
  assert.notEqual(wrong.stdout, "some words");
  assert.match(wrong.stderr, /Other bytes of a\.txt came than the server says it has; do not use what was written/);
});

test("get --no-verify counts the bytes and does not prove them", async (t) => {
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
