import assert from "node:assert/strict";
import { test } from "node:test";
import { at, sampleReport, sampleUpload } from "./database-suite-samples.ts";
import type { OpenDatabase } from "./database-suite-samples.ts";

export function uploadTests(open: OpenDatabase): void {
  test("returns an upload session as created", async () => {
    await using opened = await open();
    const { uploads } = opened.database;
    const session = sampleUpload();
    const finished = sampleUpload({ state: "finished", report: sampleReport({ isIncoming: true }) });
    await uploads.create(session);
    await uploads.create(finished);
    assert.deepEqual(await uploads.findById(session.id), session);
    assert.deepEqual(await uploads.findById(finished.id), finished);
    assert.equal(await uploads.findById("unknown"), undefined);
    assert.equal(await uploads.findById(session.id.toLowerCase() + "x"), undefined);
  });

  test("claims an offered session once", async () => {
    await using opened = await open();
    const { uploads } = opened.database;
    const session = sampleUpload();
    await uploads.create(session);
    assert.equal(await uploads.claim(session.id, at(5), at(50)), true);
    assert.deepEqual(await uploads.findById(session.id), { ...session, state: "receiving", expiresAt: at(50) });
    assert.equal(await uploads.claim(session.id, at(6), at(60)), false);
    assert.equal((await uploads.findById(session.id))?.expiresAt.getTime(), at(50).getTime());
  });

  test("claims an id that was never offered", async () => {
    await using opened = await open();
    const { uploads } = opened.database;
    assert.equal(await uploads.claim("Invented00", at(5), at(50)), true);
    const expected = { id: "Invented00", state: "receiving", report: undefined, createdAt: at(5), expiresAt: at(50) };
    assert.deepEqual(await uploads.findById("Invented00"), expected);
    assert.equal(await uploads.claim("Invented00", at(5), at(50)), false);
  });

  test("gives a session to one of many who claim it at once", async () => {
    await using opened = await open();
    const { uploads } = opened.database;
    const claims = Array.from({ length: 10 }, () => uploads.claim("Wanted0000", at(1), at(2)));
    assert.equal((await Promise.all(claims)).filter(Boolean).length, 1);
  });

  test("claims a released session again", async () => {
    await using opened = await open();
    const { uploads } = opened.database;
    await uploads.claim("Again00000", at(1), at(10));
    await uploads.release("Again00000");
    assert.equal(await uploads.findById("Again00000"), undefined);
    assert.equal(await uploads.claim("Again00000", at(2), at(20)), true);
    await uploads.release("unknown");
    assert.equal(await uploads.findById("unknown"), undefined);
  });

  test("keeps the report of a finished session, which stays finished", async () => {
    await using opened = await open();
    const { uploads } = opened.database;
    const report = sampleReport();
    await uploads.claim("Finished00", at(1), at(10));
    await uploads.finish("Finished00", report, at(99), { accountId: "a" });
    const expected = { id: "Finished00", state: "finished", report, createdAt: at(1), expiresAt: at(99) };
    assert.deepEqual(await uploads.findById("Finished00"), expected);
    assert.equal(await uploads.claim("Finished00", at(2), at(20)), false);
    await uploads.release("Finished00");
    assert.deepEqual(await uploads.findById("Finished00"), expected);
  });

  test("keeps the report of a session that was cleaned up while receiving", async () => {
    await using opened = await open();
    const { uploads } = opened.database;
    const report = sampleReport();
    await uploads.claim("Verylong00", at(1), at(10));
    assert.equal(await uploads.removeExpired(at(11), at(2_000_000)), 1);
    await uploads.finish("Verylong00", report, at(99), { network: "n" });
    const found = await uploads.findById("Verylong00");
    assert.deepEqual(found?.report, report);
    assert.equal(found?.state, "finished");
  });

  test("removes a holder's oldest reports, and no others", async () => {
    await using opened = await open();
    const { uploads } = opened.database;
    const report = sampleReport();
    const bytes = Buffer.byteLength(JSON.stringify(report));
    const [account, network, other] = [{ accountId: "a" }, { network: "n" }, { network: "o" }] as const;
    for (const [index, holder] of [account, network, other].entries()) {
      for (let second = 1; second <= 4; second++)
        await uploads.finish(`${index}-${second}`, report, at(second), holder);
    }
    await uploads.claim("receiving", at(0), at(0));
    const left = async () => {
      const ids = [0, 1, 2].flatMap((index) => [1, 2, 3, 4].map((second) => `${index}-${second}`));
      const found = await Promise.all([...ids, "receiving"].map((id) => uploads.findById(id)));
      return found.flatMap((each) => each?.id ?? []).join(" ");
    };
    const most = { count: 4, bytes: 4 * bytes };
    assert.equal(await uploads.removeOldestReports(account, most), 0);
    assert.equal(await uploads.removeOldestReports(account, { ...most, count: 3 }), 1);
    assert.equal(await uploads.removeOldestReports(network, { ...most, bytes: 4 * bytes - 1 }), 1);
    assert.equal(await left(), "0-2 0-3 0-4 1-2 1-3 1-4 2-1 2-2 2-3 2-4 receiving");
    assert.equal(await uploads.removeOldestReports("all guests", { count: 100, bytes: 4 * bytes }), 3);
    assert.equal(await left(), "0-2 0-3 0-4 1-3 1-4 2-3 2-4 receiving");
    assert.equal(await uploads.removeOldestReports(account, { count: 0, bytes: 0 }), 2);
    assert.ok(await uploads.findById("0-4"), "the newest is kept");
  });

  test("ends a session for good unless it was ended otherwise meanwhile", async () => {
    await using opened = await open();
    const { uploads } = opened.database;
    const [ended, renewed] = [sampleUpload({ expiresAt: at(1) }), sampleUpload({ expiresAt: at(2) })];
    for (const session of [ended, renewed]) await uploads.create(session);
    for (const { id } of [ended, renewed]) await uploads.expire(id, at(1));
    assert.deepEqual(await uploads.findById(ended.id), { ...ended, expiresAt: new Date(0) });
    assert.deepEqual(await uploads.findById(renewed.id), renewed);
  });

  test("removes sessions as soon as they expire", async () => {
    await using opened = await open();
    const { uploads } = opened.database;
    for (const second of [1, 2, 3]) await uploads.create(sampleUpload({ id: `u${second}`, expiresAt: at(second) }));
    assert.equal(await uploads.removeExpired(at(0), at(2_000_000)), 0);
    assert.equal(await uploads.removeExpired(at(2), at(2_000_000)), 2);
    assert.equal(await uploads.findById("u2"), undefined);
    assert.ok(await uploads.findById("u3"));
  });
}
