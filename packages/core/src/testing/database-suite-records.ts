import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuditRecord } from "../audit/audit-record.ts";
import { at, sampleAuditRecord, sampleFloodLock, may } from "./database-suite-samples.ts";
import type { OpenDatabase } from "./database-suite-samples.ts";

export function floodLockTests(open: OpenDatabase): void {
  test("lists the locks in force at a given time", async () => {
    await using opened = await open();
    const { floodLocks } = opened.database;
    assert.deepEqual(await floodLocks.listActive(at(0), undefined, 10), []);
    const lock = sampleFloodLock({ lockedUntil: at(60) });
    const released = sampleFloodLock({ lockedUntil: at(600), releasedAt: at(1) });
    const long = sampleFloodLock({ kind: "key", subject: "k", lockedUntil: at(600) });
    for (const each of [lock, released, long]) await floodLocks.create(each);
    assert.deepEqual(await floodLocks.listActive(at(59), undefined, 10), [lock, long]);
    assert.deepEqual(await floodLocks.listActive(at(60), undefined, 10), [long]);
    assert.deepEqual(await floodLocks.listActive(at(600), undefined, 10), []);
    assert.deepEqual(await floodLocks.listActive(at(0), undefined, 1), [lock]);
    assert.deepEqual(await floodLocks.listActive(at(0), lock, 1), [long]);
    assert.deepEqual(await floodLocks.listActive(at(0), long, 1), []);
    assert.deepEqual(await floodLocks.findLast(at(59)), long);
    assert.deepEqual(await floodLocks.findLast(at(600)), undefined);
  });

  test("lists a subject's locks since a given time, newest first, including released ones", async () => {
    await using opened = await open();
    const { floodLocks } = opened.database;
    const old = sampleFloodLock({ lockedAt: at(1) });
    const middle = sampleFloodLock({ lockedAt: at(2), releasedAt: at(3) });
    const recent = sampleFloodLock({ lockedAt: at(3) });
    const otherKind = sampleFloodLock({ lockedAt: at(3), kind: "account" });
    const otherSubject = sampleFloodLock({ lockedAt: at(3), subject: "192.0.2.70" });
    for (const each of [middle, old, recent, otherKind, otherSubject]) await floodLocks.create(each);
    assert.deepEqual(await floodLocks.listRecent("ip", "192.0.2.7", at(2)), [recent, middle]);
    assert.deepEqual(await floodLocks.listRecent("ip", "192.0.2.7", at(0)), [recent, middle, old]);
    assert.deepEqual(await floodLocks.listRecent("key", "192.0.2.7", at(0)), []);
  });

  test("releases a lock only once", async () => {
    await using opened = await open();
    const { floodLocks } = opened.database;
    const lock = sampleFloodLock();
    await floodLocks.create(lock);
    assert.deepEqual(await floodLocks.release(may(lock.id), at(5)), { ...lock, releasedAt: at(5) });
    assert.equal(await floodLocks.release(may(lock.id), at(6)), undefined);
    assert.equal(await floodLocks.release(may("unknown"), at(6)), undefined);
    assert.deepEqual(await floodLocks.listRecent("ip", lock.subject, at(0)), [{ ...lock, releasedAt: at(5) }]);
  });

  test("forgets locks that ended or were released before a given time", async () => {
    await using opened = await open();
    const { floodLocks } = opened.database;
    const ended = sampleFloodLock({ lockedUntil: at(9) });
    const released = sampleFloodLock({ lockedUntil: at(90), releasedAt: at(9) });
    const kept = sampleFloodLock({ lockedUntil: at(10) });
    for (const each of [ended, released, kept]) await floodLocks.create(each);
    assert.equal(await floodLocks.removeEndedBefore(at(10)), 2);
    assert.equal(await floodLocks.removeEndedBefore(at(10)), 0);
    assert.deepEqual(await floodLocks.listRecent("ip", kept.subject, at(0)), [kept]);
  });
}

