/* A program that knows no other host than 1fichier's, here curl, run against a test server. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { fault, startFaultyServer } from "@consigne/testkit";

const run = promisify(execFile);

test("counts and breaks the requests of an unmodified program", async (t) => {
  await using server = await startFaultyServer();
  const folder = await mkdtemp(join(tmpdir(), "any-program-"));
  t.after(() => rm(folder, { recursive: true }));
  const env = { ...process.env, CONSIGNE_URL: server.url, CONSIGNE_CONFIG_DIR: folder, TMPDIR: folder };
  const call = ["-H", `Authorization: Bearer ${server.apiKey}`, "-H", "Content-Type: application/json", "-d", "{}"];
  const program = ["curl", "--silent", ...call, "https://api.1fichier.com/v1/folder/ls.cgi"];

  const listed = await run("npx", ["consigne", "run", "--", ...program], { env });
  assert.match(listed.stdout, /"sub_folders":/);
  assert.equal(server.requests.count("folder/ls"), 1);

  server.faults.add("api", fault.floodLock());
  const locked = await run("npx", ["consigne", "run", "--", ...program], { env });
  assert.match(locked.stdout, /Flood detected: IP Locked #374/);
});
