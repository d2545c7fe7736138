import assert from "node:assert/strict";
import { test } from "node:test";
import { guest, isDomainError, MailError, type ResetLink } from "@consigne/core";
import { openPost, Post, work } from "../_letters.ts";
import {
  address,
  type Bench,
  byPassword,
  HOUR_MS,
  MINUTE_MS,
  openBench,
  overriding,
  uploadTexts,
} from "../_services.ts";

const email = "owner@example.org";
const password = "a long password";
const chosen = { password: "another password", endsKeys: false, endsShares: false, language: "en", address } as const;

/** Requests a link and returns the mailed token. */
async function mailedToken({ bench, post }: { bench: Bench; post: Post }): Promise<string> {
  const before = post.tokens.length;
  await bench.services.passwordReset.request(email, "en", address);
  await work(bench);
  const token = post.tokens[before];
  assert.ok(token !== undefined, "a mail was sent");
  return token;
}

const stateOf = async ({ services }: Bench, token: string): Promise<ResetLink["state"]> =>
  (await services.passwordReset.look(token)).state;

const signIn = (bench: Bench, secret: string) => byPassword(bench, email, secret);
const unknown = (error: unknown) => isDomainError(error, "unknown-credentials");

test("a mailed link sets the password once, ends every session and keeps the keys", async () => {
  await using opened = await openPost();
  const { bench, post } = opened;
  const { services } = bench;
  const owner = await bench.account(email);
  const { text: key } = await services.keys.create("operator", owner.account, { name: "backup" });
  const { token: session } = await services.sessions.begin(await signIn(bench, password), {
    life: "long",
    userAgent: "",
  });
  const token = await mailedToken(opened);
  assert.equal((await services.passwordReset.reset(token, chosen)).state, "done");
  await assert.rejects(signIn(bench, password), unknown);
  await signIn(bench, chosen.password);
  assert.equal(await services.sessions.authenticate(session, address), undefined);
  await services.keys.authenticate(key, address);
  assert.equal(await stateOf(bench, token), "spent");
  assert.equal((await services.passwordReset.reset(token, { ...chosen, password: "a third password" })).state, "spent");
  await signIn(bench, chosen.password);
  await work(bench);
  assert.deepEqual(
    post.letters.map(({ kind, to }) => ({ kind, to })),
    [
      { kind: "password-reset", to: email },
      { kind: "password-changed", to: email },
    ],
  );
});

test("a reset proves ownership of the address: what was shared with it before becomes theirs", async () => {
  await using opened = await openPost();
  const { bench } = opened;
  const { services } = bench;
  await bench.account("friend@example.org");
  const sharer = await byPassword(bench, "friend@example.org", password);
  const { id } = await services.folders.create(sharer, "root", "shared");
  await services.people.give(sharer, id, { email, mayWrite: false, hidesLinks: false });
  await bench.account(email);
  const received = async (secret: string) =>
    (await services.people.received(await signIn(bench, secret), { limit: 9 })).folders.map(
      ({ folder }) => folder.name,
    );
  assert.deepEqual(await received(password), [], "the operator made the account, and its owner has proved nothing");
  assert.equal((await services.passwordReset.reset(await mailedToken(opened), chosen)).state, "done");
  assert.deepEqual(await received(chosen.password), ["shared"]);
});

test("a reset ends the keys on request, with what they were used for", async () => {
  await using opened = await openPost();
  const { bench, post } = opened;
  const owner = await bench.account(email);
  const { text, key } = await bench.services.keys.create("operator", owner.account, { name: "backup" });
  const token = await mailedToken(opened);
  const link = await bench.services.passwordReset.look(token);
  assert.ok(link.state === "usable");
  const none = { items: [], hasMore: false };
  assert.deepEqual(link.survivors, {
    keys: { items: [{ ...key, makerName: undefined }], hasMore: false },
    folders: none,
    people: none,
    links: none,
    fileCount: 0,
  });
  await bench.services.passwordReset.reset(token, { ...chosen, endsKeys: true });
  await assert.rejects(bench.services.keys.authenticate(text, address), unknown);
  await work(bench);
  const letter = post.letters.at(-1);
  assert.ok(letter?.kind === "password-changed" && letter.endedKeys);
  const [record] = (await (await bench.services.auditLog.list("operator", { limit: 9 })).all()).filter(
    ({ action }) => action === "account.password-reset",
  );
  assert.deepEqual(record?.details, { endedKeys: true, endedShares: 0 });
  assert.equal(record?.accountId, owner.account.id);
});

