import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { endpoints } from "@consigne/contract";
import { fullScopes, scopesOf } from "@consigne/core";
import { type AccountKey, type Client, createClient } from "@consigne/sdk";
import { ApiClient, startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { assertAnswer } from "./_shapes.ts";
import { addKey, addPerson, assertRefusal, basic, type Person, send, uploadOne } from "./_wire.ts";

const LATE_MS = 10 * 60_000 + 1;

suite("an administrator and the API keys of other people", () => {
  const clock = new VirtualClock(new Date(Date.now() + 60_000));
  let server: TestServer;
  let person: Person;
  let admin: Client["admin"];
  let count = 0;

  before(async () => (server = await startTestServer({ clock, limits: "friendly" })));
  after(() => server[Symbol.asyncDispose]());

  const headersOf = async ({ email, password }: { email: string; password: string }) => {
    const browser = new Browser(server);
    await browser.signIn(email, password);
    return { ...browser.cookieHeader(), "consigne-session": "1", origin: server.url };
  };
  async function start() {
    person = await addPerson(server, `person-${++count}@example.org`, { plan: "premium" });
    ({ admin } = await signedIn(server));
  }
  async function signedIn(who: { email: string; password: string }): Promise<Client> {
    const own = await headersOf(who);
    return createClient({
      url: server.url,
      pacing: "off",
      fetch: (input, init) =>
        fetch(input, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), ...own } }),
    });
  }
  /** A key that may make keys, and a client with it. */
  async function keeper(name: string) {
    return addKey(server, person.account, { name, scopes: fullScopes });
  }
  async function madeBy(client: ApiClient, name: string, scopes: object) {
    const created = assertAnswer(endpoints.keysAdd, await client.call("/x/v1/keys/add", { name, scopes }));
    return { id: (created["key"] as { id: string }).id, client: new ApiClient(server, String(created["api_key"])) };
  }
  const stateOf = ({ id, state }: AccountKey) => [id, state] as const;

  test("list them with what they may do, how they were used and how they ended, but not the key", async () => {
    await start();
    const folder = await server.services.folders.getByPath("operator", person.account, "/");
    const expiresAt = new Date(clock.now().getTime() + 3_600_000);
    const { id, text, client } = await addKey(server, person.account, {
      name: "phone",
      scopes: scopesOf({ uploads: "write", account: "read" }),
      fenceFolderId: folder.id,
      allowedAddresses: ["127.0.0.0/8", "::1"],
      expiresAt,
    });
    await client.ok("user/info");
    const gone = await addKey(server, person.account, { name: "gone" });
    await server.services.keys.revoke("operator", gone.id);
    const answer = await new ApiClient(server).call(
      "/x/v1/admin/key/ls",
      { email: person.email },
      basic(server.email, server.password),
    );
    assertAnswer(endpoints.adminKeyLs, answer);
    for (const secret of [text, gone.text, person.key]) assert.ok(!answer.text.includes(secret));

    const { keys, next } = await admin.userKeysPage(person.email);
    assert.equal(next, undefined);
    const shown = keys.find((key) => key.id === id) ?? assert.fail();
    assert.deepEqual(
      [shown.name, shown.hint, shown.state, shown.scopes, shown.folderId, shown.addresses, shown.createdBy],
      [
        "phone",
        text.slice(0, 4),
        "active",
        { uploads: "write", account: "read" },
        0,
        ["127.0.0.0/8", "::1"],
        undefined,
      ],
    );
    const seconds = (time: Date | undefined) => Math.trunc((time?.getTime() ?? NaN) / 1000);
    assert.equal(seconds(shown.expiresAt), seconds(expiresAt));
    assert.equal(seconds(shown.lastUsedAt), seconds(clock.now()));
    assert.ok(shown.lastUsedFrom?.endsWith("1"));
    const ended = keys.find((key) => key.id === gone.id);
    assert.deepEqual([ended?.state, seconds(ended?.revokedAt)], ["revoked", seconds(clock.now())]);
    clock.advance(3_600_001);
    assertRefusal(await client.call("user/info"), 403, 93);
    ({ admin } = await signedIn(server));
    const late = (await admin.userKeysPage(person.email)).keys.find((key) => key.id === id);
    assert.deepEqual([late?.state, seconds(late?.endedAt)], ["expired", seconds(clock.now())]);
  });

  test("list them page by page, those of one account only", async () => {
    await start();
    const ids = [person.keyId];
    for (const name of ["a", "b", "c"]) {
      clock.advance(1000);
      ids.push((await addKey(server, person.account, { name })).id);
    }
    const found: AccountKey[] = [];
    const sizes: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await admin.userKeysPage(person.email, { limit: 3, cursor });
      found.push(...page.keys);
      sizes.push(page.keys.length);
      cursor = page.next;
    } while (cursor !== undefined);
    assert.deepEqual(sizes, [3, 1]);
    assert.deepEqual(
      found.map((key) => key.id),
      ids,
    );
    await assert.rejects(admin.userKeysPage("nobody@example.org"), { name: "NotFoundError" });
    await assert.rejects(admin.userKeysPage(person.email, { cursor: "nonsense" }), { name: "BadRequestError" });
  });

  test("revoke one, which stops working at once with the download links made with it", async () => {
    await start();
    const { id, text, client } = await keeper("stolen");
    const url = await uploadOne(client, "a.txt", "hello");
    const token = String((await client.ok("download/get_token", { url }))["url"]);
    assert.equal((await send(token)).status, 200);
    const revoked = await admin.revokeUserKey(id);
    assert.deepEqual([...stateOf(revoked), revoked.email, revoked.createdKeys], [id, "revoked", person.email, []]);
    assertRefusal(await client.call("folder/ls"), 403, 93);
    assert.notEqual((await send(token)).status, 200);
    await new ApiClient(server, person.key).ok("folder/ls");

    // Repeating it changes nothing.
    clock.advance(1000);
    const again = await admin.revokeUserKey(id);
    assert.deepEqual([...stateOf(again), again.revokedAt], [id, "revoked", revoked.revokedAt]);
    assertRefusal(await new ApiClient(server, text).call("folder/ls"), 403, 93);
    await assert.rejects(admin.revokeUserKey("nosuchkey"), { name: "NotFoundError" });
  });

  test("hear which working keys it had made, and revoke them if asked", async () => {
    await start();
    const maker = await keeper("maker");
    const created = await madeBy(maker.client, "made", { files: "read", keys: "write" });
    const madeByIt = await madeBy(created.client, "made by it", { files: "read" });
    const first = await admin.revokeUserKey(maker.id);
    const statesOf = (keys: readonly AccountKey[]) => Object.fromEntries(keys.map(stateOf));
    assert.deepEqual(statesOf(first.createdKeys), { [created.id]: "active", [madeByIt.id]: "active" });
    await madeByIt.client.ok("folder/ls");
    const second = await admin.revokeUserKey(maker.id, { withCreated: true });
    assert.deepEqual(statesOf(second.createdKeys), { [created.id]: "revoked", [madeByIt.id]: "revoked" });
    for (const { client } of [created, madeByIt]) assertRefusal(await client.call("folder/ls"), 403, 93);
    assert.deepEqual((await admin.revokeUserKey(maker.id, { withCreated: true })).createdKeys, []);
  });

  test("leave a record in the activity of the owner and of the administrator", async () => {
    await start();
    const { id } = await keeper("laptop");
    await admin.revokeUserKey(id);
    await admin.revokeUserKey(id);
    const revocations = async (client: Client) => {
      const { records } = await client.activity.page({ action: "key.revoke" });
      return records.filter(({ details }) => details["key"] === id);
    };
    const details = { key: id, name: "laptop", account: person.email };
    const [own, ...others] = await revocations(await signedIn(person));
    assert.deepEqual([own?.by, own?.address, own?.details, others.length], ["administrator", undefined, details, 0]);
    const [done, ...more] = await revocations(await signedIn(server));
    assert.deepEqual([done?.by, done?.details, more.length], ["session", details, 0]);
  });

  test("are no concern of anybody else, whoever owns the key", async () => {
    await start();
    const { id, text, client } = await keeper("kept");
    const stranger = await addPerson(server, "stranger@example.org", { plan: "premium" });
    const administrator = await addPerson(server, "administrator@example.org", { isAdmin: true });
    const calls = [
      ["/x/v1/admin/key/ls", { email: person.email }],
      ["/x/v1/admin/key/revoke", { id, with_created: 1 }],
    ] as const;
    for (const [path, body] of calls) {
      const send = (headers: Record<string, string>) => new ApiClient(server).call(path, body, headers);
      // Not even which keys and accounts exist.
      const absent = path.endsWith("ls") ? { email: "nobody@example.org" } : { id: "nosuchkey" };
      for (const key of [text, stranger.key, administrator.key, server.apiKey])
        for (const each of [body, absent]) assertRefusal(await new ApiClient(server, key).call(path, each), 403, 631);
      for (const who of [person, stranger]) assertRefusal(await send(await headersOf(who)), 403, 631);
      assertRefusal(await send(basic(stranger.email, stranger.password)), 403, 631);
      assertRefusal(await send({}), 403, 12);
    }
    const headers = await headersOf(server);
    clock.advance(LATE_MS);
    assertRefusal(await new ApiClient(server).call("/x/v1/admin/key/revoke", { id }, headers), 403, 557);
    await client.ok("folder/ls");
    // What people do with their own keys is what it was.
    assertRefusal(await new ApiClient(server).call("/x/v1/keys/rm", { id }, await headersOf(server)), 404);
    await client.ok("folder/ls");
  });
});
