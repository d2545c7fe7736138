import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { isDomainError, type Ports } from "@consigne/core";
import { startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { lettersTo } from "./_letters.ts";
import { mailToken } from "./_reset-questions.ts";
import { addPerson, bearer, makeFolder, type Person, send, uploadOne } from "./_wire.ts";

const HOUR_MS = 3_600_000;
const chosen = "a password chosen anew";

suite("a forgotten password", () => {
  const clock = new VirtualClock();
  const log: string[] = [];
  let server: TestServer;
  let ports: Ports;
  let count = 0;

  before(async () => {
    server = await startTestServer({
      clock,
      settings: { CONSIGNE_LOG_LEVEL: "debug" },
      onLogLine: (line) => log.push(line),
      replacePorts: (embedded) => (ports = embedded),
    });
  });
  after(() => server[Symbol.asyncDispose]());

  /** Each browser has its own address, as behind a proxy. */
  const browse = () => new Browser(server, { headers: { "x-forwarded-for": `198.51.100.${(++count % 200) + 1}` } });
  const person = () => addPerson(server, `person${++count}@example.org`, { plan: "premium" });

  async function mailedLink(browser: Browser, { email }: Person): Promise<string> {
    assert.equal((await browser.post("/forgotten.pl", { mail: email })).status, 200);
    const [letter = ""] = await lettersTo(server, email, 1);
    const link = /http:\S+reset\.pl\?token=(?:3D)?(\w{40})/.exec(letter.replaceAll("=\n", ""));
    assert.ok(link, letter);
    return `/reset.pl?token=${link[1]}`;
  }

  const canSignIn = async ({ email }: Person, password: string) => {
    try {
      await server.services.admission.identify({ kind: "password", email, password }, "198.51.100.250", "calls");
      return true;
    } catch (error) {
      assert.ok(isDomainError(error, "unknown-credentials"));
      return false;
    }
  };

  /** Submits the form behind a link. */
  const set = (browser: Browser, link: string, fields: Record<string, string> = {}) =>
    browser.post("/reset.pl", {
      token: link.split("=")[1] ?? "",
      pass: chosen,
      pass_again: chosen,
      keys: "keep",
      ...fields,
    });

  test("is reset by the mailed link, which opening does not use up; sessions end and keys stay", async () => {
    const who = await person();
    const elsewhere = browse();
    await elsewhere.signIn(who.email, who.password);
    assert.equal((await elsewhere.open("/console/index.pl")).status, 200);
    const browser = browse();
    assert.match((await browser.open("/login.pl")).text, /href="\/forgotten\.pl"/);
    const link = await mailedLink(browser, who);
    for (let looks = 0; looks < 3; looks++) {
      const { status, text, headers } = await browser.open(link);
      assert.equal(status, 200);
      assert.match(text, new RegExp(`<strong>${who.email}</strong>`));
      assert.match(text, /autocomplete="new-password"/);
      assert.match(text, new RegExp(`<code>${who.key.slice(0, 4)}\\.\\.\\.</code>`));
      assert.equal(headers.get("cache-control"), "no-store");
    }
    const done = await set(browser, link);
    assert.equal(done.status, 200);
    assert.match(done.text, /The API keys work as before/);
    assert.equal(await canSignIn(who, chosen), true);
    assert.equal(await canSignIn(who, who.password), false);
    assert.match((await elsewhere.open("/console/index.pl")).text, /autocomplete="current-password"/);
    const info = { method: "POST", headers: bearer(who.key) };
    assert.equal((await send(`${server.url}/v1/user/info.cgi`, info)).status, 200);
    const [, notice = ""] = (await lettersTo(server, who.email, 2)).toSorted((a) => (a.includes("reset.pl") ? -1 : 1));
    assert.match(notice, /Your password for Consigne was changed/);
    const again = await browser.open(link);
    assert.equal(again.status, 410);
    assert.match(again.text, /It has already been used to set the password/);
    assert.match(again.text, /href="\/forgotten\.pl"/);
  });

  test("is reset with all keys revoked if requested, and a script using one is refused as documented", async () => {
    const who = await person();
    const browser = browse();
    const folder = await makeFolder(who.client, "shared <folder>");
    const { url } = await who.client.ok("folder/share", { folder_id: folder, share: 1 });
    await who.client.ok("folder/share", { folder_id: folder, shares: [{ email: "a&b@example.org", rw: 1 }] });
    const { link: further } = await who.client.ok("/x/v1/link/add", { folder_id: folder });
    await uploadOne(who.client);
    const link = await mailedLink(browser, who);
    const { text } = await browser.open(link);
    assert.match(text, /1 folder is shared with people:[\s\S]*a&amp;b@example.org \(may change it\)/);
    assert.match(text, /1 additional link works:[\s\S]*made .*\d{4}.*; open to everybody who has the link/);
    assert.match(text, /last used .*\d{4}.* from 127\.0\.0\.1/);
    assert.match(text, /1 folder has a public page:[\s\S]*shared &lt;folder&gt;[\s\S]*1 file and its own link stay/);
    const done = await set(browser, link, { keys: "end", shares: "end" });
    assert.match(done.text, /The API keys have ended/);
    assert.match(done.text, /No folder is shared any more/);
    assert.equal((await send(String(url))).status, 404);
    assert.match((await send((further as { url: string }).url)).text, /switched off/);
    const answer = await send(`${server.url}/v1/user/info.cgi`, { method: "POST", headers: bearer(who.key) });
    assert.equal(answer.status, 403);
    assert.match(answer.text, /No such user #93/);
  });

  test("does not reveal who has an account", async () => {
    const who = await person();
    const answers = await Promise.all(
      [who.email, "nobody@example.org"].map((mail) => browse().post("/forgotten.pl", { mail })),
    );
    const [known, unknown] = answers.map(({ status, text }) => [
      status,
      text.replaceAll(who.email, "MAIL").replaceAll("nobody@example.org", "MAIL"),
    ]);
    assert.deepEqual(known, unknown);
    assert.match(String(known?.[1]), /message in the outbox folder/);
    assert.ok(!String(known?.[1]).includes(server.dataDir));
  });

  test("is reset with a link to the server's address, whatever host the request names", async () => {
    const who = await person();
    const headers = {
      host: "evil.example.org",
      "x-forwarded-host": "evil.example.org",
      "content-type": "application/x-www-form-urlencoded",
    };
    const body = `mail=${who.email}`;
    assert.equal((await send(`${server.url}/forgotten.pl`, { method: "POST", headers, body })).status, 200);
    const [letter = ""] = await lettersTo(server, who.email, 1);
    assert.ok(letter.includes(`${server.url}/reset.pl`), letter);
    assert.doesNotMatch(letter, /evil/);
  });

  test("is not reset from another site's page, or with mismatching or short passwords", async () => {
    const who = await person();
    const browser = browse();
    const link = await mailedLink(browser, who);
    const token = link.split("=")[1] ?? "";
    const fields = { token, pass: chosen, pass_again: chosen };
    const evil = "https://evil.example.org";
    const crossSite = await browser.post("/reset.pl", fields, { origin: evil, "sec-fetch-site": "cross-site" });
    assert.equal(crossSite.status, 403);
    const headers = { origin: evil, "content-type": "application/x-www-form-urlencoded" };
    const old = { method: "POST", headers, body: String(new URLSearchParams(fields)) };
    assert.equal((await send(`${server.url}/reset.pl`, old)).status, 403);
    const differing = await set(browser, link, { pass_again: "something else", keys: "end" });
    assert.equal(differing.status, 400);
    assert.match(differing.text, /The two passwords differ/);
    assert.match(differing.text, /value="end" checked/);
    assert.match((await set(browser, link, { pass: "short", pass_again: "short" })).text, /at least 8 characters/);
    assert.equal(await canSignIn(who, who.password), true);
    assert.equal((await set(browser, link)).status, 200);
  });

  test("has a page that says in the reader's language why a link no longer works", async () => {
    const database = { database: ports.database, clock };
    const who = await person();
    const account = await ports.database.accounts.findByEmail(who.email);
    assert.ok(account);
    const page = async (token: string) => (await browse().open(`/fr/reset.pl?token=${token}`)).text;
    const first = await mailToken(database, account.id);
    const second = await mailToken(database, account.id);
    assert.match(await page(first), /Un lien plus récent a été envoyé/);
    clock.advance(HOUR_MS);
    assert.match(await page(second), /valable une heure et a expiré/);
    assert.match(
      await page(await mailToken(database, account.id, "password-changed")),
      /a été modifié depuis son envoi/,
    );
    assert.match(await page("x".repeat(40)), /n’est pas de ce serveur/);
    const live = await page(await mailToken(database, account.id));
    assert.match(live, /<html lang="fr">/);
    assert.match(live, /Garder les clés/);
  });

  test("leaves no token in the log", async () => {
    const who = await person();
    const browser = browse();
    const link = await mailedLink(browser, who);
    await browser.open(link);
    await set(browser, link);
    const token = link.split("=")[1] ?? "-";
    assert.ok(log.some((line) => line.includes("/reset.pl")));
    assert.ok(!log.some((line) => line.includes(token)));
  });

  test("bans callers who guess links, as with passwords", async (context) => {
    server.limits.use("friendly");
    context.after(() => server.limits.use("off"));
    for (const path of ["/reset.pl", "/confirm.pl", "/invitation.pl"]) {
      const browser = browse();
      const statuses: number[] = [];
      while (statuses.length < 101) statuses.push((await browser.post(path, { token: "x".repeat(40) })).status);
      assert.deepEqual([statuses[0], statuses[99], statuses[100]], [404, 404, 403], path);
      assert.equal((await browser.open("/login.pl")).status, 403, path);
      assert.equal((await browse().open("/login.pl")).status, 200);
    }
  });

  test("has a page that shows key names harmlessly", async () => {
    const who = await person();
    const account = await ports.database.accounts.findByEmail(who.email);
    assert.ok(account);
    await server.services.keys.create("operator", account, { name: '"><script>alert(1)</script>' });
    const browser = browse();
    const { text } = await browser.open(await mailedLink(browser, who));
    assert.match(text, /&quot;&gt;&lt;script&gt;/);
    assert.doesNotMatch(text, /<script/);
  });
});