test("no link is sent to an address that was changed while its letter was written", async () => {
  const post = new Post();
  let afterLooking: (() => Promise<unknown>) | undefined;
  await using bench = await openBench({
    replace: ({ database }) => {
      const findByEmail: typeof database.accounts.findByEmail = async (asked) => {
        const found = await database.accounts.findByEmail(asked);
        const step = afterLooking;
        afterLooking = undefined;
        await step?.();
        return found;
      };
      const accounts = overriding(database.accounts, { findByEmail });
      return { mailer: post, database: overriding(database, { accounts }) };
    },
  });
  const { account } = await bench.account(email);
  await bench.services.passwordReset.request(email, "en", address);
  afterLooking = () => bench.services.accounts.setEmail("operator", account, "new@example.org");
  await work(bench);
  assert.deepEqual(post.tokens, []);
  await bench.services.passwordReset.request("new@example.org", "en", address);
  await work(bench);
  assert.equal(post.tokens.length, 1);
});

test("opening a link does not use it up, however often", async () => {
  await using opened = await openPost();
  await opened.bench.account(email);
  const token = await mailedToken(opened);
  for (let looks = 0; looks < 3; looks++) assert.equal(await stateOf(opened.bench, token), "usable");
  assert.equal((await opened.bench.services.passwordReset.reset(token, chosen)).state, "done");
});

test("a refused password does not use the link up", async () => {
  await using opened = await openPost();
  await opened.bench.account(email);
  const token = await mailedToken(opened);
  for (const bad of ["short", "x".repeat(2000), "motdepasse", email]) {
    const input = { ...chosen, password: bad };
    await assert.rejects(opened.bench.services.passwordReset.reset(token, input), (error) =>
      isDomainError(error, "bad-argument"),
    );
  }
  assert.equal(await stateOf(opened.bench, token), "usable");
});

test("of two simultaneous requests, one sets the password", async () => {
  await using opened = await openPost();
  await opened.bench.account(email);
  const token = await mailedToken(opened);
  const outcomes = await Promise.all(
    ["first password", "second password"].map((text) =>
      opened.bench.services.passwordReset.reset(token, { ...chosen, password: text }),
    ),
  );
  assert.deepEqual(outcomes.map(({ state }) => state).toSorted(), ["done", "spent"]);
});

test("a link is reported as replaced, expired, ended by a new password, or unknown", async () => {
  await using opened = await openPost();
  const { bench } = opened;
  const owner = await bench.account(email);
  const first = await mailedToken(opened);
  const second = await mailedToken(opened);
  assert.equal(await stateOf(bench, first), "replaced");
  assert.equal((await bench.services.passwordReset.reset(first, chosen)).state, "replaced");
  await bench.services.accounts.setPassword("operator", owner.account, "by the operator");
  assert.equal(await stateOf(bench, second), "password-changed");
  bench.clock.advance(HOUR_MS);
  const third = await mailedToken(opened);
  bench.clock.advance(HOUR_MS);
  assert.equal(await stateOf(bench, third), "expired");
  for (const text of ["", "x", "A".repeat(40), "' or 1"]) assert.equal(await stateOf(bench, text), "unknown");
});

test("unknown, locked and known addresses get the same answer, and only the known one gets a letter", async () => {
  await using opened = await openPost();
  const { bench, post } = opened;
  const locked = await bench.account("locked@example.org");
  await bench.services.accounts.setLocked("operator", locked.account, true);
  await bench.account(email);
  for (const each of ["nobody@example.org", "locked@example.org", email.toUpperCase()]) {
    assert.equal(await bench.services.passwordReset.request(each, "en", address), undefined);
  }
  await work(bench);
  assert.deepEqual(
    post.letters.map(({ to }) => to),
    [email],
  );
  const kept = await bench.services.jobs.list("operator", { kind: "mail-password-reset" });
  assert.deepEqual(
    kept.map(({ payload }) => payload["email"]),
    [email.toLowerCase()],
    "nothing is kept of mails to unknown addresses",
  );
});

test("an account locked meanwhile keeps its password", async () => {
  await using opened = await openPost();
  const { bench } = opened;
  const owner = await bench.account(email);
  const token = await mailedToken(opened);
  await bench.services.accounts.setLocked("operator", owner.account, true);
  assert.equal((await bench.services.passwordReset.reset(token, chosen)).state, "account-locked");
  await bench.services.accounts.setLocked("operator", owner.account, false);
  await signIn(bench, password);
});

