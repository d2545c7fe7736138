import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { addPerson, idOf, type Person, send, uploadOne } from "./_wire.ts";

const PATH = "/console/files.pl";

suite("changing a file in a browser without scripts", () => {
  let server: TestServer;
  let person: Person;
  let api: ApiClient;
  let browser: Browser;
  before(async () => {
    server = await startTestServer({ storage: "memory" });
    person = await addPerson(server, "person@example.org", { plan: "unlimited" });
    api = new ApiClient(server, person.key);
    browser = new Browser(server);
    await browser.signIn(person.email, person.password);
  });
  after(() => server[Symbol.asyncDispose]());

  const nameOf = async (url: string) => (await api.ok("file/info", { url }))["filename"];
  const folderOf = async (url: string) => (await api.ok("file/info", { url }))["folder_id"];
  const makeFolder = async (name: string, parent = 0) =>
    Number((await api.ok("folder/mkdir", { folder_id: parent, name }))["folder_id"]);
  const at = (link: string, language = "") => `${language}${PATH}?edit=${idOf(link)}`;

  test("the file list and the file's page link to the forms", async () => {
    const link = await uploadOne(api, "mine.txt");
    const href = `href="${PATH}?edit=${idOf(link)}"`;
    assert.ok((await browser.open(PATH)).text.includes(href));
    assert.ok((await browser.open(`/?${idOf(link)}&page=1`)).text.includes(`console/files.pl?edit=${idOf(link)}"`));
    assert.doesNotMatch((await send(`${link}&page=1`)).text, /files\.pl/);
  });

  test("a file is renamed and keeps its link, and an invalid name changes nothing", async () => {
    const link = await uploadOne(api, "before.txt");
    const done = await browser.fillIn(at(link), "rename", { name: "after & <more>.txt" });
    assert.match(done.text, /role="status"[^]*The file was renamed/);
    assert.match(done.text, /<h1>after &amp; &lt;more&gt;\.txt<\/h1>/);
    const refused = await browser.fillIn(at(link, "/fr"), "rename", { name: "a/b" });
    assert.equal(refused.status, 400);
    assert.match(refused.text, /role="alert"[^]*Il faut un nom de fichier sans «\u{a0}\/\u{a0}»/u);
    const same = await browser.fillIn(at(link), "rename", { name: "after & <more>.txt" });
    assert.match(same.text, /The file has this name already/);
    assert.equal(await nameOf(link), "after & <more>.txt");
  });

  test("a file is moved through nearby folders, step by step, and back to the root", async () => {
    const link = await uploadOne(api, "moved.txt");
    const upper = await makeFolder("upper");
    const lower = await makeFolder("lower", upper);
    await makeFolder("beside");
    assert.doesNotMatch((await browser.open(at(link))).text, /\/upper\/lower/);
    assert.match((await browser.fillIn(at(link), "move", { to: String(upper) })).text, /The file was moved/);
    const there = await browser.open(at(link));
    assert.match(there.text, new RegExp(`<option value="${lower}">/upper/lower<`));
    assert.match(there.text, />\/beside</);
    assert.doesNotMatch(there.text, new RegExp(`<option value="${upper}">`));
    await browser.fillIn(at(link), "move", { to: String(lower) });
    assert.equal(await folderOf(link), lower);
    assert.match((await browser.open(at(link))).text, new RegExp(`<option value="${upper}">/upper<`));
    const gone = await browser.fillIn(at(link), "move", { to: "99999999" });
    assert.equal(gone.status, 400);
    assert.match(gone.text, /That folder is not there any more/);
    assert.match((await browser.fillIn(at(link, "/fr"), "move", { to: "0" })).text, /Le fichier a été déplacé/);
    assert.ok((await browser.open(PATH)).text.includes(">moved.txt<"));
  });

  test("a link is given a password, a different one, and none again", async () => {
    const link = await uploadOne(api, "guarded.txt", "guarded bytes");
    const isAsked = async () => /name="pass"/.test((await send(link)).text);
    for (const pass of ["", "short"]) {
      const refused = await browser.fillIn(at(link), "password", { pass });
      assert.equal(refused.status, 400);
      assert.match(refused.text, /A link password has at least 6 characters/);
    }
    assert.equal(await isAsked(), false);
    assert.match(
      (await browser.fillIn(at(link), "password", { pass: "open sesame" })).text,
      /asks for the new password/,
    );
    assert.equal(await isAsked(), true);
    const type = { "content-type": "application/x-www-form-urlencoded" };
    const post = (body: string) => send(link, { method: "POST", headers: type, body });
    assert.equal((await post("pass=open+sesame")).status, 302);
    await browser.fillIn(at(link), "password", { pass: "another one" });
    assert.notEqual((await post("pass=open+sesame")).status, 302);
    assert.match((await browser.fillIn(at(link), "no-password")).text, /no longer asks for a password/);
    assert.equal(await isAsked(), false);
  });

  test("the forms refuse other people's files, other sites and other sessions", async () => {
    const stranger = await addPerson(server, "stranger@example.org", { plan: "unlimited" });
    const theirs = await uploadOne(new ApiClient(server, stranger.key), "theirs.txt");
    const mine = await uploadOne(api, "mine.txt");
    assert.equal((await browser.open(at(theirs))).status, 404, "although everybody may download it");
    assert.equal((await browser.open(`${PATH}?edit=`)).status, 404);
    const token = /name="token" value="(\w+)"/.exec((await browser.open(at(mine))).text)?.[1] ?? "";
    for (const action of ["rename", "move", "password", "no-password"]) {
      const fields = { token, do: action, name: "taken.txt", to: "0", pass: "open sesame" };
      assert.equal((await browser.post(PATH, { ...fields, id: idOf(theirs) })).status, 404, action);
      const own = { ...fields, id: idOf(mine) };
      const foreign = { origin: "https://evil.example.org", "sec-fetch-site": "cross-site" };
      assert.equal((await browser.post(PATH, own, foreign)).status, 403, action);
      assert.equal((await browser.post(PATH, { ...own, token: "0".repeat(40) })).status, 403, action);
      assert.match((await new Browser(server).post(PATH, own)).text, /autocomplete="current-password"/);
    }
    assert.equal(await nameOf(mine), "mine.txt");
    assert.doesNotMatch((await send(theirs)).text, /name="pass"/);
  });
});
