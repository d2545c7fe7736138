import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { assertAllIsThere, isKnown, manifest, unpackOldData } from "./_old-data.ts";
import { lacking } from "./_programs.ts";
import { ServerProcess } from "./_server-process.ts";

const skip = lacking(["tar", "--version"]);
/** Many programs are started one after the other. */
const timeout = 300_000;

interface ListedKey {
  name: string;
  scopes: object;
  addresses: string[];
  expiresAt?: string;
  revokedAt?: string;
}

/** As stored in the rows, by the name of the key. */
function scopesKept(file: string): Map<string, Record<string, string>> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = database.prepare("select name, scopes from api_keys").all() as { name: string; scopes: string }[];
    return new Map(rows.map(({ name, scopes }) => [name, JSON.parse(scopes) as Record<string, string>]));
  } finally {
    database.close();
  }
}

test("opens the data of 2026-11-25 without losing anything", { skip, timeout }, async () => {
  await using server = await ServerProcess.prepare((folder) => unpackOldData(folder));
  await server.start();
  await assertAllIsThere(server);
  assert.match(await readFile(join(server.dataDir, "bytes", "store.json"), "utf8"), /^\{"id":"[a-z0-9]{16}"\}$/m);
  const kept = scopesKept(join(server.dataDir, "consigne.sqlite"));
  const accounts = await operate<{ email: string; plan: string; isLocked: boolean }[]>(server, "user", "list");
  for (const { email, keys = [], revokedKey, locked, plan } of manifest.users) {
    const account = accounts.find((each) => each.email === email);
    assert.deepEqual([account?.plan, account?.isLocked], [plan, locked ?? false]);
    const listed = await operate<ListedKey[]>(server, "key", "list", email);
    assert.equal(listed.length, keys.length + (revokedKey === undefined ? 0 : 1));
    for (const { name, scopes, addresses, expiresAt } of keys) {
      const found = listed.find((key) => key.name === name);
      // Old keys were never asked for the right to manage keys, and none has it now.
      assert.deepEqual(kept.get(name), { ...scopes, keys: "none" });
      // Rights to unimplemented areas are kept, but not shown.
      const { ftp, vouchers, ...served } = kept.get(name) ?? {};
      assert.deepEqual([ftp, vouchers], [scopes["ftp"], scopes["vouchers"]]);
      assert.deepEqual(
        [found?.scopes, found?.addresses, found?.expiresAt, found?.revokedAt],
        [served, addresses, expiresAt, undefined],
      );
    }
  }
  for (const { email, password } of manifest.users.filter(({ locked }) => locked === true)) {
    await operate(server, "user", "unlock", email);
    assert.ok(await isKnown(server, email, password));
  }
  const check = await operate<{ isSound: boolean; findings: unknown[] }>(server, "fsck", "--deep");
  assert.deepEqual([check.isSound, check.findings], [true, []]);
});

test("refuses a data folder of a newer version, says so, and leaves it unchanged", { skip, timeout }, async () => {
  await using server = await ServerProcess.prepare((folder) => unpackOldData(folder));
  const files = ["consigne.sqlite", "instance.json"].map((name) => join(server.dataDir, name));
  const read = () => Promise.all(files.map((path) => readFile(path)));
  const isRefused = async (...words: RegExp[]) => {
    const before = await read();
    await assert.rejects(server.start(), (error: Error) => words.every((word) => word.test(error.message)));
    assert.deepEqual(await read(), before);
  };

  await writeFile(join(server.dataDir, "instance.json"), '{"format":2}\n');
  await isRefused(/newer version of Consigne/, /format 2/, /ended with 1/);
  await writeFile(join(server.dataDir, "instance.json"), '{"format":1}\n');

  const database = new DatabaseSync(join(server.dataDir, "consigne.sqlite"));
  database.exec(
    "insert into kysely_migration (name, timestamp) values ('9999-of-tomorrow', '2036-01-31T00:00:00.000Z')",
  );
  database.close();
  await isRefused(/changed by a newer version of Consigne/, /Start that version/, /ended with 1/);
});

async function operate<T>(server: ServerProcess, ...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await server.operate(...args, "--json");
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as T;
}
