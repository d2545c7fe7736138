import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { startTestServer, type TestServer } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { listFiles } from "./_shapes.ts";
import {
  addKey,
  addPerson,
  assertRefusal,
  basic,
  bearer,
  idOf,
  makeFolder,
  type Person,
  readOnlyScopes,
  send,
  uploadOne,
} from "./_wire.ts";

const PASSWORD = "open sesame";
const form = { "content-type": "application/x-www-form-urlencoded" };

suite("saving another person's file to one's own account", () => {
  let server: TestServer;
  let owner: Person;
  let free: Person;
  let paid: Person;
  let browser: Browser;
  let open = "";
  let guarded = "";

  before(async () => {
    server = await startTestServer();
    owner = await addPerson(server, "owner-of-links@example.org");
    free = await addPerson(server, "free@example.org", { plan: "free" });
    paid = await addPerson(server, "paid@example.org", { plan: "premium" });
    open = `/?${idOf(await uploadOne(owner.client, "open.bin", "open bytes"))}`;
    guarded = `/?${idOf(await uploadOne(owner.client, "guarded.bin", "guarded bytes", { dpass: PASSWORD }))}`;
    browser = new Browser(server);
    await browser.signIn(free.email, free.password);
  });
  after(() => server[Symbol.asyncDispose]());

  const post = (path: string, body: string, headers: Record<string, string>) =>
    send(`${server.url}${path}`, { method: "POST", headers: { ...form, ...headers }, body });
  const tokenIn = (page: string) => /name="token" value="(\w+)"/.exec(page)?.[1] ?? "";

  test("is offered on the page with the visitor's folders, and shows the copy there", async () => {
    await browser.fillIn("/console/files.pl", "mkdir", { name: "Saved & kept" });
    const page = (await browser.open(open)).text;
    assert.match(page, /<input type="submit" class="plain" name="save"/);
    const did = /<option value="(\d+)">Saved &amp; kept</.exec(page)?.[1] ?? "";
    const saved = await browser.post(open, { token: tokenIn(page), save: "Save a copy", did });
    assert.match(saved.text, /<h1>Saved &amp; kept<[^]*The copy is in your account/);
    assert.match(saved.text, />open\.bin</);
    const copy = /href="([^"]+)">open\.bin</.exec(saved.text)?.[1] ?? "";
    assert.notEqual(idOf(copy), idOf(open));
    const own = (await browser.open(`/?${idOf(copy)}`)).text;
    assert.doesNotMatch(own, /name="save"/, "not to its owner");
    assert.doesNotMatch((await send(`${server.url}${open}`)).text, /name="save"|name="did"/, "nor to guests");
  });

  test("passes a protected link's password along, and fails without it", async () => {
    const page = (await browser.open(guarded)).text;
    const token = tokenIn(page);
    const wrong = await browser.post(guarded, { token, save: "1", did: "0", pass: "wrong one" });
    assert.match(wrong.text, /Bad password/);
    assert.doesNotMatch((await browser.open("/console/files.pl")).text, /guarded\.bin/);
    const saved = await browser.post(guarded, { token, save: "1", did: "0", pass: PASSWORD });
    assert.match(saved.text, />guarded\.bin</);
  });

  test("works for programs without a token, if they have the right", async () => {
    const folder = await makeFolder(paid.client, "by program");
    const saved = await post(open, `save=1&did=${folder}`, bearer(paid.key));
    assert.deepEqual(
      [saved.status, saved.headers.get("location")],
      [303, `/console/files.pl?dir_id=${folder}&done=saved`],
    );
    assert.deepEqual(
      (await listFiles(paid.client, { folder_id: folder })).map(({ filename }) => filename),
      ["open.bin"],
    );
    assert.equal((await post(open, "save=1&did=0", basic(paid.email, paid.password))).status, 303);
    const readOnly = await addKey(server, paid.account, { scopes: readOnlyScopes });
    assertRefusal(await post(open, "save=1&did=0", bearer(readOnly.text)), 403, 555);
    assertRefusal(await post(open, "save=1&did=0", bearer(free.key)), 403, 200);
    assertRefusal(await post(open, "save=1&did=99999999", bearer(paid.key)), 404, 563);
    assertRefusal(await post(open, "save=1&did=x", bearer(paid.key)), 404, 563);
    assert.equal((await listFiles(paid.client, { folder_id: 0 })).length, 1);
  });

  test("does nothing for a did without save, or for a form without a token or a session", async () => {
    const before = (await browser.open("/console/files.pl")).text;
    const linked = await browser.post(open, { did: "1", adz: "0.a1" });
    assert.match(linked.text, /Click here to download the file/);
    assert.equal((await browser.post(open, { save: "1", did: "0" })).status, 403);
    const foreign = { origin: "https://evil.example.org", "sec-fetch-site": "cross-site" };
    await browser.post(open, { save: "1", did: "0", token: tokenIn((await browser.open(open)).text) }, foreign);
    const nobody = await post(open, "save=1&did=0", {});
    assert.deepEqual([nobody.status, nobody.headers.get("location")], [303, "/login.pl"]);
    const after = (await browser.open("/console/files.pl")).text;
    assert.deepEqual(after.match(/rel="C_0_\w+"/g), before.match(/rel="C_0_\w+"/g));
  });
});
