import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type AccountActor,
  DatabaseError,
  fullScopes,
  guest,
  isAccountActor,
  isDomainError,
  MOST_SESSIONS,
} from "@consigne/core";
import {
  address,
  type Bench,
  byPassword,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  openBench,
  overriding,
  uploadTexts,
} from "../_services.ts";

const refusal = (code: Parameters<typeof isDomainError>[1]) => (error: unknown) => isDomainError(error, code);
const email = "owner@example.org";
const password = "a long password";

const owner = (bench: Bench) => byPassword(bench, email, password);

/** Signs in by password and returns the token. */
async function signIn(bench: Bench, options: Partial<Parameters<Bench["services"]["sessions"]["begin"]>[1]> = {}) {
  const { sessions } = bench.services;
  return sessions.begin(await owner(bench), { life: "short", userAgent: "Browser/1.0", ...options });
}

async function bySession(bench: Bench, token: string, from = address): Promise<AccountActor> {
  const actor = await bench.services.admission.identify({ kind: "session", token }, from, "uploads and pages");
  assert.ok(isAccountActor(actor));
  return actor;
}

const isIn = (bench: Bench, token: string, from = address) =>
  bySession(bench, token, from).then(
    () => true,
    (error: unknown) => {
      assert.ok(isDomainError(error, "unknown-credentials"));
      return false;
    },
  );

/** Uses a session and waits until that is recorded, which nothing else does. */
async function use(bench: Bench, { session, token }: Awaited<ReturnType<typeof signIn>>): Promise<void> {
  assert.equal(await isIn(bench, token), true);
  const now = bench.clock.now().getTime();
  for (let tries = 0; tries < 200; tries++) {
    if ((await bench.ports.database.sessions.findById(session.id))?.lastUsedAt.getTime() === now) return;
    await sleep(10);
  }
  assert.fail("the use was not written");
}

const audited = async (bench: Bench, action: string) =>
  (await (await bench.services.auditLog.list("operator", { limit: 100 })).all()).filter(
    (record) => record.action === action,
  );

