import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { type RawAnswer, send, uploadOne } from "./_wire.ts";

const named = "https://app.example.org";
const evil = "https://evil.example.org";
/** More guesses, calls or refusals than the profile allows. */
const MANY = 60;

type Headers = Record<string, string>;
/** How browsers describe the page behind a request. */
const foreign: Headers[] = [
  { origin: evil },
  { origin: "null" },
  { origin: evil, "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "cross-site", "sec-fetch-dest": "image" },
  { "sec-fetch-site": "same-site", "sec-fetch-dest": "iframe" },
];

const urlencoded = { "content-type": "application/x-www-form-urlencoded" };
const multipart = { "content-type": "multipart/form-data; boundary=b" };
const field = (name: string, value: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = '--b\r\nContent-Disposition: form-data; name="file[]"; filename="x"\r\n\r\nx\r\n--b--\r\n';

suite("requests that a page of another site makes a browser send", () => {
  let server: TestServer;
  let link: string;
  let shared: string;

  before(async () => {
    server = await startTestServer({ limits: "authentic", settings: { CONSIGNE_CORS_ORIGINS: named } });
    server.limits.use("off");
    const owner = new ApiClient(server, server.apiKey);
    link = await uploadOne(owner, "a.txt", "bytes", { dpass: "correct" });
    const { folder_id: id } = await owner.ok("folder/mkdir", { name: "shared" });
    shared = String((await owner.ok("folder/share", { folder_id: id, share: 1, pass: "correct" }))["url"]);
    server.limits.use("authentic");
  });
  after(() => server[Symbol.asyncDispose]());

  const ask = (path: string, headers: Headers, body?: string) =>
    send(path.startsWith("http") ? path : `${server.url}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers,
      ...(body === undefined ? {} : { body }),
    });
  type Try = (secret: "correct" | "wrong", page: Headers) => Promise<RawAnswer>;
  const keys = () => ({ correct: server.apiKey, wrong: "x".repeat(32) });
  const passwords = () => ({ correct: server.password, wrong: "wrong" });
  const tries: Record<string, Try> = {
    "a key in the query of a call": (secret, page) => ask(`/v1/folder/ls.cgi?api_key=${keys()[secret]}`, page, ""),
    "a key in the body of a call": (secret, page) =>
      ask(
        "/v1/folder/ls.cgi",
        { ...page, "content-type": "application/json" },
        JSON.stringify({ key: keys()[secret] }),
      ),
    "a password of the browser with a call": (secret, page) => {
      const basic = Buffer.from(`${server.email}:${passwords()[secret]}`).toString("base64");
      return ask("/v1/folder/ls.cgi", { ...page, authorization: `Basic ${basic}` }, "");
    },
    "a call that is not offered": (_secret, page) => ask("/v1/remote/ls.cgi", page, ""),
    "a call without a key": (_secret, page) => ask("/v1/upload/get_upload_server.cgi", page),
    "a key in the query of an upload": (secret, page) =>
      ask(`/upload.cgi?api_key=${keys()[secret]}`, { ...page, ...multipart }, file),
    "a key among the fields of an upload": (secret, page) =>
      ask("/upload.cgi?id=abcdefghij", { ...page, ...multipart }, field("key", keys()[secret]) + file),
    "a password among the fields of an upload": (secret, page) =>
      ask(
        "/upload.cgi?id=abcdefghij",
        { ...page, ...multipart },
        field("user", server.email) + field("pass", passwords()[secret]) + file,
      ),
    "the password of a link": (secret, page) => ask(link, { ...page, ...urlencoded }, `pass=${secret}`),
    "the password of a shared folder": (secret, page) =>
      ask(shared, { ...page, ...urlencoded }, `json=1&pass=${secret}`),
  };

  for (const [what, attempt] of Object.entries(tries)) {
    test(`${what} is not counted and is answered the same, right or wrong`, async () => {
      for (const page of foreign) {
        const { status, text } = await attempt("wrong", page);
        assert.ok([303, 403].includes(status), text);
        const right = await attempt("correct", page);
        assert.deepEqual({ status: right.status, text: right.text }, { status, text });
        for (let time = 0; time < MANY; time += 1) await attempt("wrong", page);
      }
      assert.deepEqual(await server.limits.locks(), []);
    });
  }

  test("images and prefetches of counted pages on another site lock nobody out", async () => {
    const counting = [
      shared,
      `/remove/${"a".repeat(20)}/bbbbbbbb`,
      `/reset.pl?token=${"a".repeat(40)}`,
      `/confirm.pl?token=${"a".repeat(40)}`,
      `/invitation.pl?token=${"a".repeat(40)}`,
    ];
    const ahead = { "sec-fetch-site": "cross-site", "sec-fetch-dest": "document", "sec-purpose": "prefetch" };
    for (const address of counting) {
      for (const page of [ahead, ...foreign.filter((each) => each["sec-fetch-dest"] !== undefined)]) {
        for (let time = 0; time < MANY; time += 1) assert.equal((await ask(address, page)).status, 403, address);
      }
    }
    assert.deepEqual(await server.limits.locks(), []);
  });

  test("a link on another site leads to the page, and a form there to the form here", async () => {
    const visit = { "sec-fetch-site": "cross-site", "sec-fetch-dest": "document" };
    assert.match((await ask(link, visit)).text, /name="pass"/);
    assert.match((await ask(shared, visit)).text, /name="pass"/);
    for (const address of [link, shared]) {
      const posted = await ask(address, { ...visit, ...urlencoded, origin: evil }, "pass=correct");
      assert.equal(posted.status, 303);
      assert.equal(posted.headers.get("location"), address);
    }
  });

  test("an allowed page is counted like any program", async () => {
    server.limits.use("authentic");
    const wrong = () =>
      tries["a key in the query of a call"]?.("wrong", { origin: named, "sec-fetch-site": "cross-site" });
    for (let time = 0; time < MANY; time += 1) await wrong();
    assert.notDeepEqual(await server.limits.locks(), []);
    await server.limits.releaseAll();
    server.limits.use("authentic");
  });

  test("a key in the header is treated as a program's, whatever the origin", async () => {
    const answer = await ask("/v1/folder/ls.cgi", { origin: evil, authorization: `Bearer ${server.apiKey}` }, "");
    assert.equal(answer.status, 200);
  });

  test("the hosts of 1fichier.com are one site on its face", async () => {
    const page = { host: "api.1fichier.com", origin: "https://1fichier.com", "sec-fetch-site": "same-site" };
    assert.equal((await ask(`/v1/user/info.cgi?api_key=${server.apiKey}`, page, "")).status, 200);
    const elsewhere = { ...page, origin: evil, "sec-fetch-site": "cross-site" };
    assert.equal((await ask(`/v1/user/info.cgi?api_key=${server.apiKey}`, elsewhere, "")).status, 403);
  });
});