test("at most three letters an hour are sent to one account, and ten requests accepted from one address", async () => {
  await using opened = await openPost();
  const { bench, post } = opened;
  await bench.account(email);
  for (let request = 0; request < 10; request++) {
    await bench.services.passwordReset.request(email, "en", address);
    await work(bench);
  }
  assert.equal(post.letters.length, 3);
  const tooBusy = (error: unknown) => isDomainError(error, "too-busy");
  await assert.rejects(bench.services.passwordReset.request("x@example.org", "en", address), tooBusy);
  await bench.services.passwordReset.request("x@example.org", "en", "198.51.100.1");
  bench.clock.advance(HOUR_MS + MINUTE_MS);
  await mailedToken(opened);
});

test("a crowd of strangers neither keeps an account from its letter nor learns which accounts exist", async () => {
  await using opened = await openPost();
  const { bench, post } = opened;
  await bench.account(email);
  const { passwordReset, jobs } = bench.services;
  // 50 networks with 20 mails each: more than all of them may have.
  for (let asked = 0; asked < 1000; asked++) {
    await passwordReset.request(`nobody${asked}@example.org`, "en", `198.51.${100 + (asked % 50)}.${asked % 100}`);
  }
  const waiting = async () => (await jobs.list("operator", { states: ["ready"] })).length;
  const before = await waiting();
  await passwordReset.request("nobody@example.org", "en", "203.0.113.1");
  await passwordReset.request(email, "fr", "203.0.113.2");
  await passwordReset.settle();
  await work(bench);
  assert.ok(before > 0);
  assert.equal(await waiting(), 0);
  assert.deepEqual(
    post.letters.map(({ to, language }) => ({ to, language })),
    [{ to: email, language: "fr" }],
  );
  const ordered = await jobs.list("operator", { kind: "mail-password-reset" });
  assert.ok(!JSON.stringify(ordered.map(({ payload }) => payload["email"])).includes('"nobody@example.org"'));
  for (let request = 1; request < 10; request++) await passwordReset.request(email, "fr", "203.0.113.2");
  await assert.rejects(passwordReset.request(email, "fr", "203.0.113.2"), (error) => isDomainError(error, "too-busy"));
});

test("a mail server that does not answer is retried with a new link, and a refusal is final", async () => {
  await using opened = await openPost();
  const { bench, post } = opened;
  await bench.account(email);
  post.failure = new MailError("no answer", { isFinal: false });
  await bench.services.passwordReset.request(email, "fr", address);
  await work(bench);
  post.failure = undefined;
  bench.clock.advance(10 * MINUTE_MS);
  await work(bench);
  assert.equal(post.letters[0]?.language, "fr");
  assert.equal(await stateOf(bench, post.tokens[0] ?? ""), "usable");
  post.failure = new MailError("no such mailbox", { isFinal: true });
  await bench.services.passwordReset.request(email, "en", address);
  await work(bench);
  const [job] = await bench.services.jobs.list("operator", { states: ["dead"] });
  assert.equal(job?.lastError, "no such mailbox");
  assert.equal(job?.attempts, 1);
});

test("a link's text is stored nowhere, neither in a row nor in a job", async () => {
  await using opened = await openPost();
  const { bench } = opened;
  const owner = await bench.account(email);
  const token = await mailedToken(opened);
  const rows = [
    await bench.services.jobs.list("operator"),
    await (await bench.services.auditLog.list("operator", { limit: 99 })).all(),
  ];
  assert.ok(!JSON.stringify(rows).includes(token));
  assert.equal(await bench.ports.database.mailedTokens.findByHash(token), undefined);
  assert.equal(await bench.ports.database.mailedTokens.removeByAccount(owner.account.id), 1);
});

test("a mailed link ends the downloads that the old password allowed", async () => {
  await using opened = await openPost();
  const { bench } = opened;
  await bench.account(email);
  const { downloads, passwordReset } = bench.services;
  const owner = await signIn(bench, password);
  const [file] = await uploadTexts(bench, owner, { "a.txt": "x" });
  const { text } = await downloads.issueToken(owner, { fileId: file?.fileId ?? "" }, {});
  await downloads.find(text, address);
  await passwordReset.reset(await mailedToken(opened), chosen);
  await assert.rejects(downloads.find(text, address), (error) => isDomainError(error, "download-token-not-found"));
});

