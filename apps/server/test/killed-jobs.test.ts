import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { StoredBytes } from "@consigne/blobs-fs/testing";
import type { Blob, Ports } from "@consigne/core";
import { createOwner, may, sampleApiKey, sampleFile, sampleTrashEntry } from "@consigne/core/testing";
import { openDataFolder } from "../src/data-folder.ts";
import { openPorts } from "../src/open-ports.ts";
import { embeddedEngines } from "../src/read-engines.ts";
import { DAY_MS } from "./_services.ts";
import { doJobs, servicesOn } from "./_housekeeping-once.ts";

const AT_ONCE = 3;

const child = fileURLToPath(new URL("_job-child.ts", import.meta.url));

/** What ended the process that should kill itself there. */
async function killedAt(folder: string, step: string): Promise<string | null> {
  const [kind = ""] = step.split(" ");
  const program = spawn(process.execPath, [child, folder, kind, step], { stdio: ["ignore", "inherit", "inherit"] });
  const [, signal] = (await once(program, "close")) as [number | null, string | null];
  return signal;
}

async function stepsOf(folder: string): Promise<string[]> {
  const steps = new Set<string>();
  await doJobs(folder, { onStep: (step) => void steps.add(step) });
  return [...steps];
}

/** A folder with something to do for every kind of job, and something that must stay. */
async function prepared(folder: string): Promise<Prepared> {
  await using opened = await openPorts(embeddedEngines, await openDataFolder(folder, { mayCreate: true }));
  const { database, blobs } = opened.ports;
  const longAgo = new Date(Date.now() - 500 * DAY_MS);
  const lock = { kind: "ip", reason: "calls", lockedAt: longAgo, releasedAt: undefined } as const;
  await database.floodLocks.create({ ...lock, id: "old", subject: "192.0.2.1", lockedUntil: longAgo });
  const inForce = new Date(Date.now() + DAY_MS);
  await database.floodLocks.create({ ...lock, id: "kept", subject: "192.0.2.2", lockedUntil: inForce });
  const record = { accountId: undefined, apiKeyId: undefined, address: "x", action: "a", objectId: "o", details: {} };
  await database.audit.append([
    { ...record, id: "old", at: longAgo },
    { ...record, id: "kept", at: new Date() },
  ]);
  const store = async (text: string): Promise<string> => {
    const staged = await blobs.stage();
    await staged.write(Buffer.from(text));
    await staged.complete();
    return staged.key;
  };
  const [discarded, kept, unknown] = [await store("discarded"), await store("kept"), await store("unknown")];
  await database.discardedBytes.add([discarded], new Date());
  using stored = new StoredBytes(join(folder, "bytes"));
  stored.date(unknown, longAgo);
  const [sound, spoilt, unused] = [await store("sound"), await store("spoilt"), await store("unused")];
  const whirlpools = await Promise.all([sound, spoilt, unused].map((key) => whirlpoolOf(opened.ports, key)));
  for (const [at, key] of [sound, spoilt, unused].entries()) {
    const whirlpool = at === 1 ? "0".repeat(128) : (whirlpools[at] ?? "");
    const sizeBytes = (await blobs.stat(key))?.sizeBytes ?? 0;
    await database.blobs.createMany([{ id: key, key, whirlpool, sizeBytes, createdAt: longAgo, damagedAt: undefined }]);
    const blob = await database.blobs.findById(key);
    assert.ok(blob);
    await database.files.createMany([
      sampleFile(blob, undefined, { name: key, createdAt: key === unused ? longAgo : new Date() }),
    ]);
  }
  const ranAt = Date.now();
  const value = { ranAt, quietUntil: ranAt, removedFiles: 0 };
  await database.notes.set({ topic: "guest-files", name: "", value, notedAt: new Date() });
  await database.notes.set({ topic: "past", name: "", value: { ranAt, quietUntil: ranAt }, notedAt: new Date() });
  await database.notes.set({ topic: "trash", name: "", value: { ranAt, quietUntil: ranAt }, notedAt: new Date() });
  const [due, trashed] = [await store("due"), await store("trashed")];
  const [outdated, older] = [await store("outdated"), await store("older")];
  const versions = [
    { key: outdated, endsAt: longAgo },
    { key: older, endsAt: inForce },
  ];
  await fillTrash(opened.ports, [
    { key: due, endsAt: longAgo, versions: [] },
    { key: trashed, endsAt: inForce, versions },
  ]);
  await database.notes.set({
    topic: "deleted-accounts",
    name: "",
    value: { ranAt, quietUntil: ranAt },
    notedAt: new Date(),
  });
  const pictured = await store("pictured");
  await addContent(opened.ports, { key: pictured, endsAt: longAgo });
  const picture = await database.blobs.findById(pictured);
  assert.ok(picture);
  await database.files.createMany([sampleFile(picture, undefined, { name: "picture", createdAt: new Date() })]);
  const { jobs } = servicesOn(opened.ports);
  const order = { kind: "thumbnail", payload: { key: pictured }, uniqueKey: `thumbnail ${pictured}` };
  await database.transaction((rows) => jobs.add(rows, order));
  const left = await store("left");
  await fillDeleted(opened.ports, left, longAgo);
  const [unhashed, twin] = [await store("unhashed"), await store("sound")];
  for (const key of [unhashed, twin]) await addUnhashed(opened.ports, key);
  return {
    discarded,
    kept,
    unknown,
    sound,
    spoilt,
    unused,
    due,
    trashed,
    left,
    outdated,
    older,
    pictured,
    unhashed,
    twin,
  };
}

