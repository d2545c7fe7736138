import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertRefusal, bearer, idOf, send, uploadOne } from "./_wire.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };
const absent = "https://1fichier.com/?abcdefghij0123456789";

suite("check_links.pl", () => {
  let server: TestServer;
  let owner: ApiClient;
  let open: string;
  let closed: string;
  let guarded: string;

  before(async () => {
    server = await startTestServer();
    owner = new ApiClient(server, server.apiKey);
    open = await uploadOne(owner, "a & b;<i>.txt", "hello");
    guarded = await uploadOne(owner, "guarded.txt", "hello", { dpass: "open sesame" });
    closed = await uploadOne(owner, "closed.txt", "hello");
    await owner.ok("file/chattr", { urls: [closed], acl: { email: ["somebody@example.org"] } });
  });
  after(() => server[Symbol.asyncDispose]());

  const check = (links: readonly string[], headers: Record<string, string> = {}) =>
    send(`${server.url}/check_links.pl`, {
      method: "POST",
      headers: { ...form, ...headers },
      body: links.map((link) => `links[]=${encodeURIComponent(link)}`).join("&"),
    });

  test("reports each link on its own line, in order", async () => {
    const answer = await check([open, absent, guarded, "no link", closed, `${open}&lg=en`]);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-type"), "text/plain; charset=utf-8");
    assert.equal(
      answer.text,
      [
        `${open};a & b_<i>.txt;5`,
        `${absent};;;NOT FOUND`,
        `${guarded};;;PRIVATE`,
        "no link;;;BAD LINK",
        `${closed};;;PRIVATE`,
        `${open}&lg=en;a & b_<i>.txt;5`,
        "",
      ].join("\n"),
    );
  });

  test("reads the same to JDownloader, plowshare and Synology's module", async () => {
    const { text } = await check([open, absent, guarded]);
    for (const [url, fields] of [
      [open, 3],
      [absent, 4],
      [guarded, 4],
    ] as const) {
      const row = new RegExp(`(${idOf(url)}.+)`).exec(text)?.[1] ?? "";
      assert.equal(row.split(";").length, fields, row);
    }
    const rows = text.split("\n");
    assert.deepEqual(
      rows.slice(0, 3).map((row) => row.slice(row.lastIndexOf(";") + 1)),
      ["5", "NOT FOUND", "PRIVATE"],
    );
    assert.equal(rows[0]?.split(";")[1], "a & b_<i>.txt");
    assert.equal(rows[2]?.split(";")[3]?.trim(), "PRIVATE");
  });

  test("accepts plowshare's multipart form, and ignores a key or a password", async () => {
    const multipart = new FormData();
    multipart.append("links[]", open);
    multipart.append("links[]", guarded);
    const plain = new ApiClient(server);
    const answer = await plain.request("/check_links.pl", { method: "POST", body: multipart });
    assert.match(answer.text, /;5\n.*;;;PRIVATE\n$/);
    const { text } = await check([closed, guarded], bearer(server.apiKey));
    assert.doesNotMatch(text, /closed\.txt|guarded\.txt/);
    assert.equal((await check([open], bearer("x".repeat(32)))).status, 200);
  });

  test("answers on one line, whatever was sent", async () => {
    const odd = ["a\nb;c", "\u2028;;;NOT FOUND", "x".repeat(5000), "", `${absent};;;PRIVATE\r\n`];
    const lines = (await check(odd)).text.split("\n");
    assert.equal(lines.length, odd.length + 1);
    for (const line of lines.slice(0, -1)) {
      assert.equal(line.split(";").length, 4, line);
      assert.ok(line.length < 600);
    }
  });

  test("accepts JDownloader's hundred links, repeated ones included, and no more than 200", async () => {
    const many = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? open : absent));
    const { text } = await check(many);
    assert.equal(text.match(/;5\n/g)?.length, 50);
    assert.equal(text.match(/;;;NOT FOUND\n/g)?.length, 50);
    assert.equal((await check(Array<string>(200).fill(open))).status, 200);
    assertRefusal(await check(Array<string>(201).fill(open)), 400, 550);
    assertRefusal(await check([]), 400, 550);
  });

  test("says that the address is locked in two words, and to API clients in JSON", async () => {
    for (const ruleNumber of [374, 375]) {
      server.limits.use("authentic");
      await server.limits.lock("ip", { ruleNumber });
      const answer = await check([open]);
      assert.deepEqual([answer.status, answer.text], [403, "IP Locked"]);
      assert.equal(answer.headers.get("content-type"), "text/plain; charset=utf-8");
      assert.ok(Number(answer.headers.get("retry-after")) > 0);
      assertRefusal(await check([open], { accept: "application/json" }), 403, ruleNumber);
      server.limits.use("off");
    }
  });

  test("is closed to pages of other sites", async () => {
    assertRefusal(await check([open], { origin: "https://elsewhere.example" }), 403, 556);
  });
});
