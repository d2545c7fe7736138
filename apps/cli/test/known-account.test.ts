import assert from "node:assert/strict";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { consigne } from "./_fixtures.ts";
import { jsonLines, newPerson } from "./_terminal.ts";

test("whoami shows its last answer and its time while the server would refuse another", async (t) => {
  const { server, home, variables } = await newPerson(t, { limits: "authentic" });
  const asked = await consigne(["whoami", "--json"], variables);
  assert.equal(asked.code, 0, asked.stderr);
  const again = await consigne(["whoami", "--json"], variables);
  const [first, second] = [jsonLines(asked.stdout)[0], jsonLines(again.stdout)[0]];
  assert.ok(Math.abs(Date.parse(String(second?.["asOf"])) - Date.now()) < 300_000, again.stderr);
  assert.deepEqual({ ...second, asOf: undefined }, { ...first, asOf: undefined });
  const inWords = await consigne(["whoami"], variables);
  assert.match(inWords.stdout, new RegExp(`account {2}${server.email}`));
  assert.match(inWords.stderr, /^as of \d{4}-.+Z; the server limits how often it answers this\n$/);
  const folder = join(home, ".cache/consigne");
  const [name = ""] = (await readdir(folder)).filter((each) => each.startsWith("account-"));
  assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600);
  assert.equal((await readFile(join(folder, name), "utf8")).includes(server.apiKey), false);
});

test("the call pace is stored in the cache folder or CONSIGNE_CACHE_DIR, and --tps applies to whoami too", async (t) => {
  const { home, ok } = await newPerson(t);
  const paceFiles = async (folder: string) =>
    (await readdir(folder).catch(() => [])).filter((name) => name.startsWith("pace-")).length;
  const [usual, own] = [join(home, ".cache/consigne"), join(home, "own")];
  await ok(["whoami"]);
  assert.equal(await paceFiles(usual), 0, "nothing to keep without limits");
  await ok(["whoami", "--tps", "1000"]);
  assert.equal(await paceFiles(usual), 1);
  await ok(["ls", "--tps", "1000", ":/"], { variables: { CONSIGNE_CACHE_DIR: own } });
  assert.equal(await paceFiles(own), 1);
});

test("whoami asks a server without such a limit every time, and ignores a damaged cache file", async (t) => {
  const { home, ok } = await newPerson(t);
  await ok(["whoami"]);
  const folder = join(home, ".cache/consigne");
  const [name = ""] = (await readdir(folder)).filter((each) => each.startsWith("account-"));
  const path = join(folder, name);
  const stored = JSON.parse(await readFile(path, "utf8")) as { askedAtMs: number; facts: object };
  await writeFile(path, JSON.stringify({ ...stored, facts: { ...stored.facts, email: "an older answer" } }));
  const { stdout, stderr } = await ok(["whoami"]);
  assert.deepEqual([stdout.includes("an older answer"), stderr], [false, ""]);
  for (const text of ["", "{", "null", '{"askedAtMs":"x"}']) {
    await writeFile(path, text);
    await ok(["whoami"]);
  }
});
