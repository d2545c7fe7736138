import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { createClient } from "@consigne/sdk";
import { startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { lettersTo } from "./_letters.ts";
import { addPerson, send } from "./_wire.ts";

const WEEK_MS = 7 * 24 * 3_600_000;
const PASSWORD = "a rather long sentence";

suite("invitations", () => {
  const clock = new VirtualClock();
  const log: string[] = [];
  let server: TestServer;
  let count = 0;

  before(async () => {
    server = await startTestServer({
      clock,
      settings: { CONSIGNE_LOG_LEVEL: "debug" },
      onLogLine: (line) => log.push(line),
    });
  });
  after(() => server[Symbol.asyncDispose]());

  const browse = () => new Browser(server, { headers: { "x-forwarded-for": `198.51.100.${(++count % 200) + 1}` } });
  /** Calls the API as the console does for an administrator who has just signed in. */
  async function administer() {
    const browser = new Browser(server);
    await browser.signIn(server.email, server.password);
    const own = { ...browser.cookieHeader(), "consigne-session": "1", origin: server.url };
    return createClient({
      url: server.url,
      pacing: "off",
      fetch: (input, init) =>
        fetch(input, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), ...own } }),
    }).admin;
  }
  const someone = () => `invited${++count}@example.org`;
  async function tokenOf(email: string): Promise<string> {
    const [letter = ""] = await lettersTo(server, email, 1);
    return tokenIn(letter);
  }
  function tokenIn(letter: string): string {
    return /http:\S+invitation\.pl\?token=(?:3D)?(\w{40})/.exec(letter)?.[1] ?? assert.fail(letter);
  }
  const accept = (token: string, pass = PASSWORD, again = pass) =>
    browse().post("/invitation.pl", { token, pass, pass_again: again });
  const find = async (email: string) => {
    const { invitations } = await (await administer()).invitationsPage();
    return invitations.find((each) => each.email === email);
  };

  test("are mailed as a link that lets the recipient choose the new account's password, once", async () => {
    const admin = await administer();
    const email = someone();
    const { invitation, delivery } = await admin.invite({
      email,
      plan: "premium",
      quotaBytes: 5_000_000,
      language: "en",
    });
    assert.deepEqual([delivery, invitation.state, invitation.invitedBy], ["outbox", "pending", server.email]);
    const token = await tokenOf(email);
    for (let looks = 0; looks < 2; looks++) {
      const { status, text, headers } = await browse().open(`/invitation.pl?token=${token}`);
      assert.equal(status, 200);
      assert.match(text, new RegExp(`invited by ${server.email}`));
      assert.match(text, new RegExp(email));
      assert.equal(headers.get("referrer-policy"), "same-origin");
      assert.equal(headers.get("cache-control"), "no-store");
    }
    assert.equal((await find(email))?.state, "pending");
    for (const [pass, again, told] of [
      ["short", "short", /at least 8 characters/],
      [PASSWORD, "another one", /differ/],
      ["password1", "password1", /too easy to guess/],
    ] as const) {
      const { status, text } = await accept(token, pass, again);
      assert.equal(status, 400);
      assert.match(text, told);
    }
    const done = await accept(token);
    assert.equal(done.status, 200);
    assert.match(done.text, /Your account is open/);
    await browse().signIn(email, PASSWORD);
    const account = await server.services.accounts.getByEmail("operator", email);
    assert.deepEqual([account.planId, account.quotaBytes, account.isAdmin], ["premium", 5_000_000, false]);
    assert.equal((await find(email))?.state, "accepted");
    for (const used of [
      await browse().open(`/invitation.pl?token=${token}`),
      await accept(token, "another password"),
    ]) {
      assert.equal(used.status, 410);
      assert.match(used.text, /already been used/);
    }
    assert.ok(log.every((line) => !line.includes(token)));
  });

  test("make one account per link, however many people use it at once", async () => {
    const email = someone();
    await (await administer()).invite({ email });
    const token = await tokenOf(email);
    const answers = await Promise.all(Array.from({ length: 5 }, (_, at) => accept(token, `${PASSWORD} ${at}`)));
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((one, other) => one - other),
      [200, 410, 410, 410, 410],
    );
  });

  test("can be sent again, which ends the earlier link and gives the new one a week", async () => {
    const admin = await administer();
    const email = someone();
    const { invitation } = await admin.invite({ email, language: "fr" });
    const first = await tokenOf(email);
    clock.advance(WEEK_MS + 1);
    const late = await browse().open(`/fr/invitation.pl?token=${first}`);
    assert.equal(late.status, 410);
    assert.match(late.text, /Il était valable une semaine/);
    assert.equal((await find(email))?.state, "expired");
    await (await administer()).inviteAgain(invitation.id);
    const tokens = (await lettersTo(server, email, 2)).map(tokenIn);
    const second = tokens.find((each) => each !== first) ?? assert.fail("the same link again");
    assert.equal((await browse().open(`/invitation.pl?token=${first}`)).status, 404);
    assert.equal((await accept(second)).status, 200);
  });

  test("open no account once revoked or replaced by a later one", async () => {
    const admin = await administer();
    const email = someone();
    await admin.invite({ email });
    const first = await tokenOf(email);
    const { invitation } = await admin.invite({ email: email.toUpperCase() });
    const replaced = await accept(first);
    assert.equal(replaced.status, 410);
    assert.match(replaced.text, /newer link/);
    await admin.revokeInvitation(invitation.id);
    assert.equal((await find(email.toUpperCase()))?.state, "revoked");
    for (const call of [admin.revokeInvitation(invitation.id), admin.inviteAgain(invitation.id)])
      await assert.rejects(call, { name: "NotFoundError" });
    await assert.rejects(server.services.accounts.getByEmail("operator", email), /no account/);
  });

  test("are refused to an existing account's address, and cannot take over one made since", async () => {
    const admin = await administer();
    const email = someone();
    await admin.invite({ email });
    const token = await tokenOf(email);
    const person = await addPerson(server, email);
    const { status, text } = await accept(token);
    assert.equal(status, 409);
    assert.match(text, /There is already an account with this address/);
    await browse().signIn(email, person.password);
    await assert.rejects(admin.invite({ email }), { name: "ConflictError" });
    await assert.rejects(admin.invite({ email: "nowhere" }), { name: "BadRequestError" });
  });

  test("send no more than three letters an hour to one mailbox", async () => {
    const admin = await administer();
    const email = someone();
    for (let letters = 0; letters < 3; letters++) await admin.invite({ email });
    await assert.rejects(admin.invite({ email }), { name: "QuotaError" });
    await admin.invite({ email: someone() });
  });

  test("open no account through another site's form", async () => {
    const email = someone();
    await (await administer()).invite({ email });
    const token = await tokenOf(email);
    const body = `token=${token}&pass=${PASSWORD}&pass_again=${PASSWORD}`;
    const headers = { "content-type": "application/x-www-form-urlencoded", origin: "https://evil.example" };
    assert.equal((await send(`${server.url}/invitation.pl`, { method: "POST", headers, body })).status, 403);
    assert.equal((await accept(token)).status, 200);
  });
});
