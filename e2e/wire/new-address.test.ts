import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { isDomainError } from "@consigne/core";
import { startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { lettersTo } from "./_letters.ts";
import { addPerson, bearer, type Person, send } from "./_wire.ts";

const PAGE = "/console/security.pl";
const SENT = /If the new address can be used, an e-mail with a link is ready for it/;

suite("changing the e-mail address", () => {
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

  /** Each browser has its own address, as behind a proxy. */
  const browse = () => new Browser(server, { headers: { "x-forwarded-for": `198.51.100.${(++count % 200) + 1}` } });
  async function someone(): Promise<{ person: Person; browser: Browser; fresh: string }> {
    const person = await addPerson(server, `person${++count}@example.org`, { plan: "premium" });
    const browser = browse();
    await browser.signIn(person.email, person.password);
    return { person, browser, fresh: `new${count}@example.org` };
  }
  const canSignIn = async (email: string, password: string) => {
    try {
      await server.services.admission.identify({ kind: "password", email, password }, "198.51.100.250", "calls");
      return true;
    } catch (error) {
      assert.ok(isDomainError(error, "unknown-credentials"));
      return false;
    }
  };
  const ask = (browser: Browser, mail: string, pass: string) => browser.fillIn(PAGE, "mail", { mail, pass });

  async function mailedLink(browser: Browser, person: Person, fresh: string): Promise<string> {
    assert.match((await ask(browser, fresh, person.password)).text, SENT);
    const [letter = ""] = await lettersTo(server, fresh, 1);
    const link = /http:\S+confirm\.pl\?token=(?:3D)?(\w{40})/.exec(letter);
    assert.ok(link, letter);
    return link[1] ?? "";
  }

  test("takes effect once the mailed link is confirmed with the password, and the old address is notified", async () => {
    const { person, browser, fresh } = await someone();
    const token = await mailedLink(browser, person, fresh);
    assert.equal(await canSignIn(person.email, person.password), true);
    // On another device without a session.
    const phone = browse();
    for (let looks = 0; looks < 3; looks++) {
      const { status, text, headers } = await phone.open(`/confirm.pl?token=${token}`);
      assert.equal(status, 200);
      assert.ok(text.includes(fresh));
      assert.ok(!text.includes(person.email), "somebody who got the link by mistake learns nothing about the account");
      assert.match(text, /autocomplete="current-password"/);
      assert.equal(headers.get("cache-control"), "no-store");
    }
    const wrong = await phone.post("/confirm.pl", { token, pass: "wrong" });
    assert.equal(wrong.status, 403);
    assert.match(wrong.text, /That is not the password of the account\. Nothing was changed/);
    assert.equal(await canSignIn(person.email, person.password), true);
    const done = await phone.post("/confirm.pl", { token, pass: person.password });
    assert.equal(done.status, 200);
    assert.ok(done.text.includes(`From now on you sign in as ${fresh}`));
    assert.equal(await canSignIn(person.email, person.password), false);
    assert.equal(await canSignIn(fresh.toUpperCase(), person.password), true);
    const [notice = ""] = await lettersTo(server, person.email, 1);
    assert.match(notice, /The e-mail address of your Consigne account was changed/);
    assert.ok(!notice.includes(fresh), "the old mailbox may belong to somebody else");
    assert.ok((await browser.open(PAGE)).text.includes(fresh), "the session continues");
    const info = await send(`${server.url}/v1/user/info.cgi`, { method: "POST", headers: bearer(person.key) });
    assert.equal(info.status, 200);
    const again = await phone.open(`/fr/confirm.pl?token=${token}`);
    assert.equal(again.status, 410);
    assert.match(again.text, /Il a déjà servi\u{a0}: l’adresse a été changée/u);
    assert.ok(!log.some((line) => line.includes(token)), "no log contains a token");
  });

  test("does not reveal who has an account", async () => {
    const { person, browser } = await someone();
    const other = await someone();
    const before = (await readdir(join(server.dataDir, "outbox")).catch(() => [])).length;
    const plain = (text: string) => text.replace(/name="token" value="\w+"/g, "").replace(/\d\d:\d\d:\d\d/g, "");
    const taken = await ask(browser, other.person.email, person.password);
    const free = await ask(browser, "nobody@example.org", person.password);
    assert.equal(taken.status, free.status);
    assert.equal(plain(taken.text), plain(free.text));
    await lettersTo(server, "nobody@example.org", 1);
    const after = (await readdir(join(server.dataDir, "outbox"))).filter((name) => name.endsWith(".eml")).length;
    assert.equal(after, before + 1);
  });

  test("is refused with a wrong password, from another site's page, if malformed, or if repeated too often", async () => {
    const { person, browser, fresh } = await someone();
    const refused = await ask(browser, fresh, "wrong");
    assert.equal(refused.status, 403);
    assert.match(refused.text, /That is not your password\. Nothing was changed/);
    const bad = await ask(browser, "no address", person.password);
    assert.equal(bad.status, 400);
    assert.match(bad.text, /That is not an e-mail address\. Nothing was changed/);
    const evil = { origin: "https://evil.example.org", "sec-fetch-site": "cross-site" };
    const token = await mailedLink(browser, person, fresh);
    const foreign = await browse().post("/confirm.pl", { token, pass: person.password, lg: "fr" }, evil);
    assert.equal(foreign.status, 403);
    assert.match(foreign.text, /Rien n’a été modifié/);
    for (const each of ["", "x", `${token}x`, "A".repeat(40)])
      assert.equal((await browse().post("/confirm.pl", { token: each, pass: person.password })).status, 404);
    for (const each of [1, 2]) await ask(browser, `more${each}${fresh}`, person.password);
    const tooMany = await ask(browser, `last${fresh}`, person.password);
    assert.equal(tooMany.status, 429);
    assert.match(tooMany.text, /Too many links were requested\. Nothing was changed/);
    assert.equal(await canSignIn(person.email, person.password), true);
  });

  test("works the same for administrators, whom a typing mistake would lock out", async () => {
    const [email, password] = ["chief@example.org", "a long password"];
    const account = await server.services.accounts.create("operator", {
      email,
      password,
      planId: "unlimited",
      isAdmin: true,
    });
    const browser = browse();
    await browser.signIn(email, password);
    assert.match((await ask(browser, "chef@example.org", password)).text, SENT);
    assert.equal((await server.services.accounts.getByEmail("operator", email)).id, account.id);
  });

  test("counts wrong passwords behind the link as guesses", async () => {
    const { person, browser, fresh } = await someone();
    const token = await mailedLink(browser, person, fresh);
    server.limits.use("authentic");
    const statuses: number[] = [];
    for (let tries = 0; tries < 25; tries += 1)
      statuses.push((await browser.post("/confirm.pl", { token, pass: `guess ${tries}` })).status);
    assert.notDeepEqual(await server.limits.locks(), []);
    const held = await browser.post("/confirm.pl", { token, pass: person.password });
    assert.equal(held.status, 403);
    assert.match(held.text, />IP Locked|>Your requests are too fast/);
    await server.limits.releaseAll();
    server.limits.use("off");
    assert.equal(await canSignIn(person.email, person.password), true);
  });
});
