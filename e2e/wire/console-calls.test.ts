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

const FACE = { "consigne-face": "1fichier.com" };
const form = { "content-type": "application/x-www-form-urlencoded" };

/** Like the scrapers of 1fichier.com's console: signed in by cookie, without claiming to be a page, in English. */
suite("the console pages, called by programs", () => {
  let server: TestServer;
  let person: Person;
  let other: Person;
  let cookie: Record<string, string>;

  before(async () => {
    server = await startTestServer();
    person = await addPerson(server, "scraping@example.org", { plan: "free" });
    other = await addPerson(server, "other@example.org");
    const browser = new Browser(server);
    await browser.signIn(person.email, person.password);
    cookie = browser.cookieHeader();
  });
  after(() => server[Symbol.asyncDispose]());

  const get = (path: string, headers: Record<string, string> = cookie) =>
    send(`${server.url}/console/${path}`, { headers: { ...FACE, ...headers } });
  const post = (path: string, body: string, headers: Record<string, string> = cookie) =>
    send(`${server.url}/console/${path}`, { method: "POST", headers: { ...FACE, ...form, ...headers }, body });
  const upload = async (name: string, folderId = 0) => {
    const data = new FormData();
    data.append("did", String(folderId));
    data.append("file[]", new Blob(["hello"]), name);
    const headers = basic(person.email, person.password);
    const sent = await fetch(`${server.url}/upload.cgi`, { method: "POST", headers, body: data, redirect: "manual" });
    const report = await send(`${server.url}${sent.headers.get("location")}`, { headers: { JSON: "1" } });
    return idOf((report.json as { links: { download: string }[] }).links[0]?.download ?? "");
  };
  /** plowshare: the id before a name, on one line. */
  const folderIdIn = (page: string, name: string) =>
    new RegExp(`rel="(\\d+)"><div class="dF"><a href="#" onclick="return false">${name}<`).exec(page)?.[1] ?? "";
  const makeOne = async (name: string) => {
    assert.equal(
      (await post("mkdir.pl", `mkdir=${encodeURIComponent(name)}&dir_id=0`)).text,
      "Folder created successfully",
    );
    return folderIdIn((await get("files.pl?dir_id=0&oby=0&search=")).text, name);
  };

  test("make folders, list them, and say which name is taken or invalid", async () => {
    const id = await makeOne("made");
    assert.match(id, /^\d+$/);
    const inner = await post("mkdir.pl", `mkdir=inner&dir_id=${id}`);
    assert.equal(inner.text, "Folder created successfully");
    assert.match((await get(`dirs.pl?dir_id=${id}`)).text, /<li rel="\d+"><div>inner\u00a0<div class="fcp">/);
    const again = await post("mkdir.pl", "mkdir=made&dir_id=0");
    assert.deepEqual([again.status, again.text.includes("Another")], [409, true]);
    const bad = await post("mkdir.pl", "mkdir=a%2Fb&dir_id=0");
    assert.deepEqual([bad.status, bad.text.includes("Invalid")], [400, true]);
    for (const dir of ["999999", "x", "-1"])
      assert.equal((await post("mkdir.pl", `mkdir=y&dir_id=${dir}`)).status, 404);
    const full = await post("rmdir.pl", `dir=${id}`);
    assert.deepEqual([full.status, full.text], [409, "The folder is not empty. Nothing was removed."]);
    const innerId = /<li rel="(\d+)">/.exec((await get(`dirs.pl?dir_id=${id}`)).text)?.[1];
    for (const dir of [innerId, id]) assert.match((await post("rmdir.pl", `dir=${dir}`)).text, /has been destroyed/);
    assert.equal(folderIdIn((await get("files.pl")).text, "made"), "");
    assert.equal((await post("rmdir.pl", "dir=0")).status, 400);
  });

  test("list, rename, move, link and remove files", async () => {
    const [first, second] = [await upload("first & <1>.txt"), await upload("second.txt")];
    const page = (await get("files.pl?dir_id=0")).text;
    const row =
      /<li class="file" rel="(C_0_\w+)"><div class="dF"><a href="#">first &amp; &lt;1&gt;\.txt<\/a><\/div><div class="dD">[\d: -]+<\/div><div class="dS">5 B</;
    assert.equal(row.exec(page)?.[1], `C_0_${first}`);

    const renamed = await post("frename.pl", `newname=third.txt&file=C_0_${first}`);
    assert.deepEqual([renamed.status, renamed.text], [200, "File renamed successfully"]);
    assert.equal((await post("frename.pl", `newname=third.txt&file=C_0_${first}`)).status, 400);
    assert.equal((await post("frename.pl", `newname=a%2Fb&file=C_0_${first}`)).status, 400);

    const links = await get(`link.pl?selected[]=C_0_${second}&selected[]=C_0_${first}`);
    const found = [...links.text.matchAll(/<tr><td>([^<]+)<\/td><td><a href="([^"]+)">/g)].map(([, name, url]) => [
      name,
      url,
    ]);
    assert.deepEqual(found, [
      ["second.txt", `https://1fichier.com/?${second}`],
      ["third.txt", `https://1fichier.com/?${first}`],
    ]);
    assert.equal(
      /<a [^>]*href="(https:\/\/1fichier\.com\/[^"]*)"/.exec(links.text)?.[1],
      `https://1fichier.com/?${second}`,
    );

    const folder = await makeOne("moved into");
    const moved = await post("op.pl", `dragged[]=C_0_${first},C_0_${second}&dragged_type=2&dropped_dir=${folder}`);
    assert.deepEqual([moved.status, moved.text], [200, "2 files were moved."]);
    assert.equal((await post("op.pl", `dragged[]=${folder}&dragged_type=1&dropped_dir=0`)).status, 400);
    assert.match((await get(`files.pl?dir_id=${folder}`)).text, new RegExp(`rel="C_0_${first}"`));

    const selected = `selected[]=C_0_${first}&selected[]=C_0_${second}`;
    assert.match((await post("remove.pl", selected)).text, /With remove=1, 2 files[^]*third\.txt\nsecond\.txt/);
    assert.equal((await send(`${server.url}/?${first}`)).status, 200, "asking removes nothing");
    assert.match((await post("remove.pl", `remove=1&${selected}`)).text, /2 files have been destroyed/);
    assert.equal((await send(`${server.url}/?${first}`)).status, 404);
    for (const path of ["remove.pl", "op.pl"]) assert.equal((await post(path, "remove=1&dragged_type=2")).status, 400);
    assert.equal((await get("link.pl")).status, 400);
    assert.equal((await get(`link.pl?selected[]=C_0_${first}`)).status, 404);
  });

  test("share a folder, and stop sharing with the next call", async () => {
    const id = await makeOne("shared");
    const shared = await post("dpub.pl", `change=1&dir=${id}`);
    const url = /^Folder shared: (https:\/\/1fichier\.com\/dir\/\w+)$/.exec(shared.text)?.[1] ?? "";
    const directory = `${server.url}${new URL(url).pathname}`;
    assert.equal((await send(directory)).status, 200);
    assert.match((await post("dpub.pl", `change=1&dir=${id}`)).text, /no longer shared/);
    assert.equal((await send(directory)).status, 404);
    assert.equal((await post("dpub.pl", `dir=${id}`)).status, 400);
    assert.equal((await post("dpub.pl", "change=1&dir=0")).status, 400);
  });

  test("report what the account contains, and queue remote uploads", async () => {
    const browser = new Browser(server);
    await browser.signIn(other.email, other.password);
    const url = await uploadOne(other.client, "held.bin", "x".repeat(1536));
    const { url: direct } = await other.client.ok("download/get_token", { url });
    assert.equal((await (await fetch(String(direct))).text()).length, 1536);
    const info = await get("get_info.pl", browser.cookieHeader());
    assert.deepEqual(info.json, { data: "1 file - 1.50 KB" });
    const cells = [
      ...(await get("infog.pl", browser.cookieHeader())).text.matchAll(/<tr><td>[^<]+<\/td><td>([^<]+)</g),
    ];
    assert.deepEqual(
      cells.map(([, cell]) => cell),
      ["1", "1.50 KB", "1"],
    );
    const remote = await get("remote.pl");
    assert.equal(/<div id="ct">([^]*?)\n<\/div>/.exec(remote.text)?.[1]?.match(/<div/g)?.length, 1);
    const links = ["http://127.0.0.1/a", "http://127.0.0.1/b"].map(encodeURIComponent).join("%0D%0A");
    const queued = await post("remote.pl", `links=${links}&did=0`);
    assert.deepEqual([queued.status, queued.text], [200, "2 remote uploads were queued."]);
    for (const body of ["links=file%3A%2F%2F%2Fetc", "links=&did=0", `links=${links}&did=99999999`]) {
      const refused = await post("remote.pl", body);
      assert.deepEqual([refused.status >= 400, refused.text.includes("can not")], [true, true], body);
    }
  });

  test("answer in French if that was chosen", async () => {
    const french = { cookie: `${cookie["cookie"]}; LG=fr` };
    assert.equal((await post("mkdir.pl", "mkdir=dossier", french)).text, "Dossier créé avec succès");
    assert.match((await post("mkdir.pl", "mkdir=dossier", french)).text, /^Un autre dossier/);
    assert.deepEqual((await get("get_info.pl", french)).json, { data: "0 fichier - 0 o" });
  });

  test("refuse callers who are not signed in, and forms of another site or session", async () => {
    const token = /name="token" value="(\w+)"/.exec((await get("files.pl")).text)?.[1] ?? "";
    const origin = { origin: "https://1fichier.com", "sec-fetch-site": "same-origin" };
    const foreign = { origin: "https://evil.example.org", "sec-fetch-site": "cross-site" };
    const calls = ["mkdir.pl", "rmdir.pl", "remove.pl", "frename.pl", "op.pl", "dpub.pl", "remote.pl"];
    for (const path of calls) {
      const asked = await post(path, "mkdir=x", FACE);
      assert.deepEqual([asked.status, asked.headers.get("location")], [303, "/login.pl"], path);
      assert.equal((await post(path, `mkdir=x&token=${token}`, { ...cookie, ...foreign })).status, 403, path);
      assert.equal((await post(path, "mkdir=x", { ...cookie, ...origin })).status, 403, path);
      assert.equal((await post(path, `mkdir=x&token=${"0".repeat(40)}`, { ...cookie, ...origin })).status, 403, path);
    }
    for (const path of ["link.pl?selected[]=a", "dirs.pl", "get_info.pl", "infog.pl", "remote.pl"]) {
      assert.equal((await get(path, {})).status, 303, path);
      const picture = { ...cookie, "sec-fetch-site": "cross-site", "sec-fetch-dest": "image" };
      assert.equal((await get(path, picture)).status, 303, path);
    }
    const own = await post("mkdir.pl", `mkdir=by+a+page&token=${token}`, { ...cookie, ...origin });
    assert.equal(own.text, "Folder created successfully");
  });

  test("respect a key's rights, its folder and its plan", async () => {
    const ofOther = idOf(await uploadOne(other.client, "theirs.bin"));
    const folder = await makeFolder(other.client, "theirs");
    const readOnly = await addKey(server, other.account, { scopes: readOnlyScopes });
    const fenced = await addKey(server, other.account, { fenceFolderId: folder });
    const writes: readonly [path: string, body: string][] = [
      ["mkdir.pl", "mkdir=x"],
      ["rmdir.pl", `dir=${folder}`],
      ["remove.pl", `selected[]=${ofOther}&remove=1`],
      ["frename.pl", `file=${ofOther}&newname=x.bin`],
      ["op.pl", `dragged[]=${ofOther}&dragged_type=2&dropped_dir=${folder}`],
      ["dpub.pl", `dir=${folder}&change=1`],
    ];
    const before = await listFiles(other.client, { folder_id: 0 });
    for (const [path, body] of writes) {
      assertRefusal(await post(path, body, bearer(readOnly.text)), 403, 555);
      assertRefusal(await post(path, body, bearer(person.key)), 403, 200);
      assert.equal((await post(path, body, bearer("nobody-holds-this-key-0123456789"))).status, 303, path);
      // Signed in, but the files belong to another account; the first call makes a folder of the caller's own.
      if (path !== "mkdir.pl") assert.equal((await post(path, body)).status, 404, path);
    }
    for (const path of ["remove.pl", "frename.pl", "op.pl"]) {
      const [, body = ""] = writes.find(([each]) => each === path) ?? [];
      assert.equal((await post(path, body, bearer(fenced.text))).status, 404, path);
    }
    assert.equal((await get(`link.pl?selected[]=${ofOther}`, bearer(fenced.text))).status, 404);
    assert.equal((await get(`link.pl?selected[]=${ofOther}`, bearer(readOnly.text))).status, 200);
    assert.deepEqual(await listFiles(other.client, { folder_id: 0 }), before);
    const byPassword = await post("mkdir.pl", "mkdir=by+password", basic(other.email, other.password));
    assert.equal(byPassword.text, "Folder created successfully");
  });
});
