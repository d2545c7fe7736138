import { DatabaseError, defaultAccountSettings } from "@consigne/core";
import { sampleApiKey } from "@consigne/core/testing";
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { describeSqlite, listMigrations, migrateSqlite, openSqliteDatabase } from "../src/index.ts";
import { openWriter } from "../src/sqlite/sqlite-file.ts";
import { applyMigrations, sqliteMigrations } from "../src/sqlite/sqlite-schema.ts";
import { makeFolder } from "./_folder.ts";

const known = Object.keys(sqliteMigrations);

function readSchema(file: string): unknown[] {
  const database = new DatabaseSync(file);
  const rows = database.prepare("select type, name, sql from sqlite_master order by name").all();
  database.close();
  return rows;
}

test("applies each migration once", async () => {
  await using folder = await makeFolder();
  assert.deepEqual(await migrateSqlite(folder.file), { applied: known });
  const before = readSchema(folder.file);
  assert.deepEqual(await migrateSqlite(folder.file), { applied: [] });
  await (await openSqliteDatabase({ path: folder.file })).close();
  assert.deepEqual(readSchema(folder.file), before);
});

test("lets several callers migrate at once and applies each migration once", async () => {
  await using folder = await makeFolder();
  const outcomes = await Promise.all(Array.from({ length: 5 }, () => migrateSqlite(folder.file)));
  assert.deepEqual(
    outcomes.flatMap(({ applied }) => applied),
    known,
  );
});

test("describes an absent, empty or current file without changing it", async () => {
  await using folder = await makeFolder();
  const blank = { schemaVersion: undefined, pending: known, isNewer: false };
  assert.deepEqual(await describeSqlite(folder.file), { exists: false, ...blank });
  assert.deepEqual(await describeSqlite(folder.file), { exists: false, ...blank });
  await writeFile(folder.file, "");
  assert.deepEqual(await describeSqlite(folder.file), { exists: true, ...blank });
  assert.deepEqual(
    await listMigrations(folder.file),
    known.map((name) => ({ name, appliedAt: undefined })),
  );
  await migrateSqlite(folder.file);
  const current = { exists: true, schemaVersion: known.at(-1), pending: [], isNewer: false };
  assert.deepEqual(await describeSqlite(folder.file), current);
  const listed = await listMigrations(folder.file);
  assert.deepEqual(
    listed.map(({ name }) => name),
    known,
  );
  assert.ok(listed.every(({ appliedAt }) => appliedAt instanceof Date && appliedAt.getTime() > 0));
});

test("refuses to open without migrating while a migration is pending", async () => {
  await using folder = await makeFolder();
  const options = { path: folder.file, migrate: false };
  await assert.rejects(openSqliteDatabase(options), (error) => {
    return (
      error instanceof DatabaseError && error.failure === "unavailable" && /consigne-server migrate/.test(error.message)
    );
  });
  await migrateSqlite(folder.file);
  await (await openSqliteDatabase(options)).close();
});

test("keeps the old tables and names the migration if one fails", async () => {
  await using folder = await makeFolder();
  await migrateSqlite(folder.file);
  const before = readSchema(folder.file);
  const connection = await openWriter(folder.file, 1000);
  const next: typeof sqliteMigrations = {
    ...sqliteMigrations,
    "9998-good": { up: (db) => db.schema.createTable("good").addColumn("id", "integer").execute() },
    "9999-bad": {
      up: async (db) => {
        await db.schema.createTable("half").addColumn("id", "integer").execute();
        await db.schema.dropTable("no_such_table").execute();
      },
    },
  };
  await assert.rejects(applyMigrations(connection, next), (error) => {
    return error instanceof DatabaseError && /9999-bad.*changed nothing/.test(error.message);
  });
  connection.close();
  assert.deepEqual(readSchema(folder.file), before);
  assert.deepEqual((await describeSqlite(folder.file)).pending, []);
  await (await openSqliteDatabase({ path: folder.file })).close();
});

