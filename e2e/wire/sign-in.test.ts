import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { addPerson, idOf, type Person, send, uploadOne } from "./_wire.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };
const fieldsOf = (fields: Record<string, string>) => String(new URLSearchParams(fields));
const evil = "https://evil.example.org";

suite("signing in", () => {
  const clock = new VirtualClock();
  const log: string[] = [];
  let server: TestServer;
  let person: Person;
  let free: Person;

  before(async () => {
    server = await startTestServer({ clock, onLogLine: (line) => log.push(line) });
    person = await addPerson(server, "person@example.org", { plan: "premium" });
    free = await addPerson(server, "free@example.org", { plan: "free" });
  });
  after(() => server[Symbol.asyncDispose]());

  const at = (path: string, options?: Parameters<typeof send>[1]) => send(`${server.url}${path}`, options);
  /** Posts the form like a program that has not loaded the page. */
  const post = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    at("/login.pl?lg=en", { method: "POST", headers: { ...form, ...headers }, body: fieldsOf(fields) });
  const login = (who: Person, more: Record<string, string> = {}) =>
    post({ mail: who.email, pass: who.password, ...more });
  const cookieOf = (answer: { headers: Headers }) =>
    /SID=([^;]+)/.exec(answer.headers.get("set-cookie") ?? "")?.[1] ?? "";
  const withCookie = (token: string) => ({ cookie: `LG=en; SID=${token}` });
  const isSignedIn = async (token: string) =>
    (await at("/console/index.pl", { headers: withCookie(token) })).status === 200;

  suite("by 1fichier.com clients", () => {
    test("gives JDownloader, pyLoad and Synology's module what they expect", async () => {
      const anonymous = await at("/login.pl?lg=en");
      assert.equal(anonymous.status, 200);
      assert.doesNotMatch(anonymous.text, /\/logout\.pl/);
      const variants: Record<string, string>[] = [
        { lt: "on", other: "on", valider: "ok" },
        { lt: "on", purge: "off", valider: "OK" },
        { lt: "on", secure: "on", Login: "Login", restrict: "on" },
      ];
      for (const more of variants) {
        const answer = await login(person, more);
        assert.equal(answer.status, 200);
        assert.match(answer.text, /\/logout\.pl/);
        assert.ok(answer.text.indexOf(person.email) > 0);
        assert.match(
          answer.headers.get("set-cookie") ?? "",
          /^SID=[A-Za-z0-9]{40}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/,
        );
        assert.match((await at("/login.pl?lg=en", { headers: withCookie(cookieOf(answer)) })).text, /\/logout\.pl/);
      }
    });

    test("shows on the home page, which links to the files of a signed-in visitor", async () => {
      const anonymous = await at("/");
      assert.match(anonymous.text, /Sign in to upload files\./);
      assert.doesNotMatch(anonymous.text, /logout\.pl|files\.pl/);
      const home = await at("/", { headers: withCookie(cookieOf(await login(person))) });
      assert.match(home.text, /<a class="button" href="[^"]*\/console\/files\.pl">My files</);
      assert.ok(home.text.includes(`>${person.email}<`));
      assert.doesNotMatch(home.text, /Sign in to upload files\./);
    });

    test("shows the account as they read it", async () => {
      const headers = withCookie(cookieOf(await login(person)));
      const index = (await at("/console/index.pl?mf", { headers })).text;
      assert.match(index, /\/logout\.pl/);
      assert.match(index, />My files</);
      assert.match(index, /Premium offer Account/);
      assert.match(index, /<div class="alc">Premium account<\/div>/);
      const plan = (await at("/console/abo.pl", { headers })).text;
      assert.match(plan, /<p hidden>[^<]*valid until <span style="font-weight:bold">2099-12-31</);
      assert.match(plan, /<p>Your Premium plan does not expire\.<\/p>/);
      assert.match((await at("/en/console/params.pl", { headers })).text, /API keys/);
      assert.match((await at("/console/cdn.pl", { headers })).text, />Your account have 0 GB of CDN/);
      const network = await at("/network.html", { headers: { authorization: `Bearer ${person.key}` } });
      assert.equal(network.status, 200);
      assert.doesNotMatch(network.text, />VPN detected|>Requires the use of CDN credits or/);
      const ofFree = withCookie(cookieOf(await login(free)));
      assert.doesNotMatch((await at("/console/abo.pl", { headers: ofFree })).text, /valid until/);
      assert.match((await at("/console/index.pl", { headers: ofFree })).text, /Free offer Account/);
    });

    test("tells them of a plan that will end and one that has ended", async () => {
      const { accounts } = server.services;
      const limited = await addPerson(server, "limited@example.org");
      const headers = withCookie(cookieOf(await login(limited)));
      const day = async () =>
        /valid until <span style="font-weight:bold">([^<]+)</.exec(
          (await at("/console/abo.pl", { headers })).text,
        )?.[1];
      await accounts.setPlan("operator", limited.account, "premium-gold", new Date("2031-05-06T12:00:00Z"));
      assert.equal(await day(), "2031-05-06");
      await accounts.setPlan("operator", limited.account, "premium-gold", new Date(0));
      assert.equal(await day(), undefined);
    });

    test("accepts Basic for every console page, as JDownloader sends it", async () => {
      const basic = (password: string) => ({
        authorization: `Basic ${Buffer.from(`${person.email}:${password}`).toString("base64")}`,
      });
      assert.match((await at("/console/index.pl", { headers: basic(person.password) })).text, /\/logout\.pl/);
      assert.equal((await at("/console/index.pl", { headers: basic("wrong") })).status, 303);
    });

    test("answers an unknown address and a wrong password alike, without a cookie", async () => {
      const wrong = [
        await post({ mail: person.email, pass: "wrong" }),
        await post({ mail: "nobody@example.org", pass: "wrong" }),
        await post({ mail: "", pass: "" }),
        await post({}),
      ];
      const texts = wrong.map(({ text }) => text.replaceAll(/value="[^"]*"/g, ""));
      for (const [index, { status, headers, text }] of wrong.entries()) {
        assert.equal(status, 403);
        assert.equal(headers.get("set-cookie"), null);
        assert.match(text, />Invalid username or Password</);
        assert.doesNotMatch(text, /\/logout\.pl/);
        assert.equal(texts[index], texts[0]);
      }
    });

    test("makes JDownloader wait after too many tries, for every account from that address and no other", async () => {
      const from = (address: string) => ({ "x-forwarded-for": address });
      server.limits.use("authentic");
      for (let tries = 0; tries < 30; tries += 1) {
        await post({ mail: person.email, pass: "wrong" }, from("198.51.100.7"));
        clock.advance(2000);
      }
      const held = await post({ mail: free.email, pass: free.password }, from("198.51.100.7"));
      assert.equal(held.status, 403);
      assert.match(held.text, />More than \d+ login try per \d+ minutes is not allowed</);
      assert.match(held.headers.get("retry-after") ?? "", /^\d+$/);
      assert.equal((await at("/login.pl", { headers: from("198.51.100.7") })).status, 403);
      assert.equal((await post({ mail: person.email, pass: person.password }, from("198.51.100.8"))).status, 200);
      await server.limits.releaseAll();
      server.limits.use("off");
    });

    test("binds a session to its address on request, and ends the others", async () => {
      const other = cookieOf(await login(person));
      const bound = cookieOf(await login(person, { restrict: "on", purge: "on" }));
      assert.equal(await isSignedIn(other), false);
      assert.equal(await isSignedIn(bound), true);
      const elsewhere = { ...withCookie(bound), "x-forwarded-for": "198.51.100.7" };
      assert.equal((await at("/console/index.pl", { headers: elsewhere })).status, 303);
    });

    test("ends the session with the form's two fields only", async () => {
      const token = cookieOf(await login(person));
      const headers = withCookie(token);
      const asked = (await at("/logout.pl", { headers })).text;
      const block = /<div class="bloc2[^>]*>[\s\S]*?<\/div>/.exec(asked)?.[0] ?? "";
      const fields = Object.fromEntries(
        [...block.matchAll(/type="hidden" name="([ab])" value="([^"]+)"/g)].map(([, name = "", value = ""]) => [
          name,
          value,
        ]),
      );
      assert.deepEqual(Object.keys(fields).toSorted(), ["a", "b"]);
      assert.ok(!asked.includes(token));
      const send2 = (body: Record<string, string>) =>
        at("/logout.pl", { method: "POST", headers: { ...form, ...headers }, body: fieldsOf(body) });
      for (const less of [{}, { a: "1" }, { ...fields, b: "x" }] as Record<string, string>[]) {
        assert.equal((await send2(less)).status, 403);
        assert.equal(await isSignedIn(token), true);
      }
      const done = await send2(fields);
      assert.match(done.text, /<div class="bloc2">You are now disconnected<\/div>/);
      assert.match(done.headers.get("set-cookie") ?? "", /^SID=deleted; Max-Age=0/);
      assert.equal(await isSignedIn(token), false);
      assert.doesNotMatch((await at("/logout.pl", { headers })).text, /disconnected|<form/);
    });

    test("answers old modules with an error, and counts their guesses", async () => {
      const from = { "x-forwarded-for": "198.51.100.9" };
      const ask = (headers: Record<string, string>) =>
        at(`/console/account.pl?user=${person.email}&pass=0123456789abcdef0123456789abcdef`, { headers });
      server.limits.use("authentic");
      const pages: Record<string, string>[] = [
        { "sec-fetch-site": "cross-site" },
        { "accept-language": "en" },
        { origin: evil },
      ];
      for (const page of pages)
        for (let tries = 0; tries < 30; tries += 1) assert.equal((await ask({ ...from, ...page })).text, "error");
      assert.deepEqual(await server.limits.locks(), []);
      const statuses: number[] = [];
      for (let tries = 0; tries < 30; tries += 1) statuses.push((await ask(from)).status);
      assert.equal(statuses[0], 200);
      assert.equal(statuses.at(-1), 403);
      await server.limits.releaseAll();
      server.limits.use("off");
    });
  });

  suite("in a browser", () => {
    test("continues to the requested page", async () => {
      const browser = new Browser(server);
      const asked = await browser.open("/console/abo.pl");
      assert.match(asked.text, /name="next" value="\/console\/abo\.pl"/);
      assert.match(asked.text, /autocomplete="username"[\s\S]*autocomplete="current-password"/);
      const there = await browser.signIn(person.email, person.password, { next: "/console/abo.pl" });
      assert.match(there.text, /valid until/);
      assert.match((await browser.open("/console/index.pl")).text, /\/logout\.pl/);
      assert.doesNotMatch(browser.setCookies[0] ?? "", /Max-Age|Expires|Domain|Secure/i, "until the browser is closed");
    });

    test("continues to the page of the console that was open", async () => {
      const next = "/console/#/files/%C3%A9t%C3%A9";
      const form = await at(`/login.pl?next=${encodeURIComponent(next)}`);
      assert.ok(form.text.includes(`name="next" value="${next}"`));
      const token = cookieOf(await login(person));
      const on = await at(`/login.pl?signed=1&next=${encodeURIComponent(next)}`, { headers: withCookie(token) });
      assert.equal(on.headers.get("location"), next);
    });

    test("continues to no other site", async () => {
      const targets = [
        "https://evil.example.org/",
        "//evil.example.org/",
        "/\\evil.example.org/",
        "\\/evil.example.org",
        "/\t/evil.example.org",
        "/%0d%0aLocation: https://evil.example.org",
        "http:evil.example.org",
        "/x/..//evil.example.org/",
        "/./\\evil.example.org",
        "//evil.example.org/#/files",
        "#//evil.example.org/",
        "javascript:alert(1)",
        "data:text/html,x",
        "console/abo.pl",
        "@evil.example.org",
        "/login.pl?next=/",
        "/logout.pl",
        `/${"x".repeat(600)}`,
      ];
      for (const next of targets) {
        const form = await at(`/login.pl?next=${encodeURIComponent(next)}`);
        assert.doesNotMatch(form.text, /evil|name="next"/, next);
        const browser = new Browser(server);
        const token = cookieOf(await login(person));
        browser.cookies.set("SID", token);
        const on = await at(`/login.pl?signed=1&next=${encodeURIComponent(next)}`, { headers: withCookie(token) });
        assert.equal(on.headers.get("location"), "/console/index.pl", next);
      }
    });

    test("says so if the cookie is not returned", async () => {
      const browser = new Browser(server);
      browser.takesCookies = false;
      const answer = await browser.signIn(person.email, person.password);
      assert.match(answer.text, /did not send back the cookie/);
      assert.doesNotMatch(answer.text, /\/logout\.pl/);
      assert.doesNotMatch((await browser.open("/login.pl")).text, /did not send back/);
    });

    test("explains errors in the reader's language", async () => {
      const browser = new Browser(server);
      browser.cookies.set("LG", "fr");
      const answer = await browser.signIn(person.email, "faux");
      assert.equal(answer.status, 403);
      assert.match(answer.text, /<html lang="fr">[\s\S]*Adresse e-mail ou mot de passe incorrect/);
      assert.match(answer.text, new RegExp(`value="${person.email}"`));
    });

    test("accepts no form of another site, and leads its visitor to ours", async () => {
      const pages: Record<string, string>[] = [
        { origin: evil },
        { origin: "null" },
        { origin: evil, "sec-fetch-site": "cross-site" },
      ];
      for (const page of pages) {
        const answer = await post({ mail: person.email, pass: person.password }, page);
        assert.equal(answer.status, 303);
        assert.equal(answer.headers.get("location"), "/login.pl");
        assert.equal(answer.headers.get("set-cookie"), null);
        const own = await new Browser(server).signIn(person.email, person.password);
        assert.equal(own.status, 200);
        const browser = new Browser(server);
        await browser.signIn(person.email, person.password);
        const b = /name="b" value="([^"]+)"/.exec((await browser.open("/logout.pl")).text)?.[1] ?? "";
        const out = await browser.post("/logout.pl", { a: "1", b }, { "sec-fetch-site": "cross-site", ...page });
        assert.equal(out.status, 403);
        assert.match(out.text, /sent by a page of another site/);
        assert.match((await browser.open("/console/index.pl")).text, /\/logout\.pl/, "still signed in");
      }
    });

    test("makes a new session each time, and ends the previous one", async () => {
      const browser = new Browser(server);
      browser.cookies.set("SID", "x".repeat(40));
      await browser.signIn(person.email, person.password);
      const first = browser.cookies.get("SID") ?? "";
      assert.notEqual(first, "x".repeat(40));
      await browser.signIn(free.email, free.password);
      assert.notEqual(browser.cookies.get("SID"), first);
      assert.equal(await isSignedIn(first), false);
    });

    test("lasts as long as configured", async () => {
      const short = cookieOf(await login(person));
      const long = cookieOf(await login(person, { lt: "on" }));
      clock.advance(13 * 3_600_000);
      assert.equal(await isSignedIn(short), false);
      assert.equal(await isSignedIn(long), true);
    });
  });

  suite("at a link", () => {
    let url = "";
    let guarded = "";
    before(async () => {
      const owner = new ApiClient(server, server.apiKey);
      url = await uploadOne(owner, "a.bin", "hello");
      guarded = await uploadOne(owner, "b.bin", "hello", { dpass: "open sesame" });
    });

    test("redirects customers to the bytes, for GET and HEAD", async () => {
      const headers = withCookie(cookieOf(await login(person)));
      for (const method of ["GET", "HEAD"]) {
        const answer = await send(url, { method, headers });
        assert.equal(answer.status, 302);
        assert.equal((await send(answer.headers.get("location") ?? "")).text, "hello");
      }
      assert.match((await send(`${url}&auth=1&e=1`, { headers })).text, /^http[^;]+;a\.bin;5\n$/);
      const visit = { ...headers, "sec-fetch-site": "cross-site", "sec-fetch-dest": "document" };
      assert.equal((await send(url, { headers: visit })).status, 302, "after a link on another site too");
      assert.match((await send(guarded, { headers })).text, /name="pass"/);
    });

    test("shows others the page, which offers to sign in and return", async () => {
      const href = `/login.pl?next=${encodeURIComponent(`/?${idOf(url)}`)}`;
      assert.ok((await send(url)).text.includes(`href="${server.url}${href}"`));
      const browser = new Browser(server);
      assert.match((await browser.open(href)).text, new RegExp(`name="next" value="/\\?${idOf(url)}"`));
      const there = await browser.signIn(person.email, person.password, { next: `/?${idOf(url)}` });
      assert.equal(there.text, "hello");
      const ofFree = withCookie(cookieOf(await login(free)));
      assert.match((await send(url, { headers: ofFree })).text, /name="adz"/);
      const inFrame = {
        ...withCookie(cookieOf(await login(person))),
        "sec-fetch-site": "cross-site",
        "sec-fetch-dest": "iframe",
      };
      assert.match(
        (await send(url, { headers: inFrame })).text,
        /name="adz"/,
        "nothing is shown in another site's frame",
      );
    });
  });

  test("the log contains no password, session or form token", async () => {
    const browser = new Browser(server);
    await browser.signIn(person.email, person.password);
    await browser.open("/console/security.pl");
    const written = log.join("\n");
    assert.match(written, /"path":"\/login\.pl"/);
    assert.ok(!written.includes(browser.cookies.get("SID") ?? "?"));
    assert.ok(!written.includes(person.password));
  });
});
