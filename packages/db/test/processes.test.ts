import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { describeSqlite, openSqliteDatabase } from "../src/index.ts";
import { createContents } from "./_contents.ts";
import { fillUp } from "./_fill-up.ts";
import { makeFolder } from "./_folder.ts";
import { sqliteMigrations } from "../src/sqlite/sqlite-schema.ts";

const writer = join(import.meta.dirname, "_writer.ts");
const filler = join(import.meta.dirname, "_filler.ts");

function startWriter(file: string, prefix: string, count: number) {
  const child = spawn(process.execPath, [writer, file, prefix, String(count)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  return { child, exit, output: text(child.stdout) };
}

function acknowledgedIds(output: string): string[] {
  // A line cut off by the kill was not acknowledged.
  return output.split("\n").slice(0, -1);
}

test("loses no acknowledged row when the process is killed during a commit", async () => {
  await using folder = await makeFolder();
  for (const prefix of ["first-", "second-", "third-"]) {
    const { child, exit, output } = startWriter(folder.file, prefix, 0);
    let lines = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      lines += chunk.toString().split("\n").length - 1;
      if (lines >= 150) child.kill("SIGKILL");
    });
    await exit;
    assert.equal(child.signalCode, "SIGKILL");
    const ids = acknowledgedIds(await output);
    assert.ok(ids.length >= 150);
    assert.equal((await describeSqlite(folder.file)).schemaVersion, Object.keys(sqliteMigrations).at(-1));
    const database = await openSqliteDatabase({ path: folder.file });
    for (const [index, id] of ids.entries()) {
      assert.ok(await database.uploads.findById(id), `${id} is lost`);
      if (index % 2 === 1) assert.ok(await database.uploads.findById(`${id}-twin`), `${id} is half there`);
    }
    await database.close();
  }
});

test("lets two processes create the file, migrate and write at once", async () => {
  await using folder = await makeFolder();
  const writers = ["a-", "b-", "c-"].map((prefix) => startWriter(folder.file, prefix, 200));
  for (const { child, exit, output } of writers) {
    await exit;
    assert.equal(child.exitCode, 0);
    assert.equal(acknowledgedIds(await output).length, 200);
  }
  const database = await openSqliteDatabase({ path: folder.file });
  for (const prefix of ["a-", "b-", "c-"]) {
    for (let index = 0; index < 200; index++) assert.ok(await database.uploads.findById(`${prefix}${index}`));
  }
  await database.close();
});

test("sees what another process committed", async () => {
  await using folder = await makeFolder();
  const database = await openSqliteDatabase({ path: folder.file });
  assert.equal(await database.uploads.findById("other-0"), undefined);
  const { exit, output } = startWriter(folder.file, "other-", 1);
  await exit;
  assert.equal(await output, "other-0\n");
  assert.ok(await database.uploads.findById("other-0"));
  await database.close();
});

test("keeps two processes within an account's quota together", async () => {
  await using folder = await makeFolder();
  const database = await openSqliteDatabase({ path: folder.file });
  const { accountId } = await createContents(database);
  const quotaBytes = 15 + 5 * 200;
  const child = spawn(process.execPath, [filler, folder.file, String(quotaBytes)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  const output = text(child.stdout);
  await once(child.stdout, "data");
  const own = await fillUp(database, quotaBytes);
  assert.deepEqual(await exit, [0, null]);
  const [, theirs] = (await output).split("\n").map(Number);
  assert.equal(own + (theirs ?? NaN), 200);
  assert.deepEqual(await database.files.getUsage(accountId), { fileCount: 203, sizeBytes: quotaBytes });
  await database.close();
});
