import assert from "node:assert/strict";
import { after, afterEach, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertUnharmed, heapBytes, sendRaw, statusesIn } from "./_after-effects.ts";
import { assertRefusal, bearer, send } from "./_wire.ts";

const BOUNDARY = "testBoundary";
const part = (head: string, content = "x") => `--${BOUNDARY}\r\n${head}\r\n\r\n${content}\r\n`;
const disposition = (parameters: string) => `Content-Disposition: form-data; ${parameters}`;
const good = part(disposition('name="file[]"; filename="good.bin"'), "good");
const end = `--${BOUNDARY}--\r\n`;
const multipart = `multipart/form-data; boundary=${BOUNDARY}`;

/** Cases that must be refused; each leaves nothing of the good file that came before it. */
const refused: Record<string, { type?: string; body: string }> = {
  "no boundary in the type": { type: "multipart/form-data", body: good + end },
  "an empty boundary": { type: "multipart/form-data; boundary=", body: good + end },
  "a boundary of 10 KB": { type: `multipart/form-data; boundary=${"b".repeat(10_000)}`, body: good + end },
  "another multipart type": { type: `multipart/mixed; boundary=${BOUNDARY}`, body: good + end },
  "a form that is urlencoded": { type: "application/x-www-form-urlencoded", body: "file=x" },
  "no type at all": { type: "", body: good + end },
  "a JSON body": { type: "application/json", body: "{}" },
  "an empty body": { body: "" },
  "only the end": { body: end },
  "text without any part": { body: "hello" },
  "a boundary that never comes": { body: good.replaceAll(BOUNDARY, "another") },
  "a part that does not end": { body: good + part(disposition('name="file[]"; filename="cut.bin"')).trimEnd() },
  "a body without its end": { body: good },
  "a part head that does not end": { body: `${good}--${BOUNDARY}\r\nContent-Disposition: form-data; name="file[]"` },
  "a part without a disposition": { body: good + part("Content-Type: text/plain") + end },
  "a part head without a colon": { body: good + part("nonsense") + end },
  "a head of 64 KiB": { body: good + part(disposition(`name="file[]"; filename="${"a".repeat(65_536)}"`)) + end },
  "a field of 1 MiB": { body: good + part(disposition('name="did"'), "1".repeat(1024 * 1024)) + end },
  "a name of 1,025 bytes": { body: good + part(disposition(`name="file[]"; filename="${"n".repeat(1025)}"`)) + end },
  "no file among the fields": { body: part(disposition('name="did"'), "0") + end },
  "an empty file input": { body: part(disposition('name="file[]"; filename=""'), "") + end },
  "a short link password": { body: good + part(disposition('name="dpass"'), "12345") + end },
};

/** Odd, but the file in it is valid. */
const accepted: Record<string, string> = {
  "an empty field name": part(disposition('name=""'), "x") + good + end,
  "a file without a field name": part(disposition('filename="nameless.bin"')) + end,
  "deeply nested field names": part(disposition(`name="${"a[b]".repeat(500)}"`)) + good + end,
  "trap field names":
    ["__proto__", "constructor", "toString"].map((name) => part(disposition(`name="${name}"`))).join("") + good + end,
  "a preamble and an epilogue": `preamble\r\n${good}${end}epilogue`,
  "a disposition that comes twice":
    part(`${disposition('name="file[]"; filename="twice.bin"')}\r\n${disposition('name="x"')}`) + end,
  "a name that tempts a regular expression": part(disposition(`name="file[]"; filename="${'\\"'.repeat(100)}"`)) + end,
  "spaces enough to tempt another":
    part(`Content-Disposition: form-data;${" ".repeat(5000)}name="file[]"; filename="s.bin"`) + end,
  "a name that is not UTF-8": part(disposition('name="file[]"; filename="\xff\xfe.bin"')) + end,
  "a NUL in a name": part(disposition('name="file[]"; filename="a\0b.bin"')) + end,
};