test("refuses a file changed by a newer version", async () => {
  await using folder = await makeFolder();
  await migrateSqlite(folder.file);
  const connection = await openWriter(folder.file, 1000);
  await applyMigrations(connection, { ...sqliteMigrations, "9999-future": { up: async () => {} } });
  connection.close();
  assert.equal((await describeSqlite(folder.file)).isNewer, true);
  const isRefused = (error: unknown) =>
    error instanceof DatabaseError &&
    /by a newer version of Consigne\. .*Start that version/.test(error.message) &&
    !error.message.includes("9999-future");
  await assert.rejects(openSqliteDatabase({ path: folder.file }), isRefused);
  await assert.rejects(openSqliteDatabase({ path: folder.file, migrate: false }), isRefused);
  await assert.rejects(migrateSqlite(folder.file), isRefused);
});

test("keeps the settings that accounts stored as wire numbers", async () => {
  await using folder = await makeFolder();
  const earlier = Object.entries(sqliteMigrations).filter(([name]) => name < "0015");
  const connection = await openWriter(folder.file, 1000);
  await applyMigrations(connection, Object.fromEntries(earlier));
  connection.close();
  const flags = { ftpReport: 1, remoteUploadReport: 0, defaultPort: 1, defaultPortFiles: 0, useCdn: 0, mailRemoval: 1 };
  const usual = { defaultDomain: 3, pageLimit: 101, ...flags, downloadMenu: 1 };
  const settings = {
    one: { ftpMode: 1, ftpFolderId: 0, ...usual },
    other: { ...usual, ftpMode: 0, ftpFolderId: 10 },
    third: { ftpFolderId: 0, defaultDomain: 0, useCdn: 12 },
    fourth: { pageLimit: 0, ftpFolderId: 0 },
    fifth: {},
  };
  const raw = new DatabaseSync(folder.file);
  const insert = raw.prepare(
    `insert into accounts (id, email, email_key, password_hash, plan_id, is_admin, is_locked, settings, created_at)
     values (?1, ?1, ?1, '$', 'unlimited', 0, 0, ?2, 0)`,
  );
  for (const [id, each] of Object.entries(settings)) {
    insert.run(id, JSON.stringify(each));
    raw.prepare("insert into folders (account_id, name, created_at) values (?, '', 0)").run(id);
  }
  raw.close();
  const database = await openSqliteDatabase({ path: folder.file });
  const settingsOf = async (id: string) => (await database.accounts.findById(id))?.settings;
  const expected = {
    ...defaultAccountSettings,
    defaultDomain: 3,
    pageLimit: 101,
    mailsFtpReport: true,
    usesPlainHttp: true,
    mailsBeforeRemoval: true,
    showsDownloadMenu: true,
  };
  assert.deepEqual(await settingsOf("one"), { ...expected, takesFtpInByHand: true });
  assert.deepEqual(await settingsOf("other"), { ...expected, ftpFolderId: 10 });
  const { useCdn: unknown, ...third } = { useCdn: 0, ...(await settingsOf("third")) };
  assert.deepEqual([unknown, third], [12, defaultAccountSettings], "no other number is mistaken for one of these");
  assert.deepEqual(await settingsOf("fourth"), { ...defaultAccountSettings, pageLimit: 0 });
  assert.deepEqual(await settingsOf("fifth"), defaultAccountSettings);
  await database.close();
});

test("keeps locks in force, whatever wire number they had", async () => {
  await using folder = await makeFolder();
  const earlier = Object.entries(sqliteMigrations).filter(([name]) => name < "0016");
  const connection = await openWriter(folder.file, 1000);
  await applyMigrations(connection, Object.fromEntries(earlier));
  connection.close();
  const raw = new DatabaseSync(folder.file);
  const insert = raw.prepare("insert into flood_locks values (?, 'ip', 'subject', ?, 1, ?, null)");
  const numbers = [374, 219, 38, 218, 223, 412, 375, 1];
  for (const [index, number] of numbers.entries()) insert.run(`${number}`, number, 10 + index);
  raw.close();
  const database = await openSqliteDatabase({ path: folder.file });
  const locks = await database.floodLocks.listActive(new Date(2), undefined, 10);
  assert.deepEqual(
    locks.map(({ reason }) => reason),
    ["calls", "calls", "account-info", "account-info", "listings", "guesses", "abuse", "calls"],
  );
  await database.close();
});

