import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { endpoints } from "@consigne/contract";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertAnswer } from "./_shapes.ts";
import { addKey, addPerson, assertRefusal, basic, bearer, idOf, type Person, send, uploadOne } from "./_wire.ts";

const WRONG_KEY = "nobody-holds-this-key-0123456789";

suite("authentication", () => {
  let server: TestServer;
  let owner: ApiClient;
  let other: Person;
  let wrong: Record<string, string>;
  let url = "";

  before(async () => {
    server = await startTestServer();
    owner = new ApiClient(server, server.apiKey);
    other = await addPerson(server, "other@example.org");
    wrong = bearer(WRONG_KEY);
    url = await uploadOne(owner);
  });
  after(() => server[Symbol.asyncDispose]());

  const userInfo = (query: string, headers: Record<string, string>, body?: string) =>
    send(`${server.url}/v1/user/info.cgi${query}`, {
      method: "POST",
      headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body }),
    });
  const emailOf = (answer: { json: Record<string, unknown> | undefined; text: string }) => {
    assert.equal(answer.json?.["status"], "OK", answer.text);
    return answer.json?.["email"];
  };

  test("reads the key from the header, the query or the JSON body, in this order", async () => {
    for (const name of ["api_key", "apikey", "key"]) {
      assert.equal(emailOf(await userInfo(`?${name}=${other.key}`, {})), other.email);
      assert.equal(emailOf(await userInfo("", {}, JSON.stringify({ [name]: other.key }))), other.email);
      assert.equal(emailOf(await userInfo(`?${name}=${other.key}`, bearer(server.apiKey))), server.email);
      const both = JSON.stringify({ [name]: WRONG_KEY });
      assert.equal(emailOf(await userInfo(`?${name}=${other.key}`, {}, both)), other.email);
    }
  });

  test("accepts the scheme in any letter case and spaces around the key, but only the exact key", async () => {
    for (const authorization of [`bearer ${other.key}`, `BEARER  ${other.key} `]) {
      assert.equal(emailOf(await userInfo("", { authorization })), other.email);
    }
    const swapped = other.key.replace(/[a-zA-Z]/, (letter) =>
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
    );
    assertRefusal(await userInfo("", bearer(swapped)), 403, 93);
  });

  test("does not fall back to another key if the one in the header is wrong", async () => {
    assertRefusal(await userInfo(`?api_key=${other.key}`, wrong), 403, 93);
  });

  test("accepts e-mail and password by Basic on calls and uploads", async () => {
    assert.equal(emailOf(await userInfo("", basic(other.email, other.password))), other.email);
    assert.equal(emailOf(await userInfo("", basic(other.email.toUpperCase(), other.password))), other.email);
    assertRefusal(await userInfo("", basic(other.email, "wrong password")), 403, 93);
    assertRefusal(await userInfo("", basic("nobody@example.org", other.password)), 403, 93);
  });

  test("answers #93 to an unknown, expired or revoked key, and #12 to none", async () => {
    const revoked = await addKey(server, other.account);
    await server.services.keys.revoke("operator", revoked.id);
    const expired = await addKey(server, other.account, { expiresAt: new Date(Date.now() - 1000) });
    for (const key of [WRONG_KEY, "short", `${other.key}x`, revoked.text, expired.text]) {
      assertRefusal(await userInfo("", bearer(key)), 403, 93);
    }
    for (const headers of [{}, { authorization: "" }, { authorization: "Bearer" }, { authorization: "Digest x=y" }]) {
      assertRefusal(await userInfo("", headers as Record<string, string>), 403, 12);
    }
    assertRefusal(await userInfo("", { authorization: "Basic !!!not-base64" }), 403, 12);
  });

  test("ignores a wrong key where none is required", async () => {
    for (const method of ["GET", "POST"]) {
      const offered = await send(`${server.url}/v1/upload/get_upload_server.cgi`, { method, headers: wrong });
      assertAnswer(endpoints.uploadGetUploadServer, offered);
    }
    const form = new FormData();
    form.append("file[]", new Blob(["x"]), "x");
    const uploaded = await owner.request("/upload.cgi?id=ignorekey1", { method: "POST", body: form });
    assert.equal(uploaded.status, 302);
    for (const headers of [
      { ...wrong, JSON: "1" },
      { ...basic("a@b.c", "wrong"), JSON: "1" },
    ]) {
      assert.equal((await send(`${server.url}/end.pl?xid=ignorekey1`, { headers })).status, 200);
    }
    const { url: direct } = await owner.ok("download/get_token", { url });
    assert.equal((await send(String(direct), { headers: wrong })).text, "hello");
    const folder = (await owner.ok("folder/mkdir", { name: "shared" }))["folder_id"];
    const shared = String((await owner.ok("folder/share", { folder_id: folder, share: 1 }))["url"]);
    assert.equal((await send(`${shared}?json=1`, { headers: wrong })).text, "[]");
    assert.equal((await send(`${server.url}/?${idOf(url)}`, { headers: wrong })).status, 200);
  });

  test("accepts an upload by header, query, form field, or e-mail and password", async () => {
    const ways: [string, Record<string, string>, Record<string, string>][] = [
      ["", bearer(other.key), {}],
      [`&api_key=${other.key}`, {}, {}],
      ["", {}, { key: other.key }],
      ["", {}, { apikey: other.key }],
      ["", basic(other.email, other.password), {}],
      ["", {}, { user: other.email, pass: other.password }],
      [`&key=${other.key}`, {}, { user: server.email, pass: server.password }],
    ];
    for (const [index, [query, headers, fields]] of ways.entries()) {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      form.append("file[]", new Blob(["way"]), `way-${index}.txt`);
      const answer = await fetch(`${server.url}/upload.cgi?id=way000000${index}${query}`, {
        method: "POST",
        headers,
        body: form,
        redirect: "manual",
      });
      assert.equal(answer.status, 302, `${index}: ${await answer.text()}`);
    }
    const { items } = (await other.client.ok("file/ls")) as { items: { filename: string }[] };
    assert.deepEqual(
      items.map(({ filename }) => filename).toSorted(),
      ways.map((_, index) => `way-${index}.txt`),
    );
  });

  test("refuses an upload with a wrong key, a wrong password or none, and stores nothing", async () => {
    const attempts: [Record<string, string>, Record<string, string>][] = [
      [wrong, {}],
      [{}, { key: WRONG_KEY }],
      [{}, { user: other.email, pass: "wrong password" }],
      [{}, {}],
    ];
    for (const [headers, fields] of attempts) {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      form.append("file[]", new Blob(["no"]), "refused.txt");
      const init = { method: "POST", headers: { ...headers, JSON: "1" }, body: form };
      const answer = await new ApiClient(server).request("/upload.cgi", init);
      assertRefusal(answer, 403);
    }
    const { items } = (await owner.ok("file/ls", { folder_id: -1 })) as { items: { filename: string }[] };
    assert.ok(!items.some(({ filename }) => filename === "refused.txt"));
  });

  test("refuses a key as a request parameter if the operator forbids it", async () => {
    await using strict = await startTestServer({ settings: { CONSIGNE_KEY_IN_QUERY: "off" } });
    const ask = (query: string, body: string) =>
      send(`${strict.url}/v1/user/info.cgi${query}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
    assertRefusal(await ask(`?api_key=${strict.apiKey}`, "{}"), 403);
    assertRefusal(await ask("", JSON.stringify({ key: strict.apiKey })), 403);
    assert.equal((await new ApiClient(strict, strict.apiKey).call("user/info")).status, 200);
  });

  test("creates keys of the alphabet and length that JDownloader expects", () => {
    assert.match(other.key, /^[A-Za-z0-9_=-]{32}$/);
  });
});
