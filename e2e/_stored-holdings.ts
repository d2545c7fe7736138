import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoredBytes } from "@consigne/blobs-fs/testing";
import { digestOf, type Holdings, nothing } from "./_power-load.ts";

export interface StoredHoldings {
  /** By the name of the person's folder. */
  people: Map<string, Holdings>;
  /** The hash of the only account. */
  passwordHash: string;
}

/** The contents of a data folder, read without the server; asserts that rows are sound and that each has its bytes. */
export function readHoldings(dataDir: string): StoredHoldings {
  using stored = new StoredBytes(join(dataDir, "bytes"));
  const database = new DatabaseSync(join(dataDir, "consigne.sqlite"));
  try {
    const rows = (sql: string) => database.prepare(sql).all() as Record<string, string | number | null>[];
    assert.deepEqual(rows("pragma integrity_check"), [{ integrity_check: "ok" }].map(plain), "the database is damaged");
    assert.deepEqual(rows("pragma foreign_key_check"), []);
    for (const { key, size } of rows("select bytes_key as key, size_bytes as size from blobs")) {
      assert.equal(bytesOf(stored, String(key)).length, size, `the bytes ${key} have another size`);
    }
    const people = new Map<string, Holdings>();
    const top = "parent_id = (select id from folders where parent_id is null)";
    for (const { id, name } of rows(`select id, name from folders where ${top}`)) {
      people.set(String(name), readPerson(rows, { dataDir, stored }, { id: Number(id), name: String(name) }));
    }
    return { people, passwordHash: String(rows("select password_hash from accounts")[0]?.["password_hash"]) };
  } finally {
    database.close();
  }
}

/** The same for a running server, which keeps changing everything else. */
export function readPasswordHash(dataDir: string): string {
  const database = new DatabaseSync(join(dataDir, "consigne.sqlite"));
  try {
    return String(database.prepare("select password_hash from accounts").get()?.["password_hash"]);
  } finally {
    database.close();
  }
}

function readPerson(
  rows: (sql: string) => Record<string, string | number | null>[],
  { dataDir, stored }: { dataDir: string; stored: StoredBytes },
  { id, name }: { id: number; name: string },
): Holdings {
  const holdings = nothing();
  const files = rows(`select files.name, bytes_key, files.password_hash,
    (select count(*) from download_tokens where file_id = files.id) as tokens
    from files join blobs on blobs.key = blob_key where folder_id = ${id}`);
  for (const file of files) {
    const digest = digestOf(bytesOf(stored, String(file["bytes_key"])));
    const isProtected = file["password_hash"] !== null;
    holdings.files[String(file["name"])] = { digest, tokens: Number(file["tokens"]), isProtected };
  }
  for (const folder of rows(`select name from folders where parent_id = ${id} order by id`)) {
    holdings.folders.push(String(folder["name"]));
  }
  const keys = rows(`select name from api_keys where name like '${name} %' order by created_at, id`);
  holdings.keys = keys.map((key) => String(key["name"]));
  for (const upload of rows(`select * from part_uploads where folder_id = ${id} and file is null`)) {
    const key = String(upload["bytes_key"]);
    const path = join(dataDir, "bytes", "parts", key);
    // They are moved before the rows of file and upload are made.
    const bytes = () => (existsSync(path) ? readFileSync(path) : bytesOf(stored, key));
    holdings.parts[String(upload["name"])] = Number(upload["received_parts"]) > 0 ? digestOf(bytes()) : null;
  }
  return holdings;
}

const bytesOf = (stored: StoredBytes, key: string): Buffer =>
  stored.find(key) ?? assert.fail(`the bytes ${key} are gone`);

/** In the form of SQLite's rows. */
const plain = (row: object) => Object.assign(Object.create(null) as object, row);