test("applies a migration added after one with a higher number", async () => {
  await using folder = await makeFolder();
  const late = "0025-shared-folders";
  const { [late]: _, ...others } = sqliteMigrations;
  const writer = await openWriter(folder.file, 1000);
  await applyMigrations(writer, others);
  assert.deepEqual(await applyMigrations(writer), [late]);
  writer.close();
  await (await openSqliteDatabase({ path: folder.file })).close();
});

test("keeps keys of an earlier database working, without a maker, and records the maker of new ones", async () => {
  await using folder = await makeFolder();
  // This also works if later ones ran first, as happens when branches are developed in parallel.
  const earlier = Object.entries(sqliteMigrations).filter(([name]) => !name.startsWith("0026-"));
  const connection = await openWriter(folder.file, 1000);
  await applyMigrations(connection, Object.fromEntries(earlier));
  connection.close();
  const raw = new DatabaseSync(folder.file);
  raw.exec(
    `insert into accounts (id, email, email_key, password_hash, plan_id, is_admin, is_locked, settings, created_at)
     values ('one', 'one', 'one', '$', 'unlimited', 0, 0, '{}', 0);
     insert into folders (account_id, name, created_at) values ('one', '', 0);
     insert into api_keys (id, account_id, name, hash, hint, scopes, allowed_addresses, created_at)
     values ('old', 'one', 'old', 'hash', 'abcd', '{}', '[]', 0)`,
  );
  raw.close();
  assert.deepEqual(await migrateSqlite(folder.file), { applied: ["0026-makers-of-keys"] });
  const database = await openSqliteDatabase({ path: folder.file });
  assert.equal((await database.apiKeys.findWithAccountByHash("hash"))?.key.createdByKeyId, undefined);
  const created = sampleApiKey("one", { createdByKeyId: "old" });
  await database.apiKeys.create(created);
  assert.deepEqual(await database.apiKeys.findById(created.id), created);
  await database.close();
});

test("gives links of an earlier database their owner, if their target exists", async () => {
  await using folder = await makeFolder();
  const earlier = Object.entries(sqliteMigrations).filter(([name]) => !name.startsWith("0068-"));
  const connection = await openWriter(folder.file, 1000);
  await applyMigrations(connection, Object.fromEntries(earlier));
  connection.close();
  const raw = new DatabaseSync(folder.file);
  raw.exec(
    `pragma foreign_keys = off;
     insert into accounts (id, email, email_key, password_hash, plan_id, is_admin, is_locked, settings, created_at)
     values ('one', 'one', 'one', '$', 'unlimited', 0, 0, '{}', 0);
     insert into folders (id, account_id, name, created_at) values (1, 'one', '', 0);
     insert into folders (id, account_id, parent_id, name, created_at) values (2, 'one', 1, 'photos', 0);
     insert into links (id, folder_id, used_count, is_on, note, created_at) values ('old', 2, 0, 1, '', 0);
     insert into links (id, trashed_file_id, used_count, is_on, note, created_at) values ('gone', 'f', 0, 1, '', 0);`,
  );
  raw.close();
  assert.deepEqual(await migrateSqlite(folder.file), { applied: ["0068-owners-of-links"] });
  const database = await openSqliteDatabase({ path: folder.file });
  const links = await database.links.listFurtherOpen("one", { now: new Date(), limit: 9 });
  assert.deepEqual(
    links.map(({ id, name }) => [id, name]),
    [["old", "photos"]],
  );
  await database.close();
});
