import assert from "node:assert/strict";
import { test } from "node:test";
import { type ApiKey, fullScopes } from "../keys/api-key.ts";
import { at, createOwner, sampleApiKey, may, type OpenDatabase } from "./database-suite-samples.ts";

export function apiKeyTests(open: OpenDatabase): void {
  test("finds a key and its account by hash", async () => {
    await using opened = await open();
    const { apiKeys } = opened.database;
    const { account } = await createOwner(opened.database);
    const key = sampleApiKey(account.id, {
      name: " é😀 ",
      scopes: { ...fullScopes, keys: "none", files: "read" },
      fenceFolderId: account.rootFolderId,
      allowedAddresses: ["192.0.2.0/24", "2001:db8::1"],
      expiresAt: at(10),
      endedAt: at(10),
      revokedAt: at(11),
      lastUsedAt: at(12),
      lastUsedFrom: "2001:db8::7",
      createdByKeyId: "maker",
    });
    await apiKeys.create(key);
    await apiKeys.create(sampleApiKey(account.id));
    assert.deepEqual(await apiKeys.findWithAccountByHash(key.hash), { key, account });
    assert.deepEqual(await apiKeys.findById(key.id), key);
    assert.equal(await apiKeys.findWithAccountByHash("unknown"), undefined);
    assert.equal(await apiKeys.findById("unknown"), undefined);
  });

  test("finds several keys at once", async () => {
    await using opened = await open();
    const { apiKeys } = opened.database;
    const { account } = await createOwner(opened.database);
    const created = [sampleApiKey(account.id), sampleApiKey(account.id)];
    for (const key of created) await apiKeys.create(key);
    const found = await apiKeys.findByIds([...created.map(({ id }) => id), created[0]?.id ?? "", "unknown"]);
    const byId = (one: ApiKey, other: ApiKey) => (one.id < other.id ? -1 : 1);
    assert.deepEqual(found.toSorted(byId), created.toSorted(byId));
    assert.deepEqual(await apiKeys.findByIds([]), []);
  });

  test("finds a key inside the transaction that creates it", async () => {
    await using opened = await open();
    const { account } = await createOwner(opened.database);
    const key = sampleApiKey(account.id);
    await opened.database.transaction(async ({ apiKeys }) => {
      await apiKeys.create(key);
      assert.deepEqual(await apiKeys.findWithAccountByHash(key.hash), { key, account });
      assert.equal(await opened.database.apiKeys.findWithAccountByHash(key.hash), undefined);
    });
    assert.deepEqual(await opened.database.apiKeys.findWithAccountByHash(key.hash), { key, account });
  });

  test("lists one account's keys, oldest first", async () => {
    await using opened = await open();
    const { apiKeys } = opened.database;
    const { account } = await createOwner(opened.database);
    const stranger = await createOwner(opened.database);
    assert.deepEqual(await apiKeys.listByAccount(account.id, { limit: 10 }), []);
    const younger = sampleApiKey(account.id, { createdAt: at(2) });
    const older = sampleApiKey(account.id, { createdAt: at(1) });
    for (const key of [younger, older, sampleApiKey(stranger.account.id)]) await apiKeys.create(key);
    assert.deepEqual(await apiKeys.listByAccount(account.id, { limit: 10 }), [older, younger]);
  });

  test("lists keys page by page, each exactly once", async () => {
    await using opened = await open();
    const { apiKeys } = opened.database;
    const { account } = await createOwner(opened.database);
    const created: ApiKey[] = [];
    // Several with the same instant, so that ids decide.
    for (let index = 0; index < 9; index++) {
      const key = sampleApiKey(account.id, { createdAt: at(Math.floor(index / 4)) });
      await apiKeys.create(key);
      created.push(key);
    }
    const order = (one: ApiKey, other: ApiKey) =>
      one.createdAt.getTime() - other.createdAt.getTime() || (one.id < other.id ? -1 : 1);
    const listed: ApiKey[] = [];
    for (let after: ApiKey | undefined; ;) {
      const page = await apiKeys.listByAccount(account.id, { after, limit: 2 });
      listed.push(...page);
      after = page.at(-1);
      if (after === undefined) break;
    }
    assert.deepEqual(listed, created.toSorted(order));
  });

  test("changes the named fields of a key and nothing else", async () => {
    await using opened = await open();
    const { apiKeys } = opened.database;
    const { account } = await createOwner(opened.database);
    const key = sampleApiKey(account.id, { expiresAt: at(1) });
    await apiKeys.create(key);
    await apiKeys.update(may(key.id), {});
    const use = { lastUsedAt: at(3), lastUsedFrom: "192.0.2.7" };
    await apiKeys.noteUse(key.id, use);
    assert.deepEqual(await apiKeys.findById(key.id), { ...key, ...use });
    const changes = {
      name: "new",
      scopes: { ...fullScopes, files: "none" },
      fenceFolderId: account.rootFolderId,
      allowedAddresses: ["192.0.2.0/24"],
      expiresAt: undefined,
      revokedAt: at(4),
    } as const;
    await apiKeys.update(may(key.id), changes);
    assert.deepEqual(await apiKeys.findById(key.id), { ...key, ...use, ...changes });
    await apiKeys.update(may(key.id), { fenceFolderId: undefined });
    assert.equal((await apiKeys.findById(key.id))?.fenceFolderId, undefined);
  });

  test("records once which keys have expired", async () => {
    await using opened = await open();
    const { apiKeys } = opened.database;
    const { account } = await createOwner(opened.database);
    const [first, second, later] = [1, 2, 9].map((end) => sampleApiKey(account.id, { expiresAt: at(end) }));
    assert.ok(first && second && later);
    const endless = sampleApiKey(account.id);
    for (const key of [first, second, later, endless]) await apiKeys.create(key);
    assert.equal(await apiKeys.endExpired(at(0)), 0);
    assert.equal(await apiKeys.endExpired(at(3), first.id), 1);
    assert.equal(await apiKeys.endExpired(at(3), later.id), 0);
    assert.equal(await apiKeys.endExpired(at(4)), 1);
    assert.deepEqual(await apiKeys.findById(first.id), { ...first, endedAt: at(3) });
    assert.deepEqual(await apiKeys.findById(second.id), { ...second, endedAt: at(4) });
    for (const key of [later, endless]) assert.deepEqual(await apiKeys.findById(key.id), key);
    await apiKeys.update(may(first.id), { expiresAt: at(8), endedAt: undefined });
    assert.deepEqual(await apiKeys.findById(first.id), { ...first, expiresAt: at(8) });
  });

  test("counts the working keys, and removes the oldest surplus ended ones", async () => {
    await using opened = await open();
    const { apiKeys } = opened.database;
    const { account } = await createOwner(opened.database);
    const stranger = await createOwner(opened.database);
    const key = (changes: Partial<ApiKey>) => sampleApiKey(account.id, changes);
    const working = [key({ createdAt: at(0) }), key({ createdAt: at(9), expiresAt: at(10) })];
    const ended = [1, 2, 2, 3, 4].map((time, index) =>
      key({ createdAt: at(time), ...(index % 2 === 0 ? { revokedAt: at(5) } : { endedAt: at(5) }) }),
    );
    const theirs = sampleApiKey(stranger.account.id, { revokedAt: at(1) });
    for (const each of [...working, ...ended, theirs]) await apiKeys.create(each);
    assert.equal(await apiKeys.countWorking(account.id), 2);
    assert.equal(await apiKeys.countWorking(stranger.account.id), 0);
    assert.equal(await apiKeys.removeEndedBut(account.id, 5), 0);
    assert.equal(await apiKeys.removeEndedBut(account.id, 2), 3);
    const left = await apiKeys.listByAccount(account.id, { limit: 10 });
    assert.deepEqual(left, [working[0], ended[3], ended[4], working[1]]);
    assert.equal(await apiKeys.removeEndedBut(account.id, 0), 2);
    assert.deepEqual(await apiKeys.listByAccount(account.id, { limit: 10 }), working);
    assert.deepEqual(await apiKeys.listByAccount(stranger.account.id, { limit: 10 }), [theirs]);
  });

  test("passes the keys that a removed key made to that key's maker", async () => {
    await using opened = await open();
    const { apiKeys } = opened.database;
    const { account } = await createOwner(opened.database);
    const stranger = await createOwner(opened.database);
    const key = (time: number, maker: ApiKey | undefined, changes: Partial<ApiKey> = {}) =>
      sampleApiKey(account.id, { createdAt: at(time), createdByKeyId: maker?.id, ...changes });
    const ended = { revokedAt: at(8) };
    const root = key(0, undefined);
    const [first, lost] = [key(1, root, ended), key(2, undefined, ended)];
    const second = key(3, first, ended);
    const third = key(4, second);
    const orphan = key(5, lost);
    const kept = key(6, second, ended);
    const theirs = sampleApiKey(stranger.account.id, { createdByKeyId: first.id });
    for (const each of [root, first, lost, second, third, orphan, kept, theirs]) await apiKeys.create(each);
    assert.equal(await apiKeys.removeEndedBut(account.id, 1), 3);
    const createdByKeyId = root.id;
    const left = [root, { ...third, createdByKeyId }, orphan, { ...kept, createdByKeyId }];
    assert.deepEqual(await apiKeys.listByAccount(account.id, { limit: 10 }), left);
    assert.deepEqual(await apiKeys.listByAccount(stranger.account.id, { limit: 10 }), [theirs]);
  });

  test("removes all keys of an account and no others", async () => {
    await using opened = await open();
    const { apiKeys } = opened.database;
    const { account } = await createOwner(opened.database);
    const stranger = await createOwner(opened.database);
    const theirs = sampleApiKey(stranger.account.id);
    const own = [sampleApiKey(account.id), sampleApiKey(account.id, { revokedAt: at(1) })];
    for (const key of [theirs, ...own]) await apiKeys.create(key);
    assert.ok(await apiKeys.findWithAccountByHash(own[0]?.hash ?? ""));
    await apiKeys.removeByAccount(may(account.id));
    assert.deepEqual(await apiKeys.listByAccount(account.id, { limit: 10 }), []);
    assert.equal(await apiKeys.findWithAccountByHash(own[0]?.hash ?? ""), undefined);
    assert.deepEqual(await apiKeys.listByAccount(stranger.account.id, { limit: 10 }), [theirs]);
  });

  test("refuses a second key with the same hash", async () => {
    await using opened = await open();
    const { apiKeys } = opened.database;
    const { account } = await createOwner(opened.database);
    const key = sampleApiKey(account.id);
    await apiKeys.create(key);
    await assert.rejects(apiKeys.create(sampleApiKey(account.id, { hash: key.hash })));
    assert.deepEqual(await apiKeys.listByAccount(account.id, { limit: 10 }), [key]);
  });
}