test("a signed-in visitor is known by the token, of which only a hash is stored", async () => {
  await using bench = await openBench();
  const { account } = await bench.account(email);
  const { session, token } = await signIn(bench, { userAgent: `Browser\n\u001b[31m ${"x".repeat(500)}` });
  const actor = await bySession(bench, token);
  assert.equal(actor.account.id, account.id);
  assert.equal(actor.session?.id, session.id);
  assert.equal(actor.key, undefined);
  assert.match(token, /^[A-Za-z0-9]{40}$/);
  assert.ok(!JSON.stringify(await bench.ports.database.sessions.listByAccount(account.id, 9)).includes(token));
  assert.match(session.userAgent, /^Browser {2}\[31m x+$/);
  assert.equal(session.userAgent.length, 200);
  for (const wrong of [token.slice(1), `${token}x`, token.toLowerCase(), session.hash, session.id, ""])
    assert.equal(await isIn(bench, wrong), false);
  const [record] = await audited(bench, "session.begin");
  assert.equal(record?.objectId, session.id);
  assert.ok(!JSON.stringify(record).includes(token));
});

test("a session expires after its last use, stays expired, and is cleaned up", async () => {
  await using bench = await openBench();
  const { account } = await bench.account(email);
  const short = await signIn(bench);
  const long = await signIn(bench, { life: "long" });
  for (let hours = 0; hours < 24; hours += 8) {
    bench.clock.advance(8 * HOUR_MS);
    await use(bench, short);
  }
  bench.clock.advance(13 * HOUR_MS);
  assert.equal(await isIn(bench, short.token), false);
  bench.clock.advance(-13 * HOUR_MS);
  assert.equal(await isIn(bench, short.token), false, "even if the clock is set back");
  await use(bench, long);
  const unused = await signIn(bench);
  bench.clock.advance(29 * DAY_MS);
  await use(bench, long);
  assert.equal((await bench.services.collector.collect()).sessions, 1);
  assert.equal(await bench.ports.database.sessions.findById(unused.session.id), undefined);
  for (let days = 0; days < 320; days += 20) {
    bench.clock.advance(20 * DAY_MS);
    await use(bench, long);
  }
  bench.clock.advance(20 * DAY_MS);
  assert.equal(await isIn(bench, long.token), false, "however much it is used");
  assert.deepEqual(await bench.ports.database.sessions.listByAccount(account.id, 9), []);
});

test("the last use is written at most once a minute, and no page waits for it", async () => {
  let writes = 0;
  await using bench = await openBench({
    replace: ({ database }) => ({
      database: overriding(database, {
        sessions: overriding(database.sessions, {
          noteUse: async () => {
            writes += 1;
            throw new Error("The disk is full.");
          },
        }),
      }),
    }),
  });
  await bench.account(email);
  const { token } = await signIn(bench);
  for (const seconds of [0, 59, 1, 30, 29, 1]) {
    bench.clock.advance(seconds * 1000);
    assert.equal(await isIn(bench, token), true);
  }
  assert.equal(writes, 2);
});

test("a list shows where the sessions were last used from", async () => {
  await using bench = await openBench();
  const { account } = await bench.account(email);
  const first = await signIn(bench);
  bench.clock.advance(MINUTE_MS);
  const second = await signIn(bench);
  bench.clock.advance(MINUTE_MS);
  const actor = await bySession(bench, first.token, "203.0.113.9");
  const listed = await bench.services.sessions.list(actor, account);
  assert.deepEqual(
    listed.map(({ id, address: from }) => [id, from]),
    [
      [first.session.id, "203.0.113.9"],
      [second.session.id, address],
    ],
  );
});

test("a session bound to its address is valid from there only, with an IPv6 network as one address", async () => {
  await using bench = await openBench();
  await bench.account(email);
  const { token } = await signIn(bench, { isBound: true });
  assert.equal(await isIn(bench, token, "203.0.113.9"), false);
  assert.equal(await isIn(bench, token), true, "and continues there");
  const six = await byPassword(bench, email, password, "2001:db8::1");
  const bound = await bench.services.sessions.begin(six, { life: "short", userAgent: "", isBound: true });
  assert.equal(await isIn(bench, bound.token, "2001:db8::2"), true);
  assert.equal(await isIn(bench, bound.token, "2001:db8:0:1::1"), false);
});

test("an account has a limited number of sessions, and the least recently used makes room", async () => {
  await using bench = await openBench();
  const { account } = await bench.account(email);
  const actor = await owner(bench);
  const tokens: string[] = [];
  for (let index = 0; index < MOST_SESSIONS; index++) {
    bench.clock.advance(1000);
    tokens.push((await bench.services.sessions.begin(actor, { life: "long", userAgent: "" })).token);
  }
  const [oldest = "", second = ""] = tokens;
  bench.clock.advance(MINUTE_MS);
  assert.equal(await isIn(bench, oldest), true);
  const latest = await bench.services.sessions.begin(actor, { life: "long", userAgent: "" });
  assert.equal(await isIn(bench, second), false);
  for (const token of [oldest, latest.token]) assert.equal(await isIn(bench, token), true);
  assert.equal((await bench.ports.database.sessions.listByAccount(account.id, 1000)).length, MOST_SESSIONS);
});

test("signing in can end the other sessions", async () => {
  await using bench = await openBench();
  const { account } = await bench.account(email);
  const [first, other] = [await signIn(bench), await bench.account("other@example.org")];
  const theirs = await bench.services.sessions.begin(await byPassword(bench, other.account.email, password), {
    life: "short",
    userAgent: "",
  });
  const last = await signIn(bench, { endsOthers: true });
  assert.equal(await isIn(bench, first.token), false);
  for (const token of [last.token, theirs.token]) assert.equal(await isIn(bench, token), true);
  assert.equal((await bench.services.sessions.list("operator", account)).length, 1);
});

test("locking and removing an account ends its sessions, and unlocking restores none", async () => {
  await using bench = await openBench();
  const { account } = await bench.account(email);
  const { accounts, accountRemoval } = bench.services;
  const { token } = await signIn(bench);
  const running = await bySession(bench, token);
  await accounts.setLocked("operator", account, true);
  assert.equal(await isIn(bench, token), false);
  await assert.rejects(accounts.updateSettings(running, { pageLimit: 7 }), refusal("unknown-credentials"));
  await accounts.setLocked("operator", account, false);
  assert.equal(await isIn(bench, token), false);
  const again = await signIn(bench);
  await accountRemoval.run("operator", account);
  assert.equal(await isIn(bench, again.token), false);
});

test("a new password ends all sessions except the one in which it was set", async () => {
  await using bench = await openBench();
  const { account } = await bench.account(email);
  const { accounts } = bench.services;
  const [here, elsewhere] = [await signIn(bench), await signIn(bench)];
  await accounts.setPassword(await bySession(bench, here.token), account, "another password");
  assert.equal(await isIn(bench, elsewhere.token), false);
  assert.equal(await isIn(bench, here.token), true);
  await accounts.setPassword("operator", account, "a third password");
  assert.equal(await isIn(bench, here.token), false);
});

test("a sign-in during a password change fails", async () => {
  await using bench = await openBench();
  const { account } = await bench.account(email);
  const actor = await owner(bench);
  await bench.services.accounts.setPassword("operator", account, "another password");
  const begun = bench.services.sessions.begin(actor, { life: "short", userAgent: "" });
  await assert.rejects(begun, refusal("unknown-credentials"));
  const late = await byPassword(bench, email, "another password");
  await bench.services.accounts.setLocked("operator", account, true);
  await assert.rejects(
    bench.services.sessions.begin(late, { life: "short", userAgent: "" }),
    refusal("account-locked"),
  );
  assert.deepEqual(await bench.ports.database.sessions.listByAccount(account.id, 9), []);
});

test("an older session needs the password again for anything that requires one from the last ten minutes", async () => {
  await using bench = await openBench();
  const { account } = await bench.account(email);
  const { accounts, sessions } = bench.services;
  const [here, elsewhere] = [await signIn(bench), await signIn(bench)];
  bench.clock.advance(10 * MINUTE_MS + 1);
  const stale = await bySession(bench, here.token);
  const set = (by: AccountActor) => accounts.setPassword(by, account, password);
  await assert.rejects(set(stale), refusal("fresh-proof-required"));
  await assert.rejects(sessions.endOthers(stale), refusal("fresh-proof-required"));
  await assert.rejects(sessions.end(stale, elsewhere.session.id), refusal("fresh-proof-required"));
  await assert.rejects(sessions.prove(stale, stale), refusal("fresh-proof-required"));
  const other = await byPassword(bench, (await bench.account("other@example.org")).account.email, password);
  await assert.rejects(sessions.prove(stale, other), refusal("unknown-credentials"));
  const fresh = await sessions.prove(stale, await owner(bench));
  await assert.rejects(sessions.prove(stale, fresh), refusal("fresh-proof-required"), "a session proves no session");
  await assert.rejects(sessions.begin(fresh, { life: "long", userAgent: "" }), refusal("fresh-proof-required"));
  await set(fresh);
  await set(await bySession(bench, here.token));
  bench.clock.advance(10 * MINUTE_MS + 1);
  await assert.rejects(set(await bySession(bench, here.token)), refusal("fresh-proof-required"));
});

test("a session is visible to and ended by its owner, and by no key and nobody else", async () => {
  await using bench = await openBench();
  const person = await bench.account(email);
  const { account } = person;
  const { sessions } = bench.services;
  const [here, elsewhere] = [await signIn(bench), await signIn(bench)];
  const keyed = await bench.keyed(person, { scopes: fullScopes });
  const other = await byPassword(bench, (await bench.account("other@example.org")).account.email, password);
  await assert.rejects(sessions.list(keyed, account), refusal("not-allowed"));
  await assert.rejects(sessions.list(other, account), refusal("not-allowed"));
  await assert.rejects(sessions.list(guest(address), account), refusal("not-authenticated"));
  await assert.rejects(sessions.begin(keyed, { life: "long", userAgent: "" }), refusal("fresh-proof-required"));
  await assert.rejects(sessions.endOthers(keyed), refusal("fresh-proof-required"));
  await assert.rejects(sessions.end(keyed, here.session.id), refusal("fresh-proof-required"));
  for (const stranger of [other, guest(address)])
    await assert.rejects(sessions.end(stranger, here.session.id), refusal("session-not-found"));
  const actor = await bySession(bench, here.token);
  await sessions.end(actor, elsewhere.session.id);
  await assert.rejects(sessions.end(actor, elsewhere.session.id), refusal("session-not-found"));
  assert.equal(await isIn(bench, elsewhere.token), false);
  bench.clock.advance(HOUR_MS);
  await sessions.end(await bySession(bench, here.token), here.session.id);
  assert.equal(await isIn(bench, here.token), false);
  await assert.rejects(sessions.endOthers(actor), refusal("unknown-credentials"), "an ended session ends nothing");
  const ended = (await audited(bench, "session.end")).map(({ objectId }) => objectId);
  assert.deepEqual(ended, [here.session.id, elsewhere.session.id]);
});

test("a download started in a session ends when that is ended from elsewhere, not on signing out", async () => {
  await using bench = await openBench();
  await bench.account(email);
  const { downloads, sessions } = bench.services;
  const here = await signIn(bench);
  const [file] = await uploadTexts(bench, await bySession(bench, here.token), { "a.txt": "text" });
  const reference = { fileId: file?.fileId ?? "" };
  const linkOf = async (token: string) =>
    (await downloads.issueToken(await bySession(bench, token), reference, {})).text;
  const isOpen = (link: string) =>
    downloads.find(link, address).then(
      () => true,
      (error: unknown) => {
        assert.ok(isDomainError(error, "download-token-not-found"));
        return false;
      },
    );
  const [ended, among, left] = [await signIn(bench), await signIn(bench), await signIn(bench)];
  const [own, first, second, third] = await Promise.all([here, ended, among, left].map(({ token }) => linkOf(token)));
  assert.ok(own && first && second && third);
  const stream = await (await downloads.find(first, address)).open();
  await sessions.end(await bySession(bench, left.token), left.session.id);
  const actor = await bySession(bench, here.token);
  await sessions.end(actor, ended.session.id);
  assert.deepEqual(await Promise.all([own, first, second, third].map(isOpen)), [true, false, true, true]);
  await assert.rejects(stream.recheck(), refusal("download-token-not-found"), "including a running one");
  await stream.close();
  await sessions.endOthers(actor);
  assert.deepEqual(await Promise.all([own, second].map(isOpen)), [true, false]);
  await signIn(bench, { endsOthers: true });
  assert.equal(await isOpen(own), false);
});

test("a download running past the time to resume ends with its session like any other", async () => {
  await using bench = await openBench();
  await bench.account(email);
  const { downloads, archives, sessions } = bench.services;
  const [here, ended, left] = [await signIn(bench), await signIn(bench), await signIn(bench)];
  const [file] = await uploadTexts(bench, await bySession(bench, here.token), { "a.txt": "text" });
  const openBoth = async (token: string) => {
    const actor = await bySession(bench, token);
    const { text } = await downloads.issueToken(actor, { fileId: file?.fileId ?? "" }, {});
    const archive = await archives.issueOwn(actor, { folders: ["root"], fileIds: [] });
    return [
      await (await downloads.find(text, address)).open(),
      await (await archives.find(archive.text, address)).open((reason) => reason, new AbortController().signal),
    ];
  };
  const [ofEnded, ofLeft] = [await openBoth(ended.token), await openBoth(left.token)];
  bench.clock.advance(31 * MINUTE_MS);
  await sessions.end(await bySession(bench, left.token), left.session.id);
  await sessions.end("operator", ended.session.id);
  for (const stream of ofEnded) await assert.rejects(stream.recheck(), refusal("download-token-not-found"));
  for (const stream of ofLeft) await stream.recheck();
  for (const stream of [...ofEnded, ...ofLeft]) await stream.close();
});

test("a download link that could not be written ends with its session", async () => {
  let isFull = false;
  await using bench = await openBench({
    replace: ({ database }) => {
      const full = () => Promise.reject(new DatabaseError("full", "The disk of the test is full."));
      const transaction: typeof database.transaction = (work) => (isFull ? full() : database.transaction(work));
      return { database: overriding(database, { transaction }) };
    },
  });
  await bench.account(email);
  const { downloads, sessions } = bench.services;
  const { session, token } = await signIn(bench);
  const actor = await bySession(bench, token);
  const [file] = await uploadTexts(bench, actor, { "a.txt": "text" });
  isFull = true;
  const { text } = await downloads.issueToken(actor, { fileId: file?.fileId ?? "" }, {});
  await downloads.find(text, address);
  isFull = false;
  await sessions.end("operator", session.id);
  await assert.rejects(downloads.find(text, address), refusal("download-token-not-found"));
});

test("a signed-in administrator has the same rights in a session as with a password", async () => {
  await using bench = await openBench();
  const { accounts } = bench.services;
  await accounts.create("operator", { email, password, planId: "unlimited", isAdmin: true });
  const { token } = await signIn(bench);
  assert.equal((await accounts.list(await bySession(bench, token))).count, 1);
  await bench.account("plain@example.org");
  const plain = await bench.services.sessions.begin(await byPassword(bench, "plain@example.org", password), {
    life: "short",
    userAgent: "",
  });
  await assert.rejects(accounts.list(await bySession(bench, plain.token)), refusal("not-allowed"));
});