export function auditTests(open: OpenDatabase): void {
  test("lists audit records newest first, also within one instant", async () => {
    await using opened = await open();
    const { audit } = opened.database;
    assert.deepEqual(await audit.list({ limit: 10 }), []);
    await audit.append([]);
    const late = sampleAuditRecord({ at: at(5) });
    const early = sampleAuditRecord({ at: at(1), accountId: undefined, apiKeyId: "k" });
    const alsoEarly = sampleAuditRecord({ at: at(1), details: {} });
    await audit.append([late]);
    await audit.append([early, alsoEarly]);
    assert.deepEqual(await audit.list({ limit: 10 }), [late, alsoEarly, early]);
    assert.deepEqual(await audit.list({ limit: 2 }), [late, alsoEarly]);
  });

  test("lists audit records page by page, even if the last of a page is gone or newer ones arrive", async () => {
    await using opened = await open();
    const { audit } = opened.database;
    const created = Array.from({ length: 10 }, (_, index) => sampleAuditRecord({ at: at(Math.floor(index / 4)) }));
    for (const record of created) await audit.append([record]);
    const newestFirst = created.toReversed();
    const walk = async (between: () => Promise<unknown>) => {
      const ids: string[] = [];
      for (let after: AuditRecord | undefined; ;) {
        const page = await audit.list({ accountId: "account", after, limit: 3 });
        ids.push(...page.map(({ id }) => id));
        after = page.at(-1);
        if (after === undefined) return ids;
        await between();
      }
    };
    const all = newestFirst.map(({ id }) => id);
    assert.deepEqual(await walk(async () => {}), all);
    assert.deepEqual(await walk(() => audit.append([sampleAuditRecord({ at: at(100) })])), all);
    await audit.removeBefore(at(2));
    const rest = await audit.list({ after: { at: at(1), id: newestFirst[4]?.id ?? "" }, limit: 10 });
    assert.deepEqual(rest, [], "trimming removes everything older");
  });

  test("lists what an account did and what others did to it, as one list in pages", async () => {
    await using opened = await open();
    const { audit } = opened.database;
    const mine = (time: number, more: Partial<AuditRecord> = {}) =>
      sampleAuditRecord({ at: at(time), accountId: "a", apiKeyId: undefined, objectId: "file", ...more });
    const theirs = (time: number, accountId?: string) =>
      sampleAuditRecord({ at: at(time), accountId, apiKeyId: undefined, objectId: "a", action: "account.lock" });
    const created = [
      mine(1),
      theirs(1),
      mine(1, { objectId: "a", action: "account.settings" }),
      theirs(2, "b"),
      mine(3, { apiKeyId: "k" }),
      sampleAuditRecord({ at: at(3), accountId: "b", objectId: "elsewhere" }),
      mine(4, { action: "file.cut" }),
    ];
    for (const record of created) await audit.append([record]);
    const all = [6, 4, 3, 2, 1, 0].map((index) => created[index]);
    const list = (filter: object, limit = 10) => audit.listOfAccount("a", { ...filter, limit });
    assert.deepEqual(await list({}), all);
    const walked: AuditRecord[] = [];
    for (let page = await list({}, 2); page.length > 0; page = await list({ after: walked.at(-1) }, 2))
      walked.push(...page);
    assert.deepEqual(walked, all, "no duplicates and no omissions, even within one instant");
    const indexes = async (filter: object) =>
      (await list(filter)).map(({ id }) => created.findIndex((record) => record.id === id));
    assert.deepEqual(await indexes({ by: "others" }), [3, 1]);
    assert.deepEqual(await indexes({ by: "me" }), [6, 4, 2, 0]);
    assert.deepEqual(await indexes({ apiKeyId: "k" }), [4]);
    assert.deepEqual(await indexes({ by: "others", apiKeyId: "k" }), []);
    assert.deepEqual(await indexes({ objectId: "a" }), [3, 2, 1]);
    assert.deepEqual(await indexes({ objectId: "file" }), [6, 4, 0]);
    assert.deepEqual(await indexes({ action: "file.cut" }), [6]);
    assert.deepEqual(await indexes({ since: at(2), until: at(4) }), [4, 3]);
    assert.deepEqual(await audit.listOfAccount("c", { limit: 10 }), []);
  });

  test("lists audit records of an account, an object, both, or an action", async () => {
    await using opened = await open();
    const { audit } = opened.database;
    const one = sampleAuditRecord({ accountId: "a", objectId: "x" });
    const two = sampleAuditRecord({ accountId: "a", objectId: "y" });
    const three = sampleAuditRecord({ accountId: "b", objectId: "x", action: "file.vanish" });
    await audit.append([one, two, three]);
    assert.deepEqual(await audit.list({ accountId: "a", limit: 10 }), [two, one]);
    assert.deepEqual(await audit.list({ objectId: "x", limit: 10 }), [three, one]);
    assert.deepEqual(await audit.list({ accountId: "a", objectId: "x", limit: 10 }), [one]);
    assert.deepEqual(await audit.list({ accountId: "c", limit: 10 }), []);
    assert.deepEqual(await audit.list({ action: "file.vanish", limit: 10 }), [three]);
  });

  test("appends a thousand audit records at once and removes the old ones", async () => {
    await using opened = await open();
    const { audit } = opened.database;
    const records = Array.from({ length: 1000 }, (_, index) => sampleAuditRecord({ at: at(index) }));
    await audit.append(records);
    assert.deepEqual(await audit.list({ limit: 2000 }), records.toReversed());
    assert.equal(await audit.removeBefore(at(990)), 990);
    assert.deepEqual(await audit.list({ limit: 2000 }), records.slice(990).toReversed());
  });

  test("keeps the newest audit records of each account, of the operator and of all guests", async () => {
    await using opened = await open();
    const { audit } = opened.database;
    const nobody = { accountId: undefined, apiKeyId: undefined };
    const kinds = [
      { accountId: "a" },
      { accountId: "b" },
      { ...nobody, address: "operator" },
      { ...nobody, address: "192.0.2.1" },
      { ...nobody, address: "192.0.2.2" },
    ];
    // Not in chronological order; those of the same second are in order of arrival.
    const seconds = [...Array.from({ length: 300 }, (_, index) => index % 100), 500, 400, 400];
    const records = seconds.flatMap((second) => kinds.map((kind) => sampleAuditRecord({ ...kind, at: at(second) })));
    await audit.append([...records, sampleAuditRecord({ accountId: "c" })]);
    assert.equal(await audit.removeAllBut(2), records.length - 4 * 2);
    const left = await audit.list({ limit: 2000 });
    assert.deepEqual(
      left.map(({ accountId, address, at: time }) => [accountId ?? address, (time.getTime() - at(0).getTime()) / 1000]),
      [
        ["192.0.2.2", 500],
        ["192.0.2.1", 500],
        ["operator", 500],
        ["b", 500],
        ["a", 500],
        ["operator", 400],
        ["b", 400],
        ["a", 400],
        ["c", 0],
      ],
    );
    assert.equal(left[5]?.id, records.at(-3)?.id);
    assert.equal(await audit.removeAllBut(2), 0);
  });
}
