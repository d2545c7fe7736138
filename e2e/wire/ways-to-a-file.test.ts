import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { after, before, suite, test } from "node:test";
import { VirtualClock } from "@consigne/core";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { watchedPorts } from "./_watched-ports.ts";
import {
  addKey,
  addPerson,
  assertRefusal,
  idOf,
  makeFolder,
  type Person,
  readOnlyScopes,
  send,
  uploadOne,
} from "./_wire.ts";

const PASSWORD = "open sesame";
const form = { "content-type": "application/x-www-form-urlencoded" };
/** Far more than the buffers between the server and a reader that does not read. */
const large = new Uint8Array(64 * 1024 * 1024).fill(1);

suite("every way to a file", () => {
  const clock = new VirtualClock();
  const inServer = new EventEmitter();
  let server: TestServer;
  let owner: ApiClient;
  let other: Person;
  let largeUrl = "";

  before(async () => {
    server = await startTestServer({
      clock,
      downloadRecheckMs: 50,
      replacePorts: (embedded) =>
        watchedPorts(embedded, {
          onFileRead: (fileId) => inServer.emit(`${fileId} is read`),
          onBytesClosed: (sizeBytes) => inServer.emit(`${sizeBytes} bytes are closed`),
        }),
    });
    owner = new ApiClient(server, server.apiKey);
    other = await addPerson(server, "other@example.org");
    largeUrl = await uploadOne(owner, "large.bin", large);
  });
  after(() => server[Symbol.asyncDispose]());

  const tokenOf = async (client: ApiClient, url: string, more: object = {}) =>
    String((await client.ok("download/get_token", { url, ...more }))["url"]);

  /** The token a guest gets by entering the password on a link's page. */
  const pageToken = async (url: string, password: string): Promise<string> => {
    const body = new URLSearchParams({ pass: password }).toString();
    const { headers } = await send(`${server.url}/?${idOf(url)}`, { method: "POST", headers: form, body });
    const direct = headers.get("location") ?? "";
    assert.match(direct, /\/p[A-Za-z0-9]{40}$/);
    return direct;
  };

  suite("requires the password", () => {
    let url = "";
    before(async () => {
      url = await uploadOne(owner, "locked.bin", "locked bytes", { dpass: PASSWORD });
    });

    for (const path of ["file/info", "download/get_token"]) {
      test(`at ${path}`, async () => {
        assertRefusal(await other.client.call(path, { url }), 403, 403);
        for (const pass of ["", "wrong one", PASSWORD.toUpperCase(), `${PASSWORD} `, null]) {
          const answer = await other.client.call(path, { url, pass });
          assertRefusal(answer, 403, 403);
          assert.doesNotMatch(answer.text, /locked\.bin/);
        }
        assert.equal((await other.client.call(path, { url, pass: PASSWORD })).status, 200);
      });
    }

    test("at file/cp", async () => {
      const copy = (pass?: string) => other.client.call("file/cp", { urls: [url], pass });
      assertRefusal(await copy(), 403, 403);
      assertRefusal(await copy("wrong one"), 403, 403);
      assert.equal((await copy(PASSWORD)).status, 200);
    });

    test("on the page, for GET and POST", async () => {
      const page = `${server.url}/?${idOf(url)}`;
      for (const suffix of ["", `&pass=${PASSWORD}`, "&e=1", "&inline=1"]) {
        assert.doesNotMatch(
          (await send(`${page}${suffix}`.replaceAll(" ", "+"))).text,
          /locked\.bin|\/p[A-Za-z0-9]{40}/,
        );
      }
      const posted = await send(page, { method: "POST", headers: form, body: "pass=wrong+one" });
      assert.doesNotMatch(posted.text, /locked\.bin|\/p[A-Za-z0-9]{40}/);
    });

    test("in a shared folder that lists the link", async () => {
      const folder = await makeFolder(owner, "listing");
      const inside = await uploadOne(owner, "inside.bin", "x", { did: String(folder), dpass: PASSWORD });
      const { url: shared } = await owner.ok("folder/share", { folder_id: folder, share: 1 });
      assert.equal((await send(`${String(shared)}?json=1`)).status, 200);
      assertRefusal(await other.client.call("download/get_token", { url: inside }), 403, 403);
    });

    test("from a guest or somebody else's key alike, however the right one was tried before", async () => {
      await tokenOf(other.client, url, { pass: PASSWORD });
      assertRefusal(await other.client.call("download/get_token", { url }), 403, 403);
    });
  });

  suite("closes its tokens when", () => {
    const cases: [string, (created: { url: string; person: Person; direct: string }) => Promise<unknown>][] = [
      ["the key is revoked", ({ person }) => server.services.keys.revoke("operator", person.keyId)],
      [
        "the downloader is locked",
        ({ person }) => server.services.accounts.setLocked("operator", person.account, true),
      ],
      ["the link gets a password", ({ url }) => owner.ok("file/chattr", { urls: [url], pass: PASSWORD })],
      [
        "the link gets an access list",
        ({ url }) => owner.ok("file/chattr", { urls: [url], acl: { ip: ["192.0.2.1"] } }),
      ],
      ["the file is removed", ({ url }) => owner.ok("file/rm", { files: [{ url }] })],
      [
        "the downloader's plan ends",
        ({ person }) => server.services.accounts.setPlan("operator", person.account, "free", undefined),
      ],
    ];
    for (const [index, [what, end]] of cases.entries()) {
      test(what, async () => {
        const url = await uploadOne(owner, "ending.bin", "bytes to end");
        const person = await addPerson(server, `ending-${index}@example.org`);
        const direct = await tokenOf(person.client, url);
        assert.equal((await send(direct, { headers: { range: "bytes=0-4" } })).status, 206);
        await end({ url, person, direct });
        for (const [method, headers] of [
          ["GET", {}],
          ["GET", { range: "bytes=5-" }],
          ["HEAD", {}],
        ] as [string, Record<string, string>][]) {
          const answer = await send(direct, { method, headers });
          assert.ok([403, 404].includes(answer.status), `${method}: ${answer.status}`);
          assert.doesNotMatch(answer.text, /bytes to end/);
        }
      });
    }

    test("the owner is locked", async () => {
      const person = await addPerson(server, "locked-later@example.org");
      const url = await uploadOne(person.client, "theirs.bin", "theirs");
      const direct = await tokenOf(other.client, url);
      assert.equal((await send(direct)).text, "theirs");
      await server.services.accounts.setLocked("operator", person.account, true);
      assertRefusal(await send(direct), 403, 620);
      await server.services.accounts.setLocked("operator", person.account, false);
      assert.equal((await send(direct)).text, "theirs");
    });

    test("the key expires", async () => {
      const expiring = await addKey(server, other.account, { expiresAt: new Date(clock.now().getTime() + 60_000) });
      const url = await uploadOne(owner, "dated.bin", "dated");
      const direct = await tokenOf(expiring.client, url);
      assert.equal((await send(direct)).text, "dated");
      clock.advance(60_000);
      assertRefusal(await send(direct), 403, 93);
    });

    test("the link does not allow the address", async () => {
      const url = await uploadOne(owner, "near.bin", "near");
      await owner.ok("file/chattr", { urls: [url], acl: { ip: ["198.51.100.0/24"] } });
      const near = { "x-forwarded-for": "198.51.100.9" };
      const answer = await other.client.call("download/get_token", { url }, near);
      assert.equal(answer.status, 200);
      const direct = String(answer.json?.["url"]);
      assertRefusal(await send(direct), 403, 631);
      assert.equal((await send(direct, { headers: near })).text, "near");
    });
  });

  suite("cuts a running download", () => {
    /** Nobody reads it before `lengthUntilCut`, so it keeps running whatever happens before. */
    const openStalled = async (direct: string): Promise<Stalled> => {
      const [response] = (await once(get(direct, { agent: false }), "response")) as [IncomingMessage];
      assert.equal(response.statusCode, 200);
      // The break may be noticed before anybody reads.
      response.on("error", () => undefined);
      return { response, closed: new Promise((resolve) => response.once("close", resolve)) };
    };
    const lengthUntilCut = async ({ response, closed }: Stalled): Promise<number> => {
      let length = 0;
      response.on("data", (chunk: Buffer) => (length += chunk.length));
      await closed;
      return length;
    };
    const assertCutBy = async (direct: string, end: () => Promise<unknown>): Promise<void> => {
      const stalled = await openStalled(direct);
      const ended = once(inServer, `${large.length} bytes are closed`);
      await end();
      await ended;
      assert.ok((await lengthUntilCut(stalled)) < large.length);
    };

    test("when its key is revoked", async () => {
      const person = await addPerson(server, "cut@example.org");
      const direct = await tokenOf(person.client, largeUrl);
      await assertCutBy(direct, () => server.services.keys.revoke("operator", person.keyId));
    });

    test("when the downloader is locked", async () => {
      const person = await addPerson(server, "cut-by-lock@example.org");
      const direct = await tokenOf(person.client, largeUrl);
      await assertCutBy(direct, () => server.services.accounts.setLocked("operator", person.account, true));
    });

    test("when the file is removed", async () => {
      const doomed = await uploadOne(owner, "doomed.bin", large);
      const direct = await tokenOf(other.client, doomed);
      await assertCutBy(direct, () => owner.ok("file/rm", { files: [{ url: doomed }] }));
    });

    test("when its link's password changes, for a key or a guest", async () => {
      const setPassword = (pass: string) => owner.ok("file/chattr", { urls: [largeUrl], pass });
      for (const directOf of [
        (pass: string) => tokenOf(other.client, largeUrl, { pass }),
        (pass: string) => pageToken(largeUrl, pass),
      ]) {
        await setPassword(PASSWORD);
        const direct = await directOf(PASSWORD);
        await assertCutBy(direct, () => setPassword("another password"));
        const { status } = await send(direct);
        assert.ok(status >= 400, `begun again: ${status}`);
      }
      await setPassword("");
    });

    test("but not while the right stands, even after the time to resume is over", async () => {
      const stalled = await openStalled(await tokenOf(other.client, largeUrl));
      clock.advance(31 * 60_000);
      // The first of three has been checked.
      for (let rechecks = 0; rechecks < 3; rechecks++) await once(inServer, `${idOf(largeUrl)} is read`);
      assert.equal(await lengthUntilCut(stalled), large.length);
    });
  });

  suite("guards uploads", () => {
    test("by refusing a key without the right, a locked account or a wrong address before bytes are stored", async () => {
      const locked = await addPerson(server, "locked-uploader@example.org");
      await server.services.accounts.setLocked("operator", locked.account, true);
      const clients = [
        (await addKey(server, other.account, { scopes: readOnlyScopes })).client,
        (await addKey(server, other.account, { allowedAddresses: ["198.51.100.1"] })).client,
        locked.client,
      ];
      for (const client of clients) {
        const data = new FormData();
        data.append("file[]", new Blob([new Uint8Array(1024)]), "refused.bin");
        const answer = await client.request("/upload.cgi", { method: "POST", headers: { JSON: "1" }, body: data });
        assertRefusal(answer, 403);
      }
    });

    test("by not revealing to a guest who else has the content", async () => {
      const [first, second] = [
        await uploadOne(owner, "same-1", "content"),
        await uploadOne(other.client, "same-2", "content"),
      ];
      assert.notEqual(idOf(first), idOf(second));
      await owner.ok("file/rm", { files: [{ url: first }] });
      assert.equal((await other.client.download(second)).bytes.toString(), "content");
    });
  });

  test("answers the same for what does not exist and what belongs to others", async () => {
    const foreign = await uploadOne(other.client, "foreign.bin");
    const folder = await makeFolder(other.client, "foreign folder");
    const absent = "https://1fichier.com/?abcdefghij0123456789";
    for (const [path, body] of [
      ["file/rm", (url: string) => ({ files: [{ url }] })],
      ["file/mv", (url: string) => ({ urls: [url], destination_folder_id: 0 })],
      ["file/rename", (url: string) => ({ urls: [{ url, filename: "x" }] })],
      ["file/chattr", (url: string) => ({ urls: [url], description: "x" })],
    ] as [string, (url: string) => object][]) {
      assert.equal((await owner.call(path, body(foreign))).text, (await owner.call(path, body(absent))).text);
    }
    for (const path of ["folder/ls", "file/ls", "folder/rm", "folder/mv"]) {
      const ask = (id: number) => owner.call(path, { folder_id: id, rename: "x" });
      assert.equal((await ask(folder)).text, (await ask(999_999)).text, path);
    }
  });
});

/** A download that nobody has read yet. */
interface Stalled {
  response: IncomingMessage;
  closed: Promise<unknown>;
}