suite("malformed multipart", () => {
  let server: TestServer;
  let owner: ApiClient;
  let key: Record<string, string>;
  before(async () => {
    server = await startTestServer();
    owner = new ApiClient(server, server.apiKey);
    key = bearer(server.apiKey);
  });
  after(() => server[Symbol.asyncDispose]());
  afterEach(() => assertUnharmed(server));

  const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
    send(`${server.url}/upload.cgi`, {
      method: "POST",
      headers: { ...key, "content-type": multipart, ...headers },
      body: typeof body === "string" ? Buffer.from(body, "latin1") : body,
    });
  const stored = async () => Number((await owner.ok("folder/ls"))["files"]);

  for (const [what, { type = multipart, body }] of Object.entries(refused)) {
    test(`refuses ${what} and stores nothing`, async () => {
      const earlier = await stored();
      const headers: Record<string, string> = type === "" ? {} : { "content-type": type };
      const ask = (more: Record<string, string>) =>
        send(`${server.url}/upload.cgi`, { method: "POST", headers: { ...key, ...headers, ...more }, body });
      const json = await ask({ JSON: "1" });
      assert.ok(json.status < 500, json.text);
      assertRefusal(json);
      const page = await ask({ accept: "text/html" });
      assert.equal(page.status, json.status);
      assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
      assert.match(page.text, /<div class="bloc2">[^<]+<\/div>/);
      assert.equal(await stored(), earlier);
    });
  }

  for (const [what, body] of Object.entries(accepted)) {
    test(`accepts ${what}`, async () => {
      const answer = await post(body);
      assert.equal(answer.status, 302, answer.text);
    });
  }

  test("refuses more than 500 files or a hundred thousand tiny fields", async () => {
    const earlier = await stored();
    const files = Array.from({ length: 501 }, (_, index) =>
      part(disposition(`name="f"; filename="f${index}"`), ""),
    ).join("");
    assertRefusal(await post(files + end, { JSON: "1" }), 400, 576);
    const fields = Array.from({ length: 100_000 }, (_, index) => part(disposition(`name="f${index}"`), "")).join("");
    assertRefusal(await post(fields + good + end, { JSON: "1" }), 400);
    assert.equal(await stored(), earlier);
  });

  test("refuses a file as soon as it exceeds the size limit", async () => {
    await using small = await startTestServer({
      settings: { CONSIGNE_MAX_FILE_BYTES: "1000", CONSIGNE_MAX_UPLOAD_BYTES: "1500" },
    });
    const client = new ApiClient(small, small.apiKey);
    const upload = (...sizes: number[]) => {
      const form = new FormData();
      for (const [index, size] of sizes.entries()) form.append("file[]", new Blob([new Uint8Array(size)]), `${index}`);
      return client.request("/upload.cgi", { method: "POST", headers: { JSON: "1" }, body: form });
    };
    assertRefusal(await upload(1001), 413, 575);
    assertRefusal(await upload(1000, 501), 413, 575);
    assert.equal((await upload(1000, 500)).status, 302);
    assert.equal((await client.ok("folder/ls"))["files"], 2);
    await assertUnharmed(small);
  });

  test("stores nothing of an upload whose client leaves, at any point", async () => {
    const earlier = await stored();
    const whole = `${good}${part(disposition('name="file[]"; filename="big.bin"'), "y".repeat(300_000))}${end}`;
    const head = (length: number) =>
      `POST /upload.cgi?id=ID HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ${key["authorization"]}\r\n` +
      `Content-Type: ${multipart}\r\nContent-Length: ${length}\r\n\r\n`;
    for (const cut of [0, 1, 30, 60, 120, 160, 5000, 200_000, whole.length - 40, whole.length - 1]) {
      const request = head(whole.length).replace("ID", `cut${String(cut).padStart(7, "0")}`);
      await sendRaw(server, [request, whole.slice(0, cut)], { patienceMs: 3000, endsAfterwards: true });
    }
    await assertUnharmed(server);
    assert.equal(await stored(), earlier);
    const again = await sendRaw(server, [head(whole.length).replace("ID", "cut0000060"), whole]);
    assert.deepEqual(statusesIn(again), [302], "the id is free again");
  });

  test("disconnects a client that keeps sending after a refusal", async () => {
    const endless = "z".repeat(64 * 1024);
    const head =
      `POST /upload.cgi HTTP/1.1\r\nHost: x\r\nJSON: 1\r\nContent-Type: ${multipart}\r\n` +
      `Transfer-Encoding: chunked\r\n\r\n`;
    const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
    const chunks = [head, chunk(good), ...Array.from({ length: 50 }, () => chunk(endless))];
    const answer = await sendRaw(server, chunks);
    assert.deepEqual(statusesIn(answer), [403]);
    assert.match(answer, /"message":"Not authenticated #12","status":"KO"/);
  });

  test("frees the memory of refused bodies", async () => {
    const body = Buffer.from(good + part(disposition('name="file[]"; filename="x"'), "y".repeat(2_000_000)), "latin1");
    const rounds = async () => {
      for (let times = 0; times < 15; times++) await post(body);
    };
    await rounds();
    const earlier = heapBytes();
    await rounds();
    assert.ok(heapBytes() - earlier < 60 * 1024 * 1024);
  });
});
