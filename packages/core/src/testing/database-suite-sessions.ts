import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST_ENDED_SESSIONS, type Session } from "../sessions/session.ts";
import { at, createOwner, type OpenDatabase, sampleSession, may } from "./database-suite-samples.ts";

const ending = { as: "ended elsewhere", at: at(5) } as const;

export function sessionTests(open: OpenDatabase): void {
  test("finds a session and its account by hash, even inside the transaction that creates it", async () => {
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

  test("shows a session's account as it is now", async () => {
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

  test("lists one account's sessions, last used first", async () => {
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

  test("changes the named fields of a session and nothing else, and restores none", async () => {
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

  test("removes an account's sessions, all or but one, and no others", async () => {
    await using opened = await open();
    const { sessions } = opened.database;
    const [owner, stranger] = [await createOwner(opened.database), await createOwner(opened.database)];
    const theirs = sampleSession(stranger.account.id);
    const own = [1, 2, 3].map(() => sampleSession(owner.account.id));
    for (const session of [theirs, ...own]) await sessions.create(session);
    assert.equal(await sessions.removeByAccount(may(owner.account.id), { ending, but: own[1]?.id }), 2);
    assert.deepEqual(await sessions.listByAccount(owner.account.id, 10), [own[1]]);
    assert.equal(await sessions.removeByAccount(may(owner.account.id), { ending }), 1);
    assert.equal(await sessions.removeByAccount(may(owner.account.id), { ending }), 0);
    assert.deepEqual(await sessions.listByAccount(stranger.account.id, 10), [theirs]);
  });

  test("keeps an account's most recently used sessions", async () => {
    await using opened = await open();
    const { sessions } = opened.database;
    const [owner, stranger] = [await createOwner(opened.database), await createOwner(opened.database)];
    const theirs = sampleSession(stranger.account.id, { lastUsedAt: at(-9) });
    await sessions.create(theirs);
    const own: Session[] = [];
    // Several with the same instant, so that ids decide.
    for (let index = 0; index < 6; index++) {
      const session = sampleSession(owner.account.id, { lastUsedAt: at(Math.floor(index / 3)) });
      await sessions.create(session);
      own.push(session);
    }
    const order = (one: Session, other: Session) =>
      other.lastUsedAt.getTime() - one.lastUsedAt.getTime() || (one.id < other.id ? 1 : -1);
    const latest = own.toSorted(order);
    assert.equal(await sessions.removeAllButLatest(may(owner.account.id), 6, at(9)), 0);
    assert.equal(await sessions.removeAllButLatest(may(owner.account.id), 4, at(9)), 2);
    assert.deepEqual(await sessions.listByAccount(owner.account.id, 10), latest.slice(0, 4));
    assert.equal(await sessions.removeAllButLatest(may(owner.account.id), 0, at(9)), 4);
    assert.deepEqual(await sessions.listByAccount(stranger.account.id, 10), [theirs]);
  });

  test("removes expired sessions and those made by a wrong clock", async () => {
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

  test("records why sessions ended, however they were removed, if a reason was given", async () => {
    await using opened = await open();
    const { sessions } = opened.database;
    const { account } = await createOwner(opened.database);
    const endOf = async ({ hash }: Session) => (await sessions.findEndedByHash(hash))?.ended;
    const [one, silent, some, oldest, over, lasting] = [1, 2, 3, 0, 4, 5].map((used) =>
      sampleSession(account.id, { life: "long", lastUsedAt: at(used), endsAt: at(used === 4 ? 10 : 99) }),
    );
    assert.ok(one && silent && some && oldest && over && lasting);
    for (const session of [one, silent, some, oldest, over, lasting]) await sessions.create(session);
    await sessions.remove(may(one.id), { as: "ended elsewhere", at: at(6) });
    await sessions.remove(may(silent.id));
    await sessions.removeAllButLatest(may(account.id), 3, at(7));
    await sessions.removeExpired({ now: at(10), latest: at(900) });
    await sessions.removeByAccount(may(account.id), {
      ending: { as: "password changed", at: at(11) },
      but: lasting.id,
    });
    const { hash, life, createdAt, endsAt } = one;
    const ended = { as: "ended elsewhere", at: at(6) } as const;
    assert.deepEqual(await sessions.findEndedByHash(hash), { hash, life, createdAt, endsAt, ended });
    assert.deepEqual(
      [await endOf(silent), await endOf(oldest), await endOf(over), await endOf(some), await endOf(lasting)],
      [
        undefined,
        { as: "replaced", at: at(7) },
        { as: "expired", at: at(10) },
        { as: "password changed", at: at(11) },
        undefined,
      ],
    );
    assert.equal(await sessions.forgetEndedBefore(at(10)), 2);
    assert.deepEqual([await endOf(one), await endOf(over)], [undefined, { as: "expired", at: at(10) }]);
  });

  test("records the ends of an account's last sessions, and forgets all with the account", async () => {
    await using opened = await open();
    const { sessions } = opened.database;
    const [owner, stranger] = [await createOwner(opened.database), await createOwner(opened.database)];
    const theirs = sampleSession(stranger.account.id);
    const own = Array.from({ length: MOST_ENDED_SESSIONS + 2 }, () => sampleSession(owner.account.id));
    for (const session of [theirs, ...own]) await sessions.create(session);
    await sessions.remove(may(theirs.id), ending);
    for (const [index, { id }] of own.entries()) await sessions.remove(may(id), { as: "replaced", at: at(index) });
    const left = await Promise.all(own.map(({ hash }) => sessions.findEndedByHash(hash)));
    assert.deepEqual(
      left.flatMap((ended, index) => (ended === undefined ? [index] : [])),
      [0, 1],
    );
    const last = sampleSession(owner.account.id);
    await sessions.create(last);
    await sessions.forgetByAccount(may(owner.account.id));
    assert.equal(await sessions.findById(last.id), undefined);
    assert.equal(await sessions.findEndedByHash(own.at(-1)?.hash ?? ""), undefined);
    assert.ok(await sessions.findEndedByHash(theirs.hash));
  });
}