type Prepared = Record<
  | "discarded"
  | "kept"
  | "unknown"
  | "sound"
  | "spoilt"
  | "unused"
  | "due"
  | "trashed"
  | "left"
  | "outdated"
  | "older"
  | "pictured"
  | "unhashed"
  /** The same bytes as `sound`. */
  | "twin",
  string
>;

/** An account with a file in a folder and a key, which its owner deleted long ago. */
async function fillDeleted(ports: Ports, key: string, removesAt: Date): Promise<void> {
  const { database } = ports;
  const { account, place } = await createOwner(database);
  const blob = { id: key, key, whirlpool: await whirlpoolOf(ports, key), sizeBytes: 4, createdAt: removesAt };
  await database.blobs.createMany([{ ...blob, damagedAt: undefined }]);
  const folder = await database.folders.create({
    accountId: account.id,
    parentId: may(account.rootFolderId),
    name: "left",
    createdAt: removesAt,
    publicShareId: undefined,
    sharePasswordHash: undefined,
  });
  await database.files.createMany([
    sampleFile({ ...blob, damagedAt: undefined, hasLeaves: false }, { ...place, folderId: folder.id }, { name: key }),
  ]);
  await database.apiKeys.create(sampleApiKey(account.id));
  await database.accounts.update(may(account.id), { isLocked: true, removesAt });
}

interface Content {
  readonly key: string;
  readonly endsAt: Date;
}

async function addContent({ database, blobs, hasher }: Ports, { key, endsAt }: Content): Promise<Blob> {
  const whirlpool = await whirlpoolOf({ blobs, hasher }, key);
  const { sizeBytes = 0 } = (await blobs.stat(key)) ?? {};
  const blob = { id: key, key, whirlpool, sizeBytes, createdAt: endsAt, damagedAt: undefined };
  await database.blobs.createMany([blob]);
  return { ...blob, hasLeaves: false };
}

/** A content that arrived in parts and has no checksum yet. */
async function addUnhashed(ports: Ports, key: string): Promise<void> {
  const { database, blobs } = ports;
  const { sizeBytes = 0 } = (await blobs.stat(key)) ?? {};
  const blob = { id: key, key, whirlpool: undefined, sizeBytes, createdAt: new Date(), damagedAt: undefined };
  await database.blobs.createMany([blob]);
  await database.files.createMany([
    sampleFile({ ...blob, hasLeaves: false }, undefined, { name: `unhashed ${key}`, createdAt: new Date() }),
  ]);
  const { jobs } = servicesOn(ports);
  const order = { kind: "checksum", payload: { content: key }, uniqueKey: `checksum ${key}` };
  await database.transaction((rows) => jobs.add(rows, order));
}

