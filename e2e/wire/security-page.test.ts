import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { addPerson, type Person } from "./_wire.ts";

const PAGE = "/console/security.pl";
const MINUTE_MS = 60_000;
const NEW = "a new password";

suite("the account security page", () => {
  const clock = new VirtualClock();
  let server: TestServer;
  let count = 0;

  before(async () => {
    server = await startTestServer({ clock });
  });
  after(() => server[Symbol.asyncDispose]());

  /** A new user with two sessions. */
  async function someone(): Promise<{ person: Person; here: Browser; elsewhere: Browser }> {
    const person = await addPerson(server, `person${(count += 1)}@example.org`);
    const here = new Browser(server, { headers: { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/149.0" } });
    const elsewhere = new Browser(server, { headers: { "user-agent": '<b>"evil"</b>' } });
    for (const browser of [here, elsewhere]) await browser.signIn(person.email, person.password);
    return { person, here, elsewhere };
  }
  const isSignedIn = async (browser: Browser) => (await browser.open(PAGE)).text.includes("/logout.pl");
  const canSignIn = async (email: string, password: string) =>
    (await new Browser(server).signIn(email, password)).status === 200;
  const change = (browser: Browser, fields: Record<string, string>) =>
    browser.fillIn(PAGE, "password", { new_pass: NEW, new_pass_again: NEW, ...fields });

  test("lists the active sessions, with every name shown harmlessly", async () => {
    const { person, here } = await someone();
    const { text } = await here.open(PAGE);
    assert.match(text, /Firefox on Linux<\/strong> <span class="mark">This browser/);
    assert.match(text, /&lt;b&gt;&quot;evil&quot;&lt;\/b&gt;/);
    assert.doesNotMatch(text, /<b>/);
    assert.equal(text.match(/Last used/g)?.length, 2);
    assert.match(text, /Times are those of Europe\/Paris\./);
    assert.ok(text.includes(person.email));
    assert.match(text, /autocomplete="current-password"[\s\S]*autocomplete="new-password"/);
    for (const { hash } of await server.services.sessions.list("operator", person.account))
      assert.ok(!text.includes(hash));
    assert.ok(!text.includes(here.cookies.get("SID") ?? "?"));
  });

  test("ends one other session, or all of them", async () => {
    const { person, here, elsewhere } = await someone();
    assert.match((await here.fillIn(PAGE, "end")).text, /The session has ended/);
    assert.equal(await isSignedIn(elsewhere), false);
    const third = new Browser(server);
    await third.signIn(person.email, person.password);
    assert.match((await here.fillIn(PAGE, "end-others")).text, /All other sessions have ended/);
    assert.equal(await isSignedIn(third), false);
    assert.equal(await isSignedIn(here), true);
    assert.doesNotMatch((await here.open(PAGE)).text, /value="end/);
  });

  test("changes the password, ends the other sessions, and says what stays valid", async () => {
    const { person, here, elsewhere } = await someone();
    const { text } = await change(here, { pass: person.password });
    assert.match(text, /Your password is changed[\s\S]*1 API key stays valid/);
    assert.equal(await isSignedIn(here), true);
    assert.equal(await isSignedIn(elsewhere), false);
    assert.equal(await canSignIn(person.email, person.password), false);
    assert.equal(await canSignIn(person.email, NEW), true);
    assert.equal((await person.client.call("user/info")).status, 200);
  });

  test("asks for the password again after ten minutes, for everything", async () => {
    const { person, here, elsewhere } = await someone();
    const fresh = (await here.open(PAGE)).text;
    const formToken = /name="token" value="(\w+)"/.exec(fresh)?.[1] ?? "";
    const session = /name="session" value="(\w+)"/.exec(fresh)?.[1] ?? "";
    clock.advance(10 * MINUTE_MS + 1);
    assert.doesNotMatch((await here.open(PAGE)).text, /value="end"/);
    for (const fields of [{ do: "end", session }, { do: "end-others" }] as Record<string, string>[]) {
      const answer = await here.post(PAGE, { token: formToken, ...fields });
      assert.equal(answer.status, 403);
      assert.match(answer.text, /Changes on this page need your password/);
    }
    assert.equal(await isSignedIn(elsewhere), true);
    assert.match((await here.fillIn(PAGE, "prove", { pass: person.password })).text, /changes for ten minutes/);
    await here.fillIn(PAGE, "end");
    assert.equal(await isSignedIn(elsewhere), false);
  });

  test("changes nothing for a wrong password, two that differ, one too short, or another session", async () => {
    const { person, here, elsewhere } = await someone();
    const other = await someone();
    const refused: [Promise<{ status: number; text: string }>, number, RegExp][] = [
      [change(here, { pass: "wrong" }), 403, /That is not your password/],
      [change(here, { pass: other.person.password }), 403, /That is not your password/],
      [change(here, {}), 403, /That is not your password/],
      [change(here, { pass: person.password, new_pass_again: "another" }), 400, /differ/],
      [change(here, { pass: person.password, new_pass: "short", new_pass_again: "short" }), 400, /at least 8/],
      ...["Password1", person.email].map((weak): [Promise<{ status: number; text: string }>, number, RegExp] => [
        change(here, { pass: person.password, new_pass: weak, new_pass_again: weak }),
        400,
        /This password is too easy to guess/,
      ]),
      [here.fillIn(PAGE, "prove", { pass: "wrong" }).catch(() => ({ status: 0, text: "" })), 0, /^$/],
      [here.fillIn(PAGE, "end", { session: "nobodys" }), 400, /had already ended/],
    ];
    for (const [answer, status, text] of refused) {
      const given = await answer;
      assert.equal(given.status, status);
      assert.match(given.text, text);
    }
    const [theirs] = await server.services.sessions.list("operator", other.person.account);
    assert.equal((await here.fillIn(PAGE, "end", { session: theirs?.id ?? "" })).status, 400);
    for (const browser of [here, elsewhere, other.here, other.elsewhere]) assert.equal(await isSignedIn(browser), true);
    assert.equal(await canSignIn(person.email, person.password), true);
  });

  test("accepts only its own forms", async () => {
    const { person, here, elsewhere } = await someone();
    const mine = /name="token" value="(\w+)"/.exec((await here.open(PAGE)).text)?.[1] ?? "";
    const theirs = /name="token" value="(\w+)"/.exec((await elsewhere.open(PAGE)).text)?.[1] ?? "";
    assert.notEqual(mine, theirs);
    const sent = { do: "password", pass: person.password, new_pass: NEW, new_pass_again: NEW };
    const evil = { origin: "https://evil.example.org", "sec-fetch-site": "cross-site" };
    const attempts: [Record<string, string>, Record<string, string>][] = [
      [sent, {}],
      [{ ...sent, token: "" }, {}],
      [{ ...sent, token: theirs }, {}],
      [{ ...sent, token: here.cookies.get("SID") ?? "" }, {}],
      [{ ...sent, token: mine }, evil],
      [
        { ...sent, token: mine },
        { origin: "null", "sec-fetch-site": "cross-site" },
      ],
      [
        { ...sent, token: mine },
        { ...evil, "sec-fetch-site": "same-site" },
      ],
    ];
    for (const [fields, headers] of attempts) {
      const { status, text } = await here.post(PAGE, fields, headers);
      assert.equal(status, 403);
      assert.match(text, /belongs to a session that has ended/);
    }
    const french = await here.post(PAGE, { ...sent, lg: "fr" }, evil);
    assert.match(french.text, /<html lang="fr">[\s\S]*Rien n’a été modifié/);
    assert.equal(await canSignIn(person.email, person.password), true);
  });

  test("refuses callers with only a password or a key, and ended sessions", async () => {
    const { person, here } = await someone();
    const basic = `Basic ${Buffer.from(`${person.email}:${person.password}`).toString("base64")}`;
    for (const authorization of [basic, `Bearer ${person.key}`]) {
      const visitor = new Browser(server, { headers: { authorization } });
      assert.match((await visitor.open(PAGE)).text, /<h1>Sign in<\/h1>/);
      assert.doesNotMatch((await visitor.open(PAGE)).text, /name="new_pass"/);
    }
    const formToken = /name="token" value="(\w+)"/.exec((await here.open(PAGE)).text)?.[1] ?? "";
    await server.services.accounts.setLocked("operator", person.account, true);
    await server.services.accounts.setLocked("operator", person.account, false);
    const late = { token: formToken, do: "password", pass: person.password, new_pass: NEW, new_pass_again: NEW };
    assert.match((await here.post(PAGE, late)).text, /<h1>Sign in<\/h1>/);
    assert.equal(await canSignIn(person.email, person.password), true);
  });

  test("counts wrong passwords as guesses", async () => {
    const { here } = await someone();
    const formToken = /name="token" value="(\w+)"/.exec((await here.open(PAGE)).text)?.[1] ?? "";
    server.limits.use("authentic");
    const statuses: number[] = [];
    for (let tries = 0; tries < 25; tries += 1)
      statuses.push((await here.post(PAGE, { token: formToken, do: "prove", pass: `guess ${tries}` })).status);
    assert.equal(statuses[0], 403);
    assert.notDeepEqual(await server.limits.locks(), []);
    const held = await here.open(PAGE);
    assert.equal(held.status, 403);
    assert.match(held.text, />IP Locked|>Your requests are too fast/);
    await server.limits.releaseAll();
    server.limits.use("off");
  });
});
