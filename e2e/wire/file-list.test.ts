import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { addPerson, idOf, type Person, type RawAnswer, send, uploadOne } from "./_wire.ts";

const PATH = "/console/files.pl";
const BOUNDARY = "----fileList";

/** A form as on the page, the fields in order and then a file. */
const bodyOf = (fields: Record<string, string>, name: string, content: string) =>
  [
    ...Object.entries(fields).map(
      ([key, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`,
    ),
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file[]"; filename="${name}"\r\n\r\n${content}\r\n`,
    `--${BOUNDARY}--\r\n`,
  ].join("");

suite("files in a browser without scripts", () => {
  let server: TestServer;
  let person: Person;
  let stranger: Person;
  let browser: Browser;

  before(async () => {
    server = await startTestServer();
    person = await addPerson(server, "person@example.org", { plan: "unlimited" });
    stranger = await addPerson(server, "stranger@example.org", { plan: "unlimited" });
    browser = new Browser(server);
    await browser.signIn(person.email, person.password);
  });
  after(() => server[Symbol.asyncDispose]());

  const tokenIn = ({ text }: RawAnswer) => /name="token" value="(\w+)"/.exec(text)?.[1] ?? "";
  const folderIn = ({ text }: RawAnswer, name: string) =>
    new RegExp(`dir_id=(\\d+)"><svg[^\\n]*</svg>${name}<`).exec(text)?.[1] ?? "";

  async function upload(page: RawAnswer, fields: Record<string, string>, from = browser, headers = {}) {
    const action = /action="([^"]*upload\.cgi[^"]*)"/.exec(page.text)?.[1] ?? "";
    return send(action, {
      method: "POST",
      headers: {
        "content-type": `multipart/form-data; boundary=${BOUNDARY}`,
        origin: server.url,
        "sec-fetch-site": "same-origin",
        accept: "text/html",
        ...from.cookieHeader(),
        ...headers,
      },
      body: bodyOf(fields, "from browser.txt", "sent by a form"),
    });
  }

  test("a folder is made, a file is uploaded and opened by its link, and both are removed after a question", async () => {
    assert.match((await browser.open(PATH)).text, /There are no files here yet/);
    const created = await browser.fillIn(PATH, "mkdir", { name: "Photos & <more>" });
    assert.equal(created.status, 200);
    assert.match(created.text, /role="status"[^]*The folder was created/);
    const id = folderIn(created, "Photos &amp; &lt;more&gt;");
    const inside = await browser.open(`${PATH}?dir_id=${id}`);
    const answer = await upload(inside, { token: tokenIn(inside), did: id, only_did: "1" });
    assert.equal(answer.status, 302);
    const report = (await browser.open(answer.headers.get("location") ?? "")).text;
    assert.match(report, /Upload finished - Links/);
    assert.match(report, /console\/index\.pl">[^<]+@[^<]+<[^]*Sign out/);
    assert.doesNotMatch(report, />Sign in</);
    const listed = await browser.open(`${PATH}?dir_id=${id}`);
    assert.match(listed.text, />1 file</);
    const link = /href="([^"]+\?\w{20})&page=1">from browser\.txt</.exec(listed.text)?.[1] ?? "";
    assert.match((await send(link)).text, /from browser\.txt/);
    const full = await browser.open(`${PATH}?dir_id=0&rmdir=${id}`);
    const refused = await browser.post(PATH, { token: tokenIn(full), do: "rmdir", dir_id: "0", id });
    assert.equal(refused.status, 400);
    assert.match(refused.text, /The folder is not empty/);
    const question = await browser.open(`${PATH}?dir_id=${id}&remove=${idOf(link)}`);
    assert.match(question.text, /Remove it\?[^]*from the trash for 30 days/);
    assert.match((await send(link)).text, /from browser\.txt/, "asking removes nothing");
    const fields = { token: tokenIn(question), dir_id: id, id: idOf(link) };
    assert.match((await browser.post(PATH, { ...fields, do: "remove" })).text, /The file was removed/);
    assert.equal((await send(link)).status, 404);
    assert.match(
      (await browser.post(PATH, { ...fields, dir_id: "0", do: "rmdir", id })).text,
      /The folder was removed/,
    );
  });

  test("a removed file is listed in the trash and restored with a form", async () => {
    const api = new ApiClient(server, person.key);
    const [file] = await api.upload({ "a <b>.txt": "back" });
    const link = file?.download ?? assert.fail("the report has no link");
    await api.ok("file/rm", { files: [{ url: link }] });
    assert.match((await browser.open(PATH)).text, /files\.pl\?trash=1">Trash</);
    const trash = `${PATH}?trash=1`;
    assert.match((await browser.open(trash)).text, /<bdi>\/<\/bdi><bdi>a &lt;b&gt;\.txt<\/bdi>/);
    const entry = /name="id" value="(\d+)"/.exec((await browser.open(trash)).text)?.[1] ?? "";
    const restored = await browser.fillIn(trash, "restore");
    assert.match(restored.text, /It is back where it was/);
    assert.match((await send(`${link}&page=1`)).text, /a &lt;b&gt;\.txt/);
    const again = await browser.post(PATH, { token: tokenIn(await browser.open(PATH)), do: "restore", id: entry });
    assert.equal(again.status, 404);
    assert.match(again.text, /It is not there any more/);
    const other = new Browser(server);
    await other.signIn(stranger.email, stranger.password);
    assert.match((await other.open(trash)).text, /The trash is empty/);
    await api.ok("file/rm", { files: [{ url: link }] });
  });

  test("a folder is renamed and moved with forms on its page", async () => {
    const make = async (name: string) => folderIn(await browser.fillIn(PATH, "mkdir", { name }), name);
    const [id, target] = [await make("drafts"), await make("target")];
    const fill = async (action: string, fields: Record<string, string>) =>
      browser.fillIn(`${PATH}?dir_id=${id}`, action, { dir_id: id, ...fields });
    const renamed = await fill("rename-folder", { name: "letters" });
    assert.match(renamed.text, /<h1>letters<[^]*The folder was renamed/);
    assert.match(renamed.text, new RegExp(`<option value="${target}">/target</option>`));
    assert.doesNotMatch(renamed.text, /<option value="0">/, "it is there");
    const moved = await fill("move-folder", { to: target });
    assert.match(moved.text, /The folder was moved/);
    assert.match(moved.text, /<option value="0">/);
    assert.match((await browser.open(`${PATH}?dir_id=${target}`)).text, />letters</);
    const cycle = await browser.post(PATH, { token: tokenIn(moved), do: "move-folder", dir_id: target, to: id });
    assert.deepEqual([cycle.status, /cannot be moved there/.test(cycle.text)], [400, true]);
    const taken = await fill("rename-folder", { name: "a/b" });
    assert.equal(taken.status, 400);
    await fill("move-folder", { to: "0" });
    const page = await browser.open(PATH);
    for (const each of [id, target]) {
      await browser.post(PATH, { token: tokenIn(page), do: "rmdir", dir_id: "0", id: each });
    }
  });

  test("a file links to its page, with a link to copy and a QR code, even behind a password", async () => {
    const api = new ApiClient(server, person.key);
    for (const dpass of ["", "open sesame"]) {
      const [file] = await api.upload({ "mine.txt": "of mine" }, { dpass });
      const link = file?.download ?? assert.fail("the report has no link");
      const listed = await browser.open(PATH);
      assert.ok(listed.text.includes(`<a href="${link}&page=1">mine.txt</a>`), listed.text);
      assert.ok(listed.text.includes(`<input type="text" value="${link}" readonly aria-label="Link of mine.txt">`));
      const page = await browser.open(`/?${idOf(link)}&page=1`);
      assert.equal(page.status, 200);
      assert.match(page.text, new RegExp(`<input type="text" id="own-link" value="[^"]*${idOf(link)}" readonly`));
      assert.match(page.text, new RegExp(`<img src="/qr\\.pl\\?${idOf(link)}"`));
      assert.doesNotMatch(page.text, /name="pass"/);
      assert.equal((await browser.open(`/?${idOf(link)}`)).status, 200, "the bytes, after a redirect");
      const others = await send(`${link}&page=1`);
      assert.doesNotMatch(others.text, /own-link/, "a stranger sees what everybody sees");
      await api.ok("file/rm", { files: [{ url: link }] });
    }
  });

  test("forms are refused from another site or session, or without one", async () => {
    const page = await browser.open(PATH);
    const token = tokenIn(page);
    const foreign = { origin: "https://evil.example.org", "sec-fetch-site": "cross-site" };
    assert.equal((await browser.post(PATH, { token, do: "mkdir", name: "x" }, foreign)).status, 403);
    assert.equal((await browser.post(PATH, { token: "0".repeat(40), do: "mkdir", name: "x" })).status, 403);
    for (const [fields, headers] of [
      [{ token }, foreign],
      [{ token: "0".repeat(40) }, {}],
      [{}, {}],
    ] as const) {
      assert.equal((await upload(page, fields, browser, headers)).status, 403);
    }
    assert.equal((await upload(page, { token }, new Browser(server))).status, 403);
    const names = (await new ApiClient(server, person.key).ok("folder/ls", { folder_id: 0 }))["sub_folders"];
    assert.deepEqual(names, []);
    assert.match((await new Browser(server).open(PATH)).text, /autocomplete="current-password"/);
  });

  test("other people's files and folders look as if they did not exist", async () => {
    const other = new ApiClient(server, stranger.key);
    const theirs = idOf(await uploadOne(other, "theirs.txt"));
    const folder = String((await other.ok("folder/mkdir", { folder_id: 0, name: "theirs" }))["folder_id"]);
    const page = await browser.open(PATH);
    for (const query of [`remove=${theirs}`, `dir_id=${folder}`, `rmdir=${folder}`, "dir_id=999999"])
      assert.equal((await browser.open(`${PATH}?${query}`)).status, 404, query);
    const token = tokenIn(page);
    assert.equal((await browser.post(PATH, { token, do: "remove", id: theirs })).status, 404);
    assert.equal((await browser.post(PATH, { token, do: "rmdir", id: folder })).status, 404);
    for (const action of ["rename-folder", "move-folder"]) {
      const answer = await browser.post(PATH, { token, do: action, dir_id: folder, name: "mine", to: "0" });
      assert.equal(answer.status, 404, action);
    }
    assert.ok((await other.ok("file/info", { url: `${server.url}/?${theirs}` }))["filename"]);
  });

  test("an error with a folder is explained in the reader's language, and nothing changes", async () => {
    const fill = (name: string) => browser.fillIn(`/fr${PATH}`, "mkdir", { name });
    assert.match((await fill("deux")).text, /Le dossier a été créé/);
    assert.match((await fill("deux")).text, /Il y a déjà un dossier de ce nom/);
    const bad = await fill("a/b");
    assert.equal(bad.status, 400);
    assert.match(bad.text, /nom de dossier sans «\u{a0}\/\u{a0}»/u);
    assert.equal((await fill("  ")).status, 400);
  });
});
