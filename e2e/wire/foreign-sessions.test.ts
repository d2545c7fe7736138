import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { endpoints, pageEndpoints } from "@consigne/contract";
import type { Ports } from "@consigne/core";
import type { TestServer } from "@consigne/testkit";
import { startWithDownloadOrigin } from "../_download-origin.ts";
import { Browser } from "./_browser.ts";
import { addPerson, idOf, makeFolder, type Person, send, uploadOne } from "./_wire.ts";

type Headers = Record<string, string>;

const evil = "https://evil.example.org";
const upload = '--b\r\nContent-Disposition: form-data; name="file[]"; filename="x"\r\n\r\nx\r\n--b--\r\n';
const LINK_PASSWORD = "open sesame";

suite("the session of somebody who visits another site's page", () => {
  let server: TestServer & { downloadUrl: string };
  let ports: Ports;
  let person: Person;
  let browser: Browser;
  let guarded = "";
  let trashId = 0;
  let folder = 0;
  let file = "";

  before(async () => {
    server = await startWithDownloadOrigin(
      { CONSIGNE_CORS_ORIGINS: "https://app.example.org" },
      (embedded) => (ports = embedded),
    );
    person = await addPerson(server, "person@example.org");
    const other = await addPerson(server, "other@example.org");
    guarded = `/?${idOf(await uploadOne(other.client, "guarded.bin", "bytes", { dpass: LINK_PASSWORD }))}`;
    file = idOf(await uploadOne(person.client, "their own.bin"));
    folder = await makeFolder(person.client, "their own folder");
    const url = await uploadOne(person.client, "removed.bin");
    await person.client.ok("file/rm", { files: [{ url }] });
    trashId = (await ports.database.trash.list(person.account.id, { limit: 1 }))[0]?.id ?? 0;
    browser = new Browser(server);
    await browser.signIn(person.email, person.password);
  });
  after(() => server[Symbol.asyncDispose]());

  /** How browsers describe the page behind a request if it is not ours. */
  const foreign = (): Headers[] => [
    { origin: evil, "sec-fetch-site": "cross-site" },
    { origin: evil },
    { origin: "null" },
    { origin: "null", "sec-fetch-site": "cross-site" },
    { origin: server.url.replace(/\d+$/, (port) => String(Number(port) + 1)), "sec-fetch-site": "same-site" },
    { origin: server.url.replace(/:\d+$/, "") },
    { origin: server.downloadUrl },
    { origin: server.downloadUrl, "sec-fetch-site": "same-site" },
    { origin: "https://1fichier.com", "sec-fetch-site": "cross-site" },
    { origin: `${server.url}.evil.example.org` },
    { "sec-fetch-site": "cross-site", "sec-fetch-dest": "image" },
    { "sec-fetch-site": "same-site", "sec-fetch-dest": "iframe" },
    { "sec-fetch-site": "cross-site", "sec-fetch-dest": "empty" },
  ];
  const named: Headers = { origin: "https://app.example.org", "sec-fetch-site": "cross-site" };
  const ask = (path: string, method: string, headers: Headers, body: string) =>
    send(`${server.url}${path}`, { method, headers, ...(method === "POST" ? { body } : {}) });

  test("authorizes no call, whatever headers the browser sends", async () => {
    const script = { ...browser.cookieHeader(), "consigne-session": "1" };
    const own = { ...script, origin: server.url, "sec-fetch-site": "same-origin" };
    const others = [
      ...[...foreign(), named].map((headers) => ({ ...script, ...headers })),
      // Ours, without what no form and no image can send.
      { ...browser.cookieHeader(), origin: server.url, "sec-fetch-site": "same-origin" },
      { ...browser.cookieHeader(), "sec-fetch-site": "none" },
    ];
    const calls = [...Object.values(endpoints), pageEndpoints.events].filter(
      ({ identification, availability }) => identification === "key" && availability === "implemented",
    );
    assert.ok(calls.length > 50, String(calls.length));
    for (const { path, methods } of calls) {
      for (const method of methods) {
        const type: Headers = method === "POST" ? { "content-type": "application/json" } : {};
        for (const headers of others) {
          const { status, text } = await ask(path, method, { ...type, ...headers }, "{}");
          assert.equal(status, 403, `${method} ${path} ${JSON.stringify(headers)}: ${text}`);
          if (method !== "HEAD") assert.match(text, /#12"|#556"/, path);
        }
        if (path === pageEndpoints.events.path || path === endpoints.sessionRm.path) continue;
        const answer = await ask(path, method, { ...type, ...own }, "{}");
        assert.doesNotMatch(answer.text, /#12"|#93"|#556"/, path);
      }
    }
  });

  test("shows nothing in that page's frames, images and scripts", async () => {
    const unseen = foreign().filter((headers) => headers["sec-fetch-dest"] !== undefined);
    const shown = { "sec-fetch-site": "cross-site", "sec-fetch-dest": "document" };
    const paths = ["/", guarded, "/console/", "/console/files.pl", `/console/link.pl?id=${file}`];
    for (const path of [...paths, "/console/dirs.pl?dir_id=0", "/console/params.pl", "/console/security.pl"]) {
      for (const headers of unseen) {
        const { text } = await ask(path, "GET", { accept: "text/html", ...browser.cookieHeader(), ...headers }, "");
        assert.doesNotMatch(text, /person@|their own/, `${path} ${JSON.stringify(headers)}`);
      }
    }
    const visited = await ask("/console/files.pl", "GET", { ...browser.cookieHeader(), ...shown }, "");
    assert.match(visited.text, /their own/, "after a link there it does");
  });

  /** What a form of ours would do, with everything that it needs except its token. */
  const forms = (): { path: string; fields: Headers; tokenField?: string; isForPrograms?: boolean }[] => [
    { path: "/console/files.pl", fields: { do: "mkdir", dir_id: "0", name: "made by a page" } },
    { path: "/console/files.pl", fields: { do: "restore", id: String(trashId) } },
    { path: "/console/params.pl", fields: { do: "new", name: "key", template: "everything", pass: person.password } },
    { path: "/console/remote.pl", fields: { do: "add", links: "https://example.org/a", did: "0" } },
    { path: guarded, fields: { save: "Save", did: "0", pass: LINK_PASSWORD }, isForPrograms: true },
    { path: "/console/mkdir.pl", fields: { mkdir: "made for a scraper", dir_id: "0" }, isForPrograms: true },
    {
      path: "/console/frename.pl",
      fields: { file, newname: "renamed.bin" },
      isForPrograms: true,
    },
    { path: "/console/rmdir.pl", fields: { dir: String(folder) }, isForPrograms: true },
    { path: "/console/security.pl", fields: { do: "mail", mail: "new@example.org", pass: person.password } },
    {
      path: "/console/security.pl",
      fields: { do: "password", pass: person.password, new_pass: "a new password", new_pass_again: "a new password" },
    },
    { path: "/logout.pl", fields: { a: "1" }, tokenField: "b" },
  ];

  const state = async () => {
    const { accounts, sessions, folders, files, apiKeys, remoteUploads, trash } = ports.database;
    const { id } = person.account;
    const account = await accounts.findById(id);
    return {
      account: { email: account?.email, passwordHash: account?.passwordHash },
      sessions: (await sessions.listByAccount(id, 50)).map((session) => session.id),
      folders: (await folders.listByAccount(id, { limit: 50 })).map(({ name }) => name),
      files: (await files.listByAccount(id, { limit: 50 })).map(({ name }) => name),
      keys: (await apiKeys.listByAccount(id, { limit: 50 })).map((key) => key.name),
      remote: (
        await remoteUploads.listRequests({ accountId: id, rootFolderId: undefined }, { before: undefined, limit: 9 })
      ).length,
      trash: (await trash.list(id, { limit: 50 })).length,
      letters: (await ports.database.jobs.list({ limit: 50 })).filter(({ kind }) => kind === "mail-email-change")
        .length,
    };
  };
  const tokenOf = async (who: Browser) =>
    /name="b" value="(\w+)"/.exec((await who.open("/logout.pl")).text)?.[1] ?? assert.fail("no token");

  test("changes nothing through that page's forms, or through ours with another session's token", async () => {
    const [elsewhere, left] = [new Browser(server), new Browser(server)];
    for (const each of [elsewhere, left]) await each.signIn(person.email, person.password);
    const [own, others, ended] = [await tokenOf(browser), await tokenOf(elsewhere), await tokenOf(left)];
    await left.post("/logout.pl", { a: "1", b: ended });
    const before = await state();
    const form = { ...browser.cookieHeader(), "content-type": "application/x-www-form-urlencoded" };
    const here = { origin: server.url, "sec-fetch-site": "same-origin" };
    for (const { path, fields, tokenField = "token" } of forms()) {
      const post = (token: string | undefined, headers: Headers) => {
        const body = new URLSearchParams({ ...fields, ...(token === undefined ? {} : { [tokenField]: token }) });
        return ask(path, "POST", { ...form, ...headers }, String(body));
      };
      for (const headers of [...foreign(), named]) {
        const { status, rawHeaders } = await post(own, headers);
        assert.ok([303, 403].includes(status), `${path} ${JSON.stringify(headers)}: ${status}`);
        assert.equal(rawHeaders["set-cookie"], undefined);
      }
      for (const token of [undefined, "", others, ended, browser.cookies.get("SID") ?? "", `${own}x`])
        assert.equal((await post(token, here)).status, 403, `${path} with the token ${token}`);
    }
    const multipart = { ...browser.cookieHeader(), "content-type": "multipart/form-data; boundary=b" };
    const field = (token: string) => `--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n${token}\r\n`;
    const put = (token: string, headers: Headers) =>
      ask("/upload.cgi?id=abcdefghij", "POST", { ...multipart, ...headers }, field(token) + upload);
    for (const headers of [...foreign(), named]) assert.equal((await put(own, headers)).status, 403);
    for (const token of ["", others, ended]) assert.equal((await put(token, here)).status, 403);
    assert.deepEqual(await state(), before);

    assert.equal((await put(own, here)).status, 302);
    for (const { path, fields, tokenField = "token" } of forms()) {
      const earlier = await state();
      await ask(path, "POST", { ...form, ...here }, String(new URLSearchParams({ ...fields, [tokenField]: own })));
      assert.notDeepEqual(await state(), earlier, `${path} ${JSON.stringify(fields)} by our own page`);
    }
  });
});