/** A removed file for each of these contents, whose versions had the others. */
async function fillTrash(
  ports: Ports,
  removed: readonly (Content & { versions: readonly Content[] })[],
): Promise<void> {
  const { database } = ports;
  const { place } = await createOwner(database);
  for (const { key, endsAt, versions } of removed) {
    const blob = await addContent(ports, { key, endsAt });
    const file = sampleFile(blob, place, { name: key });
    await database.files.createMany([file]);
    const { id, contentType, createdAt } = file;
    for (const version of versions) {
      const { id: blobId } = await addContent(ports, version);
      await database.files.replaceContents([{ id: may(id), blobId, contentType, createdAt }]);
      const times = { replacedAt: createdAt, endsAt: version.endsAt, replacedByKeyId: undefined };
      await database.versions.keepCurrent([{ fileId: may(id), ...times }]);
    }
    await database.files.replaceContents([{ id: may(id), blobId: blob.id, contentType, createdAt }]);
    const entry = { ...sampleTrashEntry(place), targetId: file.id, name: key, endsAt };
    const [entryId = 0] = await database.trash.createMany([entry]);
    await database.trash.takeFiles([{ entryId, fileId: may(file.id) }]);
  }
}

async function whirlpoolOf({ blobs, hasher }: Pick<Ports, "blobs" | "hasher">, key: string): Promise<string> {
  const reader = await blobs.open(key);
  const hash = hasher.start();
  const buffer = new Uint8Array(100);
  await hash.update(buffer.subarray(0, await reader.read(buffer)));
  await reader.close();
  return hash.digest();
}

/** The results of the finished pass; the number of contents depends on what else was removed meanwhile. */
const scrubFigures = "coalesce(json_extract(value, '$.last.damaged'), '-')";

/** What people could notice: all rows except those of the jobs themselves, and all files with bytes in them. */
async function contents(folder: string) {
  using stored = new StoredBytes(join(folder, "bytes"));
  const names = (await readdir(folder, { recursive: true })).filter((name) => !/sqlite|lock/.test(name));
  const files = [...names, ...stored.keys()].toSorted();
  const database = new DatabaseSync(join(folder, "consigne.sqlite"), { readOnly: true });
  database.exec(`attach '${join(folder, "thumbnails.sqlite")}' as pictures`);
  const rows = (table: string, column: string) =>
    database
      .prepare(`select ${column} as id from ${table} order by 1`)
      .all()
      .map(({ id }) => id);
  try {
    return {
      files,
      locks: rows("flood_locks", "id"),
      audit: rows("audit_records", "case action when 'a' then id else action end"),
      discarded: rows("discarded_bytes", "key"),
      contents: rows("blobs", "key || ' ' || (damaged_at is not null) || ' ' || whirlpool"),
      filed: rows("files", "name || ' ' || blob_key"),
      removals: rows("audit_records", "action || ' ' || json_extract(details, '$.name')").filter((text) =>
        String(text).startsWith("file.expire"),
      ),
      guestFiles: rows("files", "name"),
      trash: [...rows("trash_entries", "name"), ...rows("trash_files", "name")],
      folders: rows("folders", "name"),
      keys: rows("api_keys", "name"),
      trashCounts: rows("accounts", "trash_count || ' ' || trash_bytes"),
      versions: rows("file_versions", "blob_key || ' ' || is_ended"),
      versionCounts: rows("accounts", "version_count || ' ' || version_bytes"),
      scrub: rows("notes", scrubFigures),
      statistics: rows("notes", "json_extract(value, '$.holdings.contents') is not null"),
      thumbnails: rows("pictures.thumbnails", "key || ' ' || (bytes is not null)"),
      jobs: rows("jobs", "kind || ' ' || state"),
    };
  } finally {
    database.close();
  }
}

/**
 * Jobs with something to do in the folder above, and how many may be killed at once: most of the time a process is just
 * starting.
 */
