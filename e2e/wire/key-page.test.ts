import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { promisify } from "node:util";
import type { PlanId } from "@consigne/core";
import { ApiClient, startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { watchedPorts } from "./_watched-ports.ts";
import { addKey, addPerson, assertRefusal, assertSafePage, bearer, makeFolder, type Person } from "./_wire.ts";

const run = promisify(execFile);
const PAGE = "/console/params.pl";
const LATE_MS = 10 * 60_000 + 1;
const KEY = /<pre[^>]*>([A-Za-z0-9]{32})<\/pre>/;

suite("the API keys page", () => {
  const clock = new VirtualClock();
  const log: string[] = [];
  let server: TestServer;
  let count = 0;
  let foldersRead = 0;

  before(async () => {
    server = await startTestServer({
      clock,
      onLogLine: (line) => log.push(line),
      replacePorts: (embedded) => watchedPorts(embedded, { onFolderRead: () => (foldersRead += 1) }),
    });
  });
  after(() => server[Symbol.asyncDispose]());

  async function someone(plan: PlanId = "unlimited"): Promise<{ person: Person; browser: Browser }> {
    const person = await addPerson(server, `keys${(count += 1)}@example.org`, { plan, key: { name: "first" } });
    const browser = new Browser(server);
    await browser.signIn(person.email, person.password);
    return { person, browser };
  }
  const make = (browser: Browser, fields: Record<string, string> = {}) =>
    browser.fillIn(PAGE, "new", { name: "nas", template: "rclone", ...fields });
  const keysOf = async ({ account }: Person) => (await server.services.keys.list("operator", account)).all();
  const named = async (person: Person, name: string) =>
    (await keysOf(person)).find((key) => key.name === name) ?? assert.fail(`no key ${name}`);

  test("makes a key, shows it once with commands for tools, and the key works", async () => {
    const { person, browser } = await someone();
    await makeFolder(person.client, "photos");
    const created = await make(browser, { folder: "/photos", addresses: "127.0.0.0/8 192.0.2.7", ends: "2099-01-31" });
    assert.equal(created.status, 200);
    assert.equal(created.headers.get("cache-control"), "no-store");
    assertSafePage(created, "new key");
    const text = KEY.exec(created.text)?.[1] ?? assert.fail(created.text);
    for (const line of ["curl -H", "requests.post(", `api_key = ${text}`, "consigne ls", "createClient("])
      assert.ok(created.text.includes(line), line);
    await new ApiClient(server, text).ok("folder/ls");
    const key = await named(person, "nas");
    assert.deepEqual(key.allowedAddresses, ["127.0.0.0/8", "192.0.2.7"]);
    assert.equal(key.expiresAt?.toISOString(), "2099-01-31T22:59:59.000Z");
    const page = await browser.open(PAGE);
    assert.match(
      page.text,
      /<strong>nas<\/strong>[\s\S]*see and change: files, uploads; see: account, downloads[\s\S]*photos/,
    );
    assert.match(page.text, /from 127\.0\.0\.1/);
    assert.match(page.text, /Times are those of Europe\/Paris\./);
    assert.ok(!page.text.includes(text));
    assert.ok(log.length > 0 && log.every((line) => !line.includes(text)));
  });

  test("explains beside the form why no key was made, and offers no right that is not served", async () => {
    const { browser } = await someone();
    const refused = await make(browser, { folder: "/absent", template: "custom", "scope-files": "read" });
    assert.equal(refused.status, 400);
    assert.match(
      refused.text,
      /<h2 id="new">[^<]*<\/h2>\n<div class="notice bad" role="alert" tabindex="-1" autofocus>There is no such folder/,
    );
    assert.equal(refused.text.match(/There is no such folder/g)?.length, 1);
    assert.match(refused.text, /name="scope-remote"/);
    assert.doesNotMatch(refused.text, /FTP|vouchers/i);
    const plain = await browser.open(PAGE);
    assert.doesNotMatch(plain.text, /autofocus|FTP|vouchers/i);
  });

  test("names the folders of many keys with few queries, and counts like a call", async () => {
    const { person, browser } = await someone();
    for (const name of ["one", "two", "three", "four", "five"]) {
      await makeFolder(person.client, name);
      assert.equal((await make(browser, { name: `key of ${name}`, folder: `/${name}` })).status, 200);
    }
    foldersRead = 0;
    const page = await browser.open(PAGE);
    for (const name of ["one", "two", "three", "four", "five"]) assert.match(page.text, new RegExp(`>${name}<`));
    assert.ok(foldersRead <= 2, String(foldersRead));
    server.limits.use("authentic");
    const statuses = [];
    for (let time = 0; time < 10; time += 1) statuses.push((await browser.open(PAGE)).status);
    server.limits.use("friendly");
    assert.deepEqual([statuses[0], statuses.at(-1)], [200, 403]);
    await server.limits.releaseAll();
  });

  test("grants individual rights as chosen", async () => {
    const { person, browser } = await someone();
    await make(browser, { template: "custom", "scope-files": "read", "scope-keys": "none", "scope-uploads": "write" });
    const { scopes } = await named(person, "nas");
    assert.deepEqual(
      Object.entries(scopes).filter(([, right]) => right !== "none"),
      [
        ["files", "read"],
        ["uploads", "write"],
      ],
    );
  });

  test("explains errors in the reader's language, keeps the input and makes nothing", async () => {
    const { person, browser } = await someone();
    const wrong: [Record<string, string>, RegExp, RegExp][] = [
      [{ name: "a\u202eb" }, /at most 100 visible characters/, /100 caractères visibles au plus/],
      [{ addresses: "elsewhere" }, /neither an address/, /ni une adresse/],
      [{ folder: "/nowhere" }, /no such folder/, /dossier n’existe pas/],
      [{ ends: "2020-01-31" }, /has not passed/, /n’est pas passée/],
      [{ template: "all" }, /does not recognise this form/, /ne connaît pas ce formulaire/],
      [{ template: "custom", "scope-files": "none" }, /at least one right/, /au moins un droit/],
    ];
    for (const [fields, english, french] of wrong) {
      const answer = await make(browser, { name: "<typed>", ...fields });
      assert.equal(answer.status, 400);
      assert.match(answer.text, english);
      if (fields["name"] === undefined) assert.match(answer.text, /value="&lt;typed&gt;"/);
      assert.match((await make(browser, { lg: "fr", ...fields })).text, french);
    }
    assert.equal((await keysOf(person)).length, 1);
  });

  test("asks for the password if it was given more than ten minutes ago", async () => {
    const { person, browser } = await someone();
    assert.doesNotMatch((await browser.open(PAGE)).text, /type="password"/);
    clock.advance(LATE_MS);
    assert.match((await browser.open(PAGE)).text, /type="password"/);
    const without = await make(browser);
    assert.equal(without.status, 403);
    assert.match(without.text, /Enter your password, too/);
    assert.equal((await make(browser, { pass: "wrong" })).status, 403);
    assert.equal((await keysOf(person)).length, 1);
    assert.match((await make(browser, { pass: person.password })).text, KEY);
    assert.doesNotMatch((await browser.open(PAGE)).text, /type="password"/);
  });

  test("renames keys, replaces them with a grace period, and revokes them, saying what stops", async () => {
    const { person, browser } = await someone();
    const { id } = await named(person, "first");
    const one = `${PAGE}?key=${id}`;
    assert.match((await browser.open(one)).text, /Every tool that uses this key stops working immediately/);
    assert.match((await browser.fillIn(one, "rename", { name: "<renamed>" })).text, /<h1>&lt;renamed&gt;<\/h1>/);
    const replaced = await browser.fillIn(one, "rotate", { grace: "3600" });
    assert.match(replaced.text, /The old key ends .*20\d\d/);
    const text = KEY.exec(replaced.text)?.[1] ?? "";
    for (const each of [text, person.key]) await new ApiClient(server, each).ok("folder/ls");
    assert.match((await browser.fillIn(one, "revoke")).text, /is revoked and no longer works/);
    assertRefusal(await person.client.call("folder/ls"), 403, 93);
    await new ApiClient(server, text).ok("folder/ls");
    assert.match((await browser.open(one)).text, /<h1>&lt;renamed&gt;/);
    assert.doesNotMatch((await browser.open(one)).text, /value="revoke"/);
  });

  test("shows the keys a key made, and revokes them with it if asked, even later", async () => {
    const { person, browser } = await someone();
    const scopes = { ...(await named(person, "first")).scopes, keys: "write" } as const;
    const maker = await addKey(server, person.account, { name: "<maker>", scopes });
    const makes = async (by: string, name: string) => {
      const actor = await server.services.keys.authenticate(by, "127.0.0.1");
      return server.services.keys.create(actor, person.account, { name, scopes });
    };
    const child = await makes(maker.text, "child");
    await makes(child.text, "grandchild");
    assert.match((await browser.open(PAGE)).text, /<strong>child<\/strong><br>made by <bdi>&lt;maker&gt;<\/bdi><\/td>/);
    const one = `${PAGE}?key=${maker.id}`;
    const { text } = await browser.open(one);
    assert.match(text, /made 2 keys that work[\s\S]*>child<\/a>[\s\S]*>grandchild<\/a>[\s\S]*name="with_made"/);
    assert.match((await browser.open(`/fr${one}`)).text, /a créé 2 clés qui fonctionnent/);
    assert.match((await browser.fillIn(one, "revoke")).text, /The key is revoked and no longer works/);
    for (const name of ["child", "grandchild"]) assert.equal((await named(person, name)).revokedAt, undefined);
    assert.match((await browser.open(PAGE)).text, new RegExp(`key=${maker.id}"`));
    assert.match((await browser.fillIn(one, "revoke")).text, /The key and all keys it made are revoked/);
    for (const name of ["child", "grandchild"]) assert.ok((await named(person, name)).revokedAt);
    assert.ok(!(await browser.open(PAGE)).text.includes(`key=${maker.id}`));
    assert.doesNotMatch((await browser.open(one)).text, /value="revoke"|with_made/);
    const other = await addKey(server, person.account, { name: "other", scopes });
    await makes(other.text, "its own");
    await browser.fillIn(`${PAGE}?key=${other.id}`, "revoke", { with_made: "1" });
    assert.ok((await named(person, "its own")).revokedAt);
  });

  test("changes nothing for forms of other sites, and nobody else's keys", async () => {
    const { person, browser } = await someone();
    const { browser: stranger } = await someone();
    const { id } = await named(person, "first");
    const forms: Record<string, string>[] = [
      { do: "new", name: "x", template: "rclone" },
      { do: "revoke", key: id },
    ];
    for (const fields of forms) {
      assert.equal((await browser.post(PAGE, fields)).status, 403, "without the token");
      const cross = { origin: "https://evil.example.org", "sec-fetch-site": "cross-site" };
      assert.equal((await browser.post(PAGE, fields, cross)).status, 403);
    }
    const token = /name="token" value="([^"]+)"/.exec((await stranger.open(PAGE)).text)?.[1] ?? "";
    for (const action of ["rename", "rotate", "revoke"]) {
      const answer = await stranger.post(PAGE, { token, do: action, key: id, name: "mine", grace: "0" });
      assert.equal(answer.status, 400);
      assert.match(answer.text, /is not there/);
    }
    assert.deepEqual(
      (await keysOf(person)).map(({ name, revokedAt }) => [name, revokedAt]),
      [["first", undefined]],
    );
  });

  test("makes a key from each template that works with the curl command shown", async (t) => {
    const { browser } = await someone();
    const cwd = await mkdtemp(join(tmpdir(), "consigne-lines-"));
    t.after(() => rm(cwd, { recursive: true }));
    await writeFile(join(cwd, "photo.jpg"), "a photo");
    for (const template of ["rclone", "upload-only", "read-only", "everything"]) {
      const page = (await make(browser, { name: template, template })).text;
      const [, escaped] = /<p>curl<\/p>\s*<pre[^>]*>([^<]+)<\/pre>/.exec(page) ?? assert.fail(page);
      const line = (escaped ?? "").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
      const { stdout } = await run("sh", ["-c", line.replace("curl", "curl -sf")], { cwd });
      assert.match(stdout, template === "upload-only" ? /"filename":"photo\.jpg"/ : /"status":"OK"/, template);
      assert.equal(page.includes("[my1fichier]"), template !== "upload-only");
      assert.equal(page.includes("`rclone config file`"), template !== "upload-only");
      assert.equal(page.includes("It is not on npm"), template !== "upload-only");
    }
  });

  test("tells plans without API access that they need Premium, and lets them revoke", async () => {
    const { person, browser } = await someone("free");
    const page = await browser.open(PAGE);
    assert.match(page.text, /API keys need Premium/);
    assert.doesNotMatch(page.text, /value="new"/);
    const token =
      /name="token" value="([^"]+)"/.exec((await browser.open(`${PAGE}?key=${person.keyId}`)).text)?.[1] ?? "";
    const created = await browser.post(PAGE, { token, do: "new", name: "x", template: "rclone" });
    assert.equal(created.status, 403);
    assert.match(created.text, /need Premium/);
    assert.match(
      (await browser.fillIn(`${PAGE}?key=${person.keyId}`, "revoke")).text,
      /is revoked and no longer works/,
    );
  });

  test("shows the table without a form to a key that may read it, and asks others to sign in", async () => {
    const { person } = await someone();
    const { text } = await addKey(server, person.account, {
      scopes: { ...(await named(person, "first")).scopes, keys: "read" },
    });
    const reader = new ApiClient(server, text);
    const page = await reader.request(PAGE);
    assert.equal(page.status, 200);
    assert.match(page.text, /<strong>first<\/strong>/);
    assert.doesNotMatch(page.text, /<form/);
    for (const client of [person.client, new ApiClient(server)]) {
      const answer = await client.request(PAGE);
      assert.equal(answer.status, 303);
      assert.match(answer.headers.get("location") ?? "", /^\/login\.pl/);
    }
    const posted = await reader.request(PAGE, {
      method: "POST",
      headers: bearer(text),
      body: new URLSearchParams({ do: "new", name: "x" }),
    });
    assert.equal(posted.status, 303);
    assert.equal((await keysOf(person)).length, 2);
  });
});
