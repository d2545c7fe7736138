import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { endpoints } from "@consigne/contract";
import { fullScopes, keyTemplates, LONGEST_KEY_NAME, MOST_KEY_ADDRESSES } from "@consigne/core";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertAnswer } from "./_shapes.ts";
import { addPerson, assertRefusal, makeFolder, type Person, uploadOne } from "./_wire.ts";

interface WireKey {
  id: string;
  [name: string]: unknown;
}

suite("the key calls", () => {
  const log: string[] = [];
  let server: TestServer;
  let person: Person;

  before(async () => {
    server = await startTestServer({ onLogLine: (line) => log.push(line) });
    person = await addPerson(server, "keeper@example.org", { key: { scopes: fullScopes } });
  });
  after(() => server[Symbol.asyncDispose]());

  const call = (path: string, body: object = {}, client = person.client) => client.call(`/x/v1/keys/${path}`, body);
  const add = async (body: object) => {
    const answer = assertAnswer(endpoints.keysAdd, await call("add", { name: "made", ...body }));
    return { text: String(answer["api_key"]), key: answer["key"] as WireKey };
  };
  const list = async () => assertAnswer(endpoints.keysLs, await call("ls"))["keys"] as WireKey[];

  test("make a key that works, is listed without its text, and shows its last use", async () => {
    const { text, key } = await add({ template: "rclone", addresses: ["127.0.0.0/8"] });
    const client = new ApiClient(server, text);
    await client.ok("folder/ls");
    await server.services.jobs.list("operator");
    const listed = (await list()).find(({ id }) => id === key.id);
    assert.equal(listed?.["state"], "active");
    assert.equal(listed["hint"], text.slice(0, 4));
    assert.equal(listed["last_used_from"], "127.0.0.1");
    assert.ok(Math.abs(Date.parse(String(listed["last_used_at"])) - Date.now()) < 60_000);
    assert.ok(!(await call("ls")).text.includes(text));
  });

  for (const [template, scopes] of Object.entries(keyTemplates)) {
    test(`grant the rights named by the template ${template}`, async () => {
      const { key } = await add({ template });
      const granted = Object.fromEntries(Object.entries(scopes).filter(([, right]) => right !== "none"));
      assert.deepEqual(key["scopes"], granted);
    });
  }

  test("make keys with which each template's tool works", async () => {
    const of = async (template: string) => new ApiClient(server, (await add({ template })).text);
    const [rclone, upload, read] = [await of("rclone"), await of("upload-only"), await of("read-only")];
    const url = await uploadOne(rclone);
    assert.ok(await uploadOne(upload));
    for (const [client, path, body, status] of [
      [rclone, "user/info", {}, 200],
      [rclone, "folder/ls", { files: 1 }, 200],
      [rclone, "download/get_token", { url }, 200],
      [rclone, "folder/share", { folder_id: 0, share: 1 }, 403],
      [upload, "folder/ls", {}, 403],
      [upload, "user/info", {}, 403],
      [upload, "download/get_token", { url }, 403],
      [read, "file/ls", {}, 200],
      [read, "download/get_token", { url }, 200],
      [read, "file/rm", { files: [{ url }] }, 403],
    ] as const) {
      assert.equal((await client.call(path, body)).status, status, path);
    }
  });

  test("change what is named and keep the rest", async () => {
    const folder = await makeFolder(person.client, "of a key");
    const { key } = await add({ scopes: { files: "read" }, folder_id: folder, expires_at: "2099-01-31T12:00:00Z" });
    const change = async (body: object) =>
      assertAnswer(endpoints.keysChange, await call("change", { id: key.id, ...body }))["key"];
    assert.deepEqual(await change({ name: "renamed" }), { ...key, name: "renamed" });
    const { expires_at: _end, folder_id: _folder, ...rest } = key;
    assert.deepEqual(await change({ name: "made", expires_at: "never", folder_id: 0 }), rest);
    assert.deepEqual(await change({ scopes: {} }), { ...rest, scopes: {} });
    assertRefusal(await call("change", { id: key.id }), 400, 550);
  });

  test("refuse an invalid key", async () => {
    const wrong: object[] = [
      { name: "x".repeat(LONGEST_KEY_NAME + 1) },
      { addresses: Array.from({ length: MOST_KEY_ADDRESSES + 1 }, () => "192.0.2.7") },
      { addresses: ["elsewhere"] },
      { expires_at: "2020-01-31T12:00:00Z" },
      { expires_at: "2099-02-30T12:00:00Z" },
      { expires_at: "2099-01-31 12:00:00" },
      { expires_at: "tomorrow" },
      { template: "all" },
      { template: "rclone", scopes: { files: "read" } },
      { scopes: { files: "delete" } },
    ];
    const before = await list();
    for (const body of wrong) assertRefusal(await call("add", { name: "x", ...body }), 400, 550);
    assert.deepEqual((await list()).length, before.length);
    await add({ name: "x".repeat(LONGEST_KEY_NAME) });
    await add({ addresses: Array.from({ length: MOST_KEY_ADDRESSES }, () => "192.0.2.7") });
  });

  test("name the reason for an invalid key, so that it can be translated", async () => {
    const refused = async (body: object) => {
      const { json } = await call("add", { name: "x", ...body });
      return [json?.["reason"], json?.["reason_value"]];
    };
    assert.deepEqual(await refused({ addresses: ["192.0.2.0/24", "elsewhere"] }), ["key-address-invalid", "elsewhere"]);
    assert.deepEqual(await refused({ expires_at: "2020-01-31T12:00:00Z" }), ["expiry-in-past", undefined]);
    const long = await refused({ name: "x".repeat(LONGEST_KEY_NAME + 1) });
    assert.deepEqual(long, ["text-too-long", String(LONGEST_KEY_NAME)]);
    assert.deepEqual(await refused({ template: "all" }), [undefined, undefined]);
  });

  test("replace a key, which keeps working only for its grace period", async () => {
    const { text, key } = await add({ name: "old" });
    const rotated = assertAnswer(endpoints.keysRotate, await call("rotate", { id: key.id, grace_seconds: 3600 }));
    const fresh = String(rotated["api_key"]);
    assert.equal((rotated["key"] as WireKey)["name"], "old");
    const end = Date.parse(String((rotated["replaced"] as WireKey)["expires_at"]));
    assert.ok(Math.abs(end - Date.now() - 3_600_000) < 60_000);
    for (const each of [text, fresh]) await new ApiClient(server, each).ok("folder/ls");
    const at0 = await call("rotate", { id: (rotated["key"] as WireKey).id, grace_seconds: 0 });
    assert.equal((assertAnswer(endpoints.keysRotate, at0)["replaced"] as WireKey)["state"], "revoked");
    assertRefusal(await new ApiClient(server, fresh).call("folder/ls"), 403, 93);
    assertRefusal(await call("rotate", { id: key.id, grace_seconds: 30 * 86_400 + 1 }), 400, 550);
  });

  test("revoke a key, including the one that asks", async () => {
    const { text, key } = await add({ scopes: { keys: "write" } });
    const itself = new ApiClient(server, text);
    assertAnswer(endpoints.keysRm, await call("rm", { id: key.id }, itself));
    assertRefusal(await call("ls", {}, itself), 403, 93);
    assert.equal(
      (assertAnswer(endpoints.keysRm, await call("rm", { id: key.id }))["key"] as WireKey)["state"],
      "revoked",
    );
  });

  test("report which keys a revoked key made, and revoke them if asked", async () => {
    const maker = await add({ name: "maker", scopes: { files: "read", keys: "write" } });
    const client = new ApiClient(server, maker.text);
    const created = assertAnswer(endpoints.keysAdd, await call("add", { name: "made by it" }, client));
    const { id } = created["key"] as WireKey;
    assert.equal((await list()).find((key) => key.id === id)?.["created_by"], maker.key.id);
    assert.equal(maker.key["created_by"], person.keyId);
    const rm = async (body: object) => {
      const answer = assertAnswer(endpoints.keysRm, await call("rm", { id: maker.key.id, ...body }));
      return (answer["created_keys"] as WireKey[]).map((key) => [key.id, key["state"]]);
    };
    assert.deepEqual(await rm({}), [[id, "active"]]);
    const itself = new ApiClient(server, String(created["api_key"]));
    await itself.ok("folder/ls");
    assertRefusal(await call("rm", { id: maker.key.id, with_created: 2 }), 400, 550);
    assert.deepEqual(await rm({ with_created: 1 }), [[id, "revoked"]]);
    assertRefusal(await itself.call("folder/ls"), 403, 93);
    assert.deepEqual(await rm({ with_created: 1 }), []);
  });

  test("never log a key", async () => {
    const { text, key } = await add({});
    const rotated = await call("rotate", { id: key.id, grace_seconds: 0 });
    const texts = [text, String(rotated.json?.["api_key"])];
    await call("add", { name: texts[0], expires_at: "x" });
    assert.ok(log.length > 0);
    for (const line of log) for (const each of texts) assert.ok(!line.includes(each), line);
  });
});
