import assert from "node:assert/strict";
import { test } from "node:test";
import { DatabaseError, type Ports } from "@consigne/core";
import { ApiClient, startTestServer } from "@consigne/testkit";
import { assertRefusal, makeFolder, uploadOne } from "./_wire.ts";

/** While the disk is full, rows can be read, but no transaction or token is written. */
function fillable(embedded: Ports, disk: { isFull: boolean }): Ports {
  const refuse = () => Promise.reject(new DatabaseError("full", "The disk of the test is full."));
  const { database } = embedded;
  const tokens = new Proxy(database.downloadTokens, {
    get: (target, name) => (disk.isFull && name !== "findByHash" ? refuse : boundTo(target, name)),
  });
  const watched = new Proxy(database, {
    get: (target, name) => {
      if (name === "transaction" && disk.isFull) return refuse;
      if (name === "downloadTokens") return tokens;
      return boundTo(target, name);
    },
  });
  return { ...embedded, database: watched };
}

function boundTo(target: object, name: PropertyKey): unknown {
  const value: unknown = Reflect.get(target, name, target);
  return typeof value === "function" ? (value.bind(target) as unknown) : value;
}

test("download links work while the database cannot be written, with the usual limits", async () => {
  const disk = { isFull: false };
  await using server = await startTestServer({ replacePorts: (embedded) => fillable(embedded, disk) });
  const owner = new ApiClient(server, server.apiKey);
  const url = await uploadOne(owner, "a.txt", "bytes", { dpass: "password" });
  const tokenOf = async () => String((await owner.ok("download/get_token", { url }))["url"]);
  const from = (address: string) => ({ headers: { "x-forwarded-for": address } });
  const { url: page } = await owner.ok("folder/share", {
    folder_id: await makeFolder(owner, "shared"),
    share: 1,
    pass: "password",
  });
  const before = await tokenOf();
  disk.isFull = true;
  const post = {
    method: "POST",
    body: new URLSearchParams({ zip: "1", pass: "password" }),
    redirect: "manual",
  } as const;
  const archive = (await fetch(String(page), post)).headers.get("location") ?? "";
  assert.match(await (await fetch(archive)).text(), /^PK.*shared\/CHECKSUMS/s);
  const direct = await tokenOf();
  for (const link of [before, direct]) {
    assert.equal(await (await fetch(link, from("198.51.100.1"))).text(), "bytes");
    assert.equal((await fetch(link, from("198.51.100.2"))).status, 403, "bound to the address that used it first");
    assert.equal(await (await fetch(link, from("198.51.100.1"))).text(), "bytes");
  }
  assertRefusal(await owner.call("folder/mkdir", { name: "no" }), 507, 591);
  disk.isFull = false;
  await owner.ok("file/chattr", { urls: [url], pass: "another password" });
  for (const link of [before, direct]) assert.equal((await fetch(link, from("198.51.100.1"))).status, 404, link);
  assert.equal((await fetch(archive)).status, 200);
  server.clock.advance(31 * 60_000);
  assert.equal((await fetch(await tokenOf(), from("198.51.100.2"))).status, 200);
});
