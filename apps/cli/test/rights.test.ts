import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { jsonLines, newPerson } from "./_terminal.ts";

test("anything the key has no right to exits with 5 and names the right once", async (t) => {
  const { server, run, home } = await newPerson(t);
  await server.seed.file("/photos/a.txt", "there");
  await mkdir(join(home, "tree", "below"), { recursive: true });
  await writeFile(join(home, "tree", "below", "b.txt"), "new");
  const key = await server.seed.apiKey(undefined, { scopes: { files: "read", uploads: "read" } });
  const tree = join(home, "tree");
  for (const line of [
    ["mkdir", ":/new"],
    ["put", join(tree, "below", "b.txt"), ":/photos/"],
    ["put", "-r", tree, ":/photos"],
    ["sync", tree, ":/photos"],
    ["sync", join(tree, "below"), ":/photos"],
  ]) {
    const { code, stderr } = await run(line, { variables: { CONSIGNE_API_KEY: key.text } });
    assert.equal(code, 5, `${line.join(" ")}: ${stderr}`);
    assert.match(stderr, /=write/);
    assert.doesNotMatch(stderr, /or its owner|nothing was changed/);
  }
});

test("a run stopped by a missing right says what was done before", async (t) => {
  const { server, run, home } = await newPerson(t);
  await server.seed.file("/photos/a.txt", "old");
  await mkdir(join(home, "photos"));
  const key = await server.seed.apiKey(undefined, { scopes: { files: "read", uploads: "write" } });
  const variables = { CONSIGNE_API_KEY: key.text };
  const lines = [
    ["sync", join(home, "photos"), ":/photos"],
    ["put", "-r", join(home, "photos"), ":/"],
  ];
  for (const [number, line] of lines.entries()) {
    // The key may send it, but cannot remove what it replaces.
    await writeFile(join(home, "photos", "a.txt"), `new ${number}`);
    const told = await run(line, { variables });
    assert.equal(told.code, 5, told.stderr);
    assert.match(told.stderr, /^done before the run ended: 1 sent, 5 B, 0 unchanged\nconsigne: .*files=write/m);
    await writeFile(join(home, "photos", "a.txt"), `newer ${number}`);
    const [summary, error] = jsonLines((await run([...line, "--json"], { variables })).stdout).slice(-2);
    assert.deepEqual([summary?.["type"], summary?.["complete"], error?.["type"]], ["summary", false, "error"]);
    assert.match(JSON.stringify(summary?.["counts"]), /"upload":1,/);
  }
  const nothing = await run(["sync", "--delete", join(home, "photos"), ":/new"], { variables });
  assert.doesNotMatch(nothing.stderr, /done/);
});

test("a URL with an extra path, or a port that does not serve the API, is reported as such", async (t) => {
  const { server, run } = await newPerson(t);
  const path = await run(["ls", ":/"], { variables: { CONSIGNE_URL: `${server.url}/foo` } });
  assert.match(path.stderr, /The server's URL has a path, \/foo, which is probably wrong/);
  const port = await run(["ls", ":/"], { variables: { CONSIGNE_URL: "http://127.0.0.1:1" } });
  assert.equal(port.code, 9, port.stderr);
  assert.match(port.stderr, /Cannot reach 127\.0\.0\.1:1: fetch blocks this port/);
  assert.doesNotMatch(port.stderr, /transferred/);
});
