import assert from "node:assert/strict";
import { test } from "node:test";
import type { Session } from "../sessions/session.ts";
import { at, createOwner, type OpenDatabase, sampleSession, may } from "./database-suite-samples.ts";

export function sessionTests(open: OpenDatabase): void {
  test("finds a session and its account by the hash, inside the transaction that creates it too", async () => {
    await using opened = await open();
    const { account } = await createOwner(opened.database);
    const session = sampleSession(account.id, {
      life: "long",
      provedAt: at(1),
      lastUsedAt: at(2),
      endsAt: at(3),
      boundAddress: "2001:db8::1",
      userAgent: "é😀 <b>",
    });
    await opened.database.transaction(async ({ sessions }) => {
      await sessions.create(session);
      await sessions.create(sampleSession(account.id));
      assert.deepEqual(await sessions.findWithAccountByHash(session.hash), { session, account });
      assert.equal(await opened.database.sessions.findWithAccountByHash(session.hash), undefined);
    });
    const { sessions } = opened.database;
    assert.deepEqual(await sessions.findWithAccountByHash(session.hash), { session, account });
    assert.deepEqual(await sessions.findById(session.id), session);
    assert.equal(await sessions.findWithAccountByHash("unknown"), undefined);
    assert.equal(await sessions.findById("unknown"), undefined);
    await assert.rejects(sessions.create(sampleSession(account.id, { hash: session.hash })));
  });

  test("shows the account of a session as it is now", async () => {
    await using opened = await open();
    const { accounts, sessions } = opened.database;
    const { account } = await createOwner(opened.database);
    const session = sampleSession(account.id);
    await sessions.create(session);
    assert.ok(await sessions.findWithAccountByHash(session.hash));
    await accounts.update(may(account.id), { isLocked: true });
    const found = await sessions.findWithAccountByHash(session.hash);
    assert.deepEqual(found?.account, { ...account, isLocked: true });
  });

  test("lists the sessions of one account, those used last first", async () => {
    await using opened = await open();
    const { sessions } = opened.database;
    const [owner, stranger] = [await createOwner(opened.database), await createOwner(opened.database)];
    const [first, second, third] = [3, 1, 2].map((used) => sampleSession(owner.account.id, { lastUsedAt: at(used) }));
    assert.ok(first && second && third);
    for (const session of [second, first, sampleSession(stranger.account.id), third]) await sessions.create(session);
    assert.deepEqual(await sessions.listByAccount(owner.account.id, 10), [first, third, second]);
    assert.deepEqual(await sessions.listByAccount(owner.account.id, 2), [first, third]);
    assert.deepEqual(await sessions.listByAccount("nobody", 10), []);
  });

  test("changes what is named of a session and nothing else, and brings none back", async () => {
    await using opened = await open();
    const { sessions } = opened.database;
    const [{ account }, stranger] = [await createOwner(opened.database), await createOwner(opened.database)];
    const [session, other] = [sampleSession(account.id), sampleSession(account.id)];
    for (const each of [session, other]) await sessions.create(each);
    const used = { lastUsedAt: at(7), endsAt: at(99), address: "203.0.113.9" };
    await sessions.noteUse(session.id, used);
    await sessions.prove({ id: session.id, accountId: may(stranger.account.id) }, at(6));
    assert.deepEqual(await sessions.findById(session.id), { ...session, ...used });
    await sessions.prove({ id: session.id, accountId: may(account.id) }, at(8));
    assert.deepEqual(await sessions.findById(session.id), { ...session, ...used, provedAt: at(8) });
    assert.deepEqual(await sessions.findById(other.id), other);
    assert.equal(await sessions.remove(may(session.id)), true);
    assert.equal(await sessions.remove(may(session.id)), false);
    await sessions.noteUse(session.id, used);
    await sessions.prove({ id: session.id, accountId: may(account.id) }, at(9));
    assert.equal(await sessions.findById(session.id), undefined);
    assert.equal(await sessions.findWithAccountByHash(session.hash), undefined);
  });

  test("removes the sessions of an account, all or but one, and nobody else's", async () => {
    await using opened = await open();
    const { sessions } = opened.database;
    const [owner, stranger] = [await createOwner(opened.database), await createOwner(opened.database)];
    const theirs = sampleSession(stranger.account.id);
    const own = [1, 2, 3].map(() => sampleSession(owner.account.id));
    for (const session of [theirs, ...own]) await sessions.create(session);
    assert.equal(await sessions.removeByAccount(may(owner.account.id), own[1]?.id), 2);
    assert.deepEqual(await sessions.listByAccount(owner.account.id, 10), [own[1]]);
    assert.equal(await sessions.removeByAccount(may(owner.account.id)), 1);
    assert.equal(await sessions.removeByAccount(may(owner.account.id)), 0);
    assert.deepEqual(await sessions.listByAccount(stranger.account.id, 10), [theirs]);
  });

  test("leaves the sessions of an account that were used last", async () => {
    await using opened = await open();
    const { sessions } = opened.database;
    const [owner, stranger] = [await createOwner(opened.database), await createOwner(opened.database)];
    const theirs = sampleSession(stranger.account.id, { lastUsedAt: at(-9) });
    await sessions.create(theirs);
    const own: Session[] = [];
    // Several of one instant, so that ids decide.
    for (let index = 0; index < 6; index++) {
      const session = sampleSession(owner.account.id, { lastUsedAt: at(Math.floor(index / 3)) });
      await sessions.create(session);
      own.push(session);
    }
    const order = (one: Session, other: Session) =>
      other.lastUsedAt.getTime() - one.lastUsedAt.getTime() || (one.id < other.id ? 1 : -1);
    const latest = own.toSorted(order);
    assert.equal(await sessions.removeAllButLatest(may(owner.account.id), 6), 0);
    assert.equal(await sessions.removeAllButLatest(may(owner.account.id), 4), 2);
    assert.deepEqual(await sessions.listByAccount(owner.account.id, 10), latest.slice(0, 4));
    assert.equal(await sessions.removeAllButLatest(may(owner.account.id), 0), 4);
    assert.deepEqual(await sessions.listByAccount(stranger.account.id, 10), [theirs]);
  });

  test("removes what is over and what a wrong clock made", async () => {
    await using opened = await open();
    const { sessions } = opened.database;
    const { account } = await createOwner(opened.database);
    const [over, lasting, late] = [10, 11, 91].map((end) => sampleSession(account.id, { endsAt: at(end) }));
    assert.ok(over && lasting && late);
    for (const session of [over, lasting, late]) await sessions.create(session);
    assert.equal(await sessions.removeExpired({ now: at(10), latest: at(90) }), 2);
    assert.equal(await sessions.removeExpired({ now: at(10), latest: at(90) }), 0);
    assert.deepEqual(await sessions.listByAccount(account.id, 10), [lasting]);
  });
}
