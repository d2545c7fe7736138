import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { binPath, ended } from "./_fixtures.ts";
import { newPerson, type Person } from "./_terminal.ts";

const dump = "the whole database";

/** Runs a shell line in which `consigne` is the program. */
async function shell({ variables, home }: Person, line: string) {
  const script = `consigne() { "${process.execPath}" "${binPath}" "$@"; }; cd "${home}" && ${line}`;
  return ended(spawn("sh", ["-c", script], { env: variables, stdio: ["ignore", "pipe", "pipe"] }));
}

test("an empty stdin replaces no file with content unless asked to", async (t) => {
  const person = await newPerson(t);
  const { server, run, ok } = person;
  await server.seed.file("/db.sql", dump);
  const refused = await run(["put", "-", ":/db.sql"], { stdin: "" });
  assert.deepEqual([refused.code, refused.stdout], [1, ""]);
  assert.match(
    refused.stderr,
    /^consigne: Standard input was empty; \/db\.sql \(18 B\) was kept\. --allow-empty replaces it\.\n$/,
  );
  assert.equal((await ok(["cat", ":/db.sql"])).stdout, dump);
  await ok(["put", "--keep-both", "-", ":/db.sql"], { stdin: "" });
  await ok(["rm", ":/db.sql"]);
  await ok(["put", "-", ":/new.sql"], { stdin: "" });
  await ok(["put", "-", ":/new.sql"], { stdin: "" });
  await ok(["put", "--allow-empty", "-", ":/db.sql"], { stdin: "" });
  assert.equal((await ok(["cat", ":/db.sql"])).stdout, "");
});

test("an unreadable stdin is a one-line error, and keeps existing files", async (t) => {
  const person = await newPerson(t);
  const { server, ok, home, run } = person;
  await server.seed.file("/db.sql", dump);
  await writeFile(join(home, "a"), "a");
  const lines: [line: string, code: number, message: RegExp][] = [
    ["consigne put - :/db.sql <&-", 1, process.platform === "linux" ? /Standard input is closed/ : /was empty/],
    ["consigne put - :/db.sql < .", 10, /Standard input cannot be read: it is a folder, not a file\./],
    ["consigne put - :/db.sql 0>out", 1, /Standard input cannot be read: it is not open for that\./],
    ["false | consigne put - :/db.sql", 1, /Standard input was empty; \/db\.sql/],
    ["consigne put - :/db.sql </dev/null", 1, /Standard input was empty; \/db\.sql/],
    ["consigne put --password-stdin a :/db.sql < .", 10, /Standard input cannot be read: it is a folder, not a file\./],
    ["consigne put --password-stdin a :/db.sql </dev/null", 2, /No password was given/],
    ["consigne login --url http://127.0.0.1:1 --key-stdin < .", 10, /cannot be read: it is a folder, not a file\./],
  ];
  for (const [line, code, message] of lines) {
    const ran = await shell(person, line);
    assert.deepEqual([ran.code, ran.stdout], [code, ""], `${line}: ${ran.stderr}`);
    assert.match(ran.stderr, message, line);
    assert.equal(ran.stderr.trim().split("\n").length, 1, line);
  }
  const named = await shell(person, "mkfifo pipe && consigne put pipe :/db.sql");
  assert.deepEqual([named.code === 0, /is not a file/.test(named.stderr)], [false, true]);
  if (process.platform === "linux") assert.notEqual((await shell(person, "consigne put - :/fresh <&-")).code, 0);
  assert.equal((await ok(["cat", ":/db.sql"])).stdout, dump);
  assert.equal((await run(["cat", ":/fresh"])).code, 4);
});

test("what was read from stdin is not left behind if the target folder cannot be made", async (t) => {
  const person = await newPerson(t);
  const key = await person.server.seed.apiKey(undefined, { scopes: { files: "read", uploads: "write" } });
  const temporary = join(person.home, "tmp");
  await mkdir(temporary);
  const variables = { ...person.variables, TMPDIR: temporary, CONSIGNE_API_KEY: key.text };
  const refused = await shell({ ...person, variables }, "echo words | consigne put -p - :/new/db.sql");
  assert.equal(refused.code, 5, refused.stderr);
  assert.match(refused.stderr, /files=write/);
  assert.deepEqual(await readdir(temporary), []);
});
