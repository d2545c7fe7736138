import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { bearer, idOf, makeFolder, send, uploadOne } from "./_wire.ts";

/** A proxy in front may cache whatever does not forbid it, and give it to anybody who requests the same address. */
suite("caches between the server and its callers", () => {
  let server: TestServer;
  let owner: ApiClient;
  let link = "";
  before(async () => {
    server = await startTestServer();
    owner = new ApiClient(server, server.apiKey);
    link = await uploadOne(owner);
  });
  after(() => server[Symbol.asyncDispose]());

  const ask = (path: string, headers: Record<string, string> = {}, body?: string) =>
    send(new URL(path, server.url).href, {
      headers,
      ...(body === undefined ? {} : { method: "POST", body }),
    });
  const keptFor = async (...asked: Parameters<typeof ask>) => {
    const { status, headers } = await ask(...asked);
    return `${status} ${headers.get("cache-control")}`;
  };

  test("store no redirects, lists, reports, refusals or calls", async () => {
    const id = await makeFolder(owner, "shared");
    const shared = String((await owner.ok("folder/share", { folder_id: id, share: 1 }))["url"]);
    const key = bearer(server.apiKey);
    const body = '--b\r\nContent-Disposition: form-data; name="file[]"; filename="a"\r\n\r\na\r\n--b--\r\n';
    const upload = await ask("/upload.cgi", { ...key, "content-type": "multipart/form-data; boundary=b" }, body);
    const report = upload.headers.get("location") ?? assert.fail(upload.text);
    assert.equal(upload.headers.get("cache-control"), "no-store");
    assert.equal(await keptFor(link, key), "302 no-store", "the redirect to the bytes for those who may have them");
    assert.equal(await keptFor(link, { ...key, cookie: "LG=fr" }), "302 no-store");
    for (const path of [link, shared, `${shared}?json=1`, `${shared}?e=1`, "/login.pl", "/x/v1/about", "/healthz"])
      assert.equal(await keptFor(path), "200 no-store", path);
    for (const form of ["json", "export", "accept"])
      assert.equal(await keptFor(report, { [form]: "1" }), "200 no-store", "a report, with its removal links");
    assert.equal(await keptFor("/console/params.pl"), "303 no-store");
    assert.equal(await keptFor("/nothing"), "404 no-store");
    assert.equal(await keptFor("/login.pl?x", {}, "mail=a&pass=b"), "400 no-store");
    assert.equal(
      await keptFor("/v1/folder/ls.cgi", { ...key, "content-type": "application/json" }, "{}"),
      "200 no-store",
    );
  });

  test("share what is the same for everybody, and keep private what only a browser may store", async () => {
    assert.match(await keptFor("/docs/js/scalar.js"), /^200 public/);
    assert.match(await keptFor(`/qr.pl?${idOf(link)}`), /^200 private/);
    const { url } = await owner.ok("download/get_token", { url: link });
    assert.match(await keptFor(String(url)), /^200 private, no-cache/);
  });
});
