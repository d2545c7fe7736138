import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { endpoints, type VersionListResponse } from "@consigne/contract";
import { type ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertAnswer } from "./_shapes.ts";
import { addKey, addPerson, assertRefusal, idOf, makeFolder, type Person, readOnlyScopes, uploadOne } from "./_wire.ts";

suite("versions", () => {
  let server: TestServer;
  let person: Person;

  before(async () => {
    server = await startTestServer({ storage: "memory" });
    person = await addPerson(server, "person@example.org");
  });
  after(() => server[Symbol.asyncDispose]());

  const list = async (url: string, client: ApiClient = person.client) => {
    const answer = await client.call("/x/v1/version/list", { file_id: url });
    return assertAnswer(endpoints.versionList, answer) as unknown as VersionListResponse;
  };
  /** Uploads a text and replaces a file's bytes with it. */
  const replace = async (url: string, text: string, to = person.client) => {
    const by = await uploadOne(to, "new.bin", text);
    const answer = await to.call("/x/v1/version/replace", { files: [{ file_id: url, replacement_id: by }] });
    const results = assertAnswer(endpoints.versionReplace, answer)["results"] as { outcome: string }[];
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ["done"],
    );
    return by;
  };
  const textOf = async (direct: string, headers: Record<string, string> = {}) => {
    const { pathname } = new URL(direct);
    const response = await fetch(new URL(pathname, server.url), { headers });
    return { status: response.status, text: await response.text(), etag: response.headers.get("etag") ?? "" };
  };
  const tokenOf = async (url: string) => String((await person.client.ok("download/get_token", { url }))["url"]);

  test("keep the link while its bytes change, and each can be downloaded and restored", async () => {
    const folder = await makeFolder(person.client, "docs");
    const url = await uploadOne(person.client, "a.bin", "first", { did: String(folder) });
    const by = await replace(url, "second");
    assertRefusal(await person.client.call("file/info", { url: by }), 404, 469);
    const info = await person.client.ok("file/info", { url });
    assert.deepEqual([info["filename"], info["size"], info["path"]], ["a.bin", 6, "docs"]);
    assert.equal((await person.client.ok("user/info"))["cold_storage"], 11);
    const { versions, days } = await list(url);
    const [version] = versions;
    assert.ok(version);
    assert.deepEqual([versions.length, version.size, days], [1, 5, 30]);
    assert.equal(Date.parse(version.expires_at) - Date.parse(version.replaced_at), 30 * 86_400_000);
    const asked = { file_id: idOf(url), id: version.id };
    const link = assertAnswer(endpoints.versionGetToken, await person.client.call("/x/v1/version/get_token", asked));
    assert.equal((await textOf(String(link["url"]))).text, "first");
    assertAnswer(endpoints.versionRestore, await person.client.call("/x/v1/version/restore", asked));
    assert.equal((await textOf(await tokenOf(url))).text, "first");
    assert.deepEqual(
      (await list(url)).versions.map(({ size }) => size),
      [6],
    );
    assertRefusal(await person.client.call("/x/v1/version/restore", asked), 404, 469);
  });

  test("never mix two contents in one ranged download", async () => {
    const url = await uploadOne(person.client, "range.bin", "aaaaaaaaaa");
    const direct = await tokenOf(url);
    const first = await textOf(direct, { range: "bytes=0-4" });
    assert.deepEqual([first.status, first.text], [206, "aaaaa"]);
    await replace(url, "bbbbbbbbbb");
    assert.equal((await textOf(direct, { range: "bytes=5-", "if-range": first.etag })).text, "aaaaa");
    const fresh = await textOf(await tokenOf(url), { range: "bytes=5-", "if-range": first.etag });
    assert.deepEqual([fresh.status, fresh.text], [200, "bbbbbbbbbb"], "the whole of the other content");
    const removal = await person.client.call("/x/v1/version/remove", { file_id: url, all: 1 });
    assert.equal(assertAnswer(endpoints.versionRemove, removal)["removed"], 1);
    assert.equal((await textOf(direct, { range: "bytes=5-" })).status, 404);
  });

  test("change nothing for equal bytes, explain what cannot be replaced, and reveal nothing to strangers", async () => {
    const other = await addPerson(server, "other@example.org");
    const [url, same] = [await uploadOne(person.client, "x", "same"), await uploadOne(person.client, "x", "same")];
    const theirs = await uploadOne(other.client, "t", "theirs");
    const files = [
      { file_id: url, replacement_id: same },
      { file_id: url, replacement_id: theirs },
    ];
    const answer = await person.client.call("/x/v1/version/replace", { files });
    const results = assertAnswer(endpoints.versionReplace, answer)["results"] as { outcome: string; error?: object }[];
    assert.equal(results[0]?.outcome, "unchanged");
    assert.deepEqual(results[1], { outcome: "failed", error: { status: 404, message: "Resource not found #469" } });
    assertRefusal(await other.client.call("/x/v1/version/list", { file_id: url }), 404, 469);
    assertRefusal(await person.client.call("/x/v1/version/remove", { file_id: url }), 400, 550);
    assertRefusal(await person.client.call("/x/v1/version/remove", { file_id: url, ids: [1], all: 1 }), 400, 550);
  });

  test("are kept as long as the account's settings say, down to not at all", async () => {
    const other = await addPerson(server, "days@example.org");
    const keep = async (body: object) =>
      assertAnswer(endpoints.versionRetention, await other.client.call("/x/v1/version/retention", body))["days"];
    assert.equal(await keep({ days: 0 }), 0);
    const url = await uploadOne(other.client, "a", "a");
    await replace(url, "b", other.client);
    assert.deepEqual((await list(url, other.client)).versions, []);
    assert.equal(await keep({ days: 3 }), 3);
    assert.equal(await keep({}), 30);
    assertRefusal(await other.client.call("/x/v1/version/retention", { days: -1 }), 400, 550);
  });

  test("can be listed and downloaded by a read-only key, but not changed", async () => {
    const url = await uploadOne(person.client, "k", "old");
    await replace(url, "new");
    const { client: reader } = await addKey(server, person.account, { scopes: readOnlyScopes });
    const [version] = (await list(url, reader)).versions;
    const asked = { file_id: url, id: version?.id };
    await reader.ok("/x/v1/version/get_token", asked);
    for (const [call, body] of [
      ["restore", asked],
      ["remove", { file_id: url, all: 1 }],
      ["replace", { files: [{ file_id: url, replacement_id: url }] }],
      ["retention", { days: 1 }],
    ] as const) {
      assertRefusal(await reader.call(`/x/v1/version/${call}`, body), 403, 555);
    }
  });
});
