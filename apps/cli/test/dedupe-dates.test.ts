import assert from "node:assert/strict";
import { test } from "node:test";
import { newPerson } from "./_terminal.ts";

const DAY_MS = 86_400_000;

test("dedupe removes nothing by age if a file is dated in the future, and says so", async (t) => {
  const { server, ok, run } = await newPerson(t);
  server.clock.advance(DAY_MS);
  await server.seed.file("/a.txt", "sent while the clock was wrong");
  server.clock.advance(-DAY_MS);
  await server.seed.file("/a.txt", "sent later");
  await server.seed.file("/b.txt", "older");
  await server.seed.file("/b.txt", "newer, rightly dated");
  for (const keep of ["newest", "oldest"]) {
    const { code, stdout, stderr } = await run(["dedupe", "--keep", keep, "--dry-run", ":/"]);
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stdout, /a\.txt/);
    assert.match(stderr, /^skipped, because a file is dated in the future.*: 2\n {2}a\.txt http.*\n {2}a\.txt http/m);
  }
  const { stderr: advice } = await run(["dedupe", "--dry-run", ":/"]);
  assert.doesNotMatch(advice, /--keep first/, "files with the same path have no first one");
  const json = await ok(["dedupe", "--dry-run", "--json", ":/"]);
  assert.match(json.stdout, /"type":"undecided","others":\[\{"path":"a\.txt"/);
  const { code, stderr } = await run(["dedupe", "--yes", ":/"]);
  assert.equal(code, 3, stderr);
  const { stdout } = await ok(["ls", ":/"]);
  assert.deepEqual(stdout.trim().split("\n").toSorted(), ["a.txt", "a.txt", "b.txt"]);
  assert.equal((await ok(["cat", ":/b.txt"])).stdout, "newer, rightly dated");
  await ok(["dedupe", "--yes", "--keep", "first", ":/"]);
  assert.equal((await ok(["ls", ":/"])).stdout.trim(), "a.txt\nb.txt");
});

test("whoami and doctor call the plan without limits unlimited", async (t) => {
  const { ok } = await newPerson(t);
  assert.match((await ok(["whoami"])).stdout, /^plan {5}unlimited$/m);
});
