import assert from "node:assert/strict";
import { test } from "node:test";
import { type AuditRecord, newRecordId } from "@consigne/core";
import { type Bench, openBench, overriding, uploadTexts } from "../_services.ts";

const texts = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at}.txt`, "x"]));

/** The records that `call` adds, oldest first. */
async function recordsOf({ ports }: Bench, call: () => Promise<unknown>): Promise<AuditRecord[]> {
  const list = () => ports.database.audit.list({ limit: 1000 });
  const before = (await list()).length;
  await call();
  const now = await list();
  return now.slice(0, now.length - before).toReversed();
}

test("a call leaves one record per changed file, or one for all if more than twenty", async () => {
  await using bench = await openBench({ rules: { maxFiles: 100 } });
  const owner = await bench.account();
  const { files, folders } = bench.services;
  const folder = (await folders.create(owner, "root", "folder")).id;
  const root = owner.rootFolderId;
  for (const count of [20, 21]) {
    const references: { fileId: string }[] = [];
    const calls: [action: string, folder: number, call: () => Promise<unknown>][] = [
      ["file.upload", root, async () => references.push(...(await uploadTexts(bench, owner, texts(count))))],
      ["file.move", folder, () => files.move(owner, references, folder)],
      ["file.copy", folder, () => files.copy(owner, references, { destination: folder })],
      ["file.attributes", folder, () => files.changeAttributes(owner, references, { description: "note" })],
      [
        "file.rename",
        folder,
        () =>
          files.rename(
            owner,
            references.map((reference, at) => ({ reference, name: `new ${at}.txt` })),
          ),
      ],
      [
        "file.remove",
        folder,
        () =>
          files.remove(
            owner,
            references.map((reference) => ({ reference })),
          ),
      ],
    ];
    for (const [action, where, call] of calls) {
      const records = await recordsOf(bench, call);
      assert.equal(records.length, count === 20 ? 20 : 1, `${action} of ${count}`);
      const [first] = records;
      assert.equal(first?.action, action);
      if (action !== "file.copy") assert.equal(first?.objectId, references[0]?.fileId);
      const names = { name: action === "file.rename" || action === "file.remove" ? "new 0.txt" : "0.txt" };
      assert.deepEqual(first?.details, count === 20 ? names : { count, folder: where });
    }
  }
});

test("a call on many files in several folders records how many", async () => {
  await using bench = await openBench({ rules: { maxFiles: 100 } });
  const owner = await bench.account();
  const folder = (await bench.services.folders.create(owner, "root", "folder")).id;
  const references = [
    ...(await uploadTexts(bench, owner, texts(15))),
    ...(await uploadTexts(bench, owner, texts(15), folder)),
  ];
  const [record] = await recordsOf(bench, () =>
    bench.services.files.changeAttributes(owner, references, { description: "note" }),
  );
  assert.deepEqual(record?.details, { count: 30 });
});

test("a record keeps the first 200 characters of a name, without splitting one", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const name = `${"ä".repeat(199)}🙂${"z".repeat(20)}`;
  const [record] = await recordsOf(bench, () => uploadTexts(bench, owner, { [name]: "x" }));
  assert.deepEqual(record?.details, { name: `${"ä".repeat(199)}🙂` });
});

test("a flood of records keeps the newest 50,000 of its account, and all of everybody else's", async () => {
  await using bench = await openBench();
  const [busy, calm] = [await bench.account(), await bench.account()];
  const { audit } = bench.ports.database;
  await uploadTexts(bench, calm, { "a.txt": "x" });
  const others = (await audit.list({ limit: 100 })).length;
  const at = bench.clock.now();
  const flood: AuditRecord[] = Array.from({ length: 52_300 }, (_, index) => ({
    id: newRecordId(),
    at,
    accountId: busy.account.id,
    apiKeyId: undefined,
    address: busy.address,
    action: "file.move",
    objectId: String(index),
    details: {},
  }));
  await audit.append(flood);
  assert.ok(
    (await audit.list({ accountId: busy.account.id, limit: 100_000 })).length <= 51_000,
    "before any housekeeping",
  );
  await bench.services.collector.collect();
  const left = await audit.list({ accountId: busy.account.id, limit: 100_000 });
  assert.deepEqual([left.length, left.at(0)?.objectId, left.at(-1)?.objectId], [50_000, "52299", "2300"]);
  assert.equal((await audit.list({ limit: 100_000 })).length, 50_000 + others);
  assert.equal((await bench.services.collector.collect()).auditRecords, 0);
});

test("what was changed by and to an account is listed page by page, newest first and once each", async () => {
  let reads = 0;
  await using bench = await openBench({
    replace: ({ database }) => ({
      database: overriding(database, {
        audit: overriding(database.audit, { list: (page) => (reads++, database.audit.list(page)) }),
      }),
    }),
  });
  const { account } = await bench.account("ana@example.org");
  const start = bench.clock.now().getTime() + 1000;
  await bench.ports.database.transaction(async (rows) => {
    for (let at = 0; at < 900; at++) {
      // By the account to something, by somebody to the account, by the account to itself, by somebody to something.
      const [accountId, objectId] = [
        [account.id, "x"],
        ["other", account.id],
        [account.id, account.id],
        ["other", "x"],
      ][at % 4] as [string, string];
      const base = { apiKeyId: undefined, address: "operator", action: "test", details: {} };
      await rows.audit.append([{ ...base, id: `record${at}`, at: new Date(start + at), accountId, objectId }]);
    }
  });
  const expected = Array.from({ length: 900 }, (_, at) => 899 - at).filter((at) => at % 4 !== 3);
  const { auditLog } = bench.services;
  const idsOf = (records: readonly { id: string }[]) => records.map(({ id }) => Number(id.slice("record".length)));
  assert.deepEqual(
    idsOf(await (await auditLog.listOfAccount("operator", account.id, 600)).all()),
    expected.slice(0, 600),
  );
  reads = 0;
  const latest = await auditLog.listOfAccount("operator", account.id, 3);
  assert.deepEqual(idsOf(latest.first), expected.slice(0, 3));
  assert.ok(reads <= 3, `${reads} pages were read`);
  assert.equal(await auditLog.findAccount("operator", "ANA@example.org"), account.id);
  assert.deepEqual(
    await auditLog.emailsOf("operator", new Set([account.id, "x"])),
    new Map([[account.id, "ana@example.org"]]),
  );
});

test("a record about a folder contains its name, whatever was done to it", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { folders, shares, entryChanges, trash } = bench.services;
  let id = 0;
  const told = async (call: () => Promise<unknown>) =>
    (await recordsOf(bench, call)).map(({ action, details }) => [action, details["name"]]);
  assert.deepEqual(await told(async () => (id = (await folders.create(owner, "root", "a")).id)), [
    ["folder.create", "a"],
  ]);
  assert.deepEqual(await told(() => folders.move(owner, id, { name: "b" })), [["folder.move", "b"]]);
  const share = (isShared: boolean) => shares.share(owner, id, { isShared, password: undefined });
  assert.deepEqual(await told(() => share(true)), [["folder.share", "b"]]);
  assert.deepEqual(await told(() => share(false)), [["folder.unshare", "b"]]);
  const change = (what: Parameters<typeof entryChanges.change>[1][number]["change"]) =>
    entryChanges.change(owner, [{ entry: { folder: id }, change: what }], "fail");
  assert.deepEqual(await told(() => change({ name: "c" })), [["folder.move", "c"]]);
  for (const removal of ["remove", "remove-whole"] as const) {
    assert.deepEqual(await told(() => change(removal)), [["folder.remove", "c"]]);
    const [entry] = (await trash.list(owner, { limit: 1 })).entries;
    assert.deepEqual(await told(() => trash.restore(owner, [entry?.id ?? 0])), [["folder.restore", "c"]]);
  }
  assert.deepEqual(await told(() => folders.remove(owner, id)), [["folder.remove", "c"]]);
});

test("a record names its account, link or lock as people know it", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { accounts, links, flood, versions } = bench.services;
  const detailsOf = async (call: () => Promise<unknown>) =>
    (await recordsOf(bench, call)).map(({ details }) => details);
  const { email } = owner.account;
  const { account: other } = await bench.account();
  const lockOther = () => accounts.setLocked("operator", other, true);
  assert.deepEqual(await detailsOf(lockOther), [{ account: other.email }]);
  const [old = "", by = ""] = [
    ...(await uploadTexts(bench, owner, { "a.txt": "x" })),
    ...(await uploadTexts(bench, owner, { "b.txt": "y" })),
  ].map(({ fileId }) => fileId);
  assert.deepEqual(await detailsOf(() => links.add(owner, { fileId: old }, { note: "for Ann" })), [
    { name: "a.txt", note: "for Ann" },
  ]);
  assert.deepEqual(await detailsOf(() => versions.replace(owner, [{ fileId: old, by }])), [{ name: "a.txt", by }]);
  const lockedAt = bench.clock.now();
  const lockedUntil = new Date(lockedAt.getTime() + 60_000);
  const [id, subject] = [newRecordId(), owner.account.id];
  const lock = { id, kind: "account", subject, reason: "calls", lockedAt, lockedUntil, releasedAt: undefined } as const;
  await bench.ports.database.floodLocks.create(lock);
  assert.deepEqual(await detailsOf(() => flood.release("operator", id)), [{ kind: "account", who: email }]);
});