test("the page lists shared folders and files, and stops sharing on request", async () => {
  await using opened = await openPost();
  const { bench } = opened;
  const owner = await bench.account(email);
  const { folders, passwordReset, shares } = bench.services;
  await uploadTexts(bench, owner, { "a.txt": "x", "b.txt": "y" });
  const stranger = await bench.account("stranger@example.org");
  const open = { isShared: true, password: undefined };
  const shared: string[] = [];
  for (const name of ["first", "second", "third"]) {
    const { id } = await folders.create(owner, "root", name);
    if (name !== "second") shared.push((await shares.share(owner, id, open)).publicShareId ?? "");
  }
  const theirs = await folders.create(stranger, "root", "theirs");
  const kept = await shares.share(stranger, theirs.id, { isShared: true, password: "open sesame" });
  const first = await mailedToken(opened);
  const link = await passwordReset.look(first);
  assert.ok(link.state === "usable");
  assert.deepEqual(
    link.survivors.folders.items.map(({ name }) => name),
    ["first", "third"],
  );
  assert.equal(link.survivors.fileCount, 2);
  await passwordReset.reset(first, chosen);
  for (const id of shared) await shares.list(owner, id, undefined);
  await passwordReset.reset(await mailedToken(opened), { ...chosen, endsShares: true });
  for (const id of shared) {
    await assert.rejects(shares.list(owner, id, undefined), (error) => isDomainError(error, "folder-not-found"));
  }
  await shares.list(stranger, kept.publicShareId ?? "", "open sesame");
  const records = await (await bench.services.auditLog.list("operator", { limit: 99 })).all();
  const resets = records.filter(({ action }) => action === "account.password-reset");
  assert.deepEqual(new Set(resets.map(({ details }) => details["endedShares"])), new Set([0, 2]));
});

test("the page lists people and additional links with access, and ends that on request", async () => {
  await using opened = await openPost();
  const { bench } = opened;
  const owner = await bench.account(email);
  const friend = await bench.account("friend@example.org");
  const { folders, links, passwordReset, people, shares } = bench.services;
  const { id: folder } = await folders.create(owner, "root", "letters");
  const [file] = await uploadTexts(bench, owner, { "a.txt": "x" });
  const fileId = file?.fileId ?? "";
  await people.give(owner, folder, { email: "friend@example.org", mayWrite: true, hidesLinks: false });
  await people.give(owner, folder, { email: "nobody@example.org", mayWrite: false, hidesLinks: false });
  const further = await links.add(owner, { folder }, {});
  const ofFile = await links.add(owner, { fileId }, { note: "for Ana" });
  await links.add(owner, { fileId }, { isOn: false });
  const first = await mailedToken(opened);
  const link = await passwordReset.look(first);
  assert.ok(link.state === "usable");
  const told = link.survivors;
  assert.deepEqual(told.folders, { items: [], hasMore: false });
  assert.deepEqual(
    told.people.items.map((share) => [share.folderName, share.email, share.mayWrite]),
    [
      ["letters", "friend@example.org", true],
      ["letters", "nobody@example.org", false],
    ],
  );
  assert.deepEqual(new Set(told.links.items.map(({ name }) => name)), new Set(["letters", "a.txt"]));
  await passwordReset.reset(first, chosen);
  await folders.list(friend, folder);
  await shares.list(guest(address), further.id, undefined);
  await passwordReset.reset(await mailedToken(opened), { ...chosen, endsShares: true });
  await assert.rejects(folders.list(friend, folder), (error) => isDomainError(error, "folder-not-found"));
  await assert.rejects(shares.list(guest(address), further.id, undefined));
  const [own, ...others] = await links.list(owner, { fileId });
  assert.equal(own?.isOn, true, "a file keeps its own link");
  assert.deepEqual([others.length, others.some(({ isOn }) => isOn)], [2, false]);
  assert.equal(others.find(({ id }) => id === ofFile.id)?.note, "for Ana", "it can be switched on again");
});

test("the page lists fifty shared folders, and says if there are more", async () => {
  await using opened = await openPost();
  const { bench } = opened;
  const owner = await bench.account(email);
  for (let count = 0; count < 51; count++) {
    const { id } = await bench.services.folders.create(owner, "root", `folder ${count}`);
    await bench.services.shares.share(owner, id, { isShared: true, password: undefined });
  }
  const link = await bench.services.passwordReset.look(await mailedToken(opened));
  assert.ok(link.state === "usable");
  const { folders } = link.survivors;
  assert.deepEqual([folders.items.length, folders.hasMore], [50, true]);
});