const kinds = [
  "checksum",
  "collect-bytes",
  "empty-trash",
  "expire",
  "guest-files",
  "remove-accounts",
  "remove-bytes",
  "scrub",
  "statistics",
  "sweep-staged",
  "thumbnail",
];

suite("jobs have the same outcome wherever their worker was killed", () => {
  let folder: string;
  let origin: string;
  let steps: string[];
  let expected: Awaited<ReturnType<typeof contents>>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "consigne-killed-jobs-"));
    origin = join(folder, "origin");
    ({ steps, expected } = await undisturbed(folder, origin));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const tryStep = async (step: string) => {
    const copy = join(folder, step.replaceAll(" ", "-"));
    await cp(origin, copy, { recursive: true, preserveTimestamps: true });
    assert.equal(await killedAt(copy, step), "SIGKILL", step);
    await stepsOf(copy);
    assert.deepEqual(await contents(copy), expected, `killed at "${step}"`);
  };

  test("all kinds with steps are tested", () => {
    assert.deepEqual([...new Set(steps.map((step) => step.split(" ", 1).join("")))].toSorted(), kinds);
  });
  for (const kind of kinds) {
    test(kind, async () => {
      const own = steps.filter((step) => step.startsWith(`${kind} `));
      for (let at = 0; at < own.length; at += AT_ONCE)
        await Promise.all(own.slice(at, at + AT_ONCE).map((step) => tryStep(step)));
    });
  }
});

/** The result of all jobs if nobody is killed, and the steps that they reach. */
async function undisturbed(folder: string, origin: string) {
  const { discarded, kept, unknown, sound, spoilt, unused, due, trashed, left, ...old } = await prepared(origin);
  const whole = join(folder, "whole");
  await cp(origin, whole, { recursive: true, preserveTimestamps: true });
  const steps = await stepsOf(whole);
  for (const step of [
    "scrub place kept",
    "collect-bytes bytes given up",
    "guest-files files removed",
    "empty-trash entries ended",
    "empty-trash versions ended",
    "empty-trash rows swept",
    "remove-accounts keys removed",
    "remove-accounts files removed",
    "remove-accounts folders removed",
    "remove-accounts account removed",
    "checksum checksum known",
    "thumbnail picture wanted",
    "thumbnail picture decoded",
    "thumbnail thumbnail kept",
  ])
    assert.ok(steps.includes(step), `${step} is not among: ${steps.join(", ")}`);
  const expected = await contents(whole);
  assert.deepEqual([expected.locks, expected.discarded], [["kept"], []]);
  assert.ok(expected.audit.includes("kept") && !expected.audit.includes("old"));
  assert.equal(expected.audit.length, 3, "one record of the removed file, and one of the account");
  assert.deepEqual([expected.folders, expected.keys], [[""], []]);
  assert.deepEqual(expected.removals, [`file.expire ${unused}`]);
  const names = ["picture", sound, spoilt, `unhashed ${old.unhashed}`, `unhashed ${old.twin}`];
  assert.deepEqual(expected.guestFiles, names.toSorted());
  assert.ok(expected.filed.includes(`unhashed ${old.twin} ${sound}`), "it was merged with the identical content");
  assert.deepEqual(expected.thumbnails, [`${old.pictured} 1`]);
  assert.ok(expected.contents.every((content) => /^\w+ \d \w{128}$/.test(String(content))));
  assert.deepEqual(
    expected.contents.map((content) => String(content).slice(0, -129)),
    [sound, trashed, old.older, old.pictured, old.unhashed]
      .map((key) => `${key} 0`)
      .concat(`${spoilt} 1`)
      .toSorted(),
  );
  assert.deepEqual([expected.trash, expected.trashCounts], [[trashed, trashed], ["1 7"]]);
  assert.deepEqual([expected.versions, expected.versionCounts], [[`${old.older} 0`], ["1 5"]]);
  assert.ok(
    !expected.files.some((name) => [unknown, unused, due, left, old.outdated].some((key) => name.includes(key))),
  );
  assert.ok(expected.files.some((name) => name.includes(kept)));
  assert.ok(!expected.files.some((name) => name.includes(discarded)));
  return { steps, expected };
}
