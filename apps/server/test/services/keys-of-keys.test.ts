import assert from "node:assert/strict";
import { test } from "node:test";
import { type AccountActor, type ApiKey, fullScopes, isDomainError, type NewApiKey, usualScopes } from "@consigne/core";
import { address, type Bench, DAY_MS, HOUR_MS, openBench } from "../_services.ts";

const refusal = (code: Parameters<typeof isDomainError>[1]) => (error: unknown) => isDomainError(error, code);

interface Keeper {
  key: ApiKey;
  text: string;
  actor: AccountActor;
}

async function keeper({ services }: Bench, by: AccountActor, input: Partial<NewApiKey> = {}): Promise<Keeper> {
  const { key, text } = await services.keys.create(by, by.account, { name: "keeper", scopes: fullScopes, ...input });
  return { key, text, actor: await services.keys.authenticate(text, address) };
}

const namesOf = (keys: readonly ApiKey[]) => keys.map(({ name }) => name).toSorted();
const listed = async ({ services }: Bench, by: AccountActor) => (await services.keys.list(by, by.account)).all();
const workingNames = async (bench: Bench, by: AccountActor) =>
  namesOf((await listed(bench, by)).filter(({ revokedAt }) => revokedAt === undefined));

test("a key records which key made it, and none if a person or the operator did", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { keys } = bench.services;
  const first = await keeper(bench, owner);
  const second = await keeper(bench, first.actor, { name: "second" });
  assert.equal(first.key.createdByKeyId, undefined);
  assert.equal(second.key.createdByKeyId, first.key.id);
  const byOperator = await keys.create("operator", owner.account, { name: "by the operator" });
  assert.equal(byOperator.key.createdByKeyId, undefined);
  assert.equal((await listed(bench, owner)).find(({ id }) => id === second.key.id)?.createdByKeyId, first.key.id);
});

test("revoking a key reports the working keys it made, also indirectly, and keeps them", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { keys } = bench.services;
  const first = await keeper(bench, owner);
  const second = await keeper(bench, first.actor, { name: "second" });
  await keeper(bench, second.actor, { name: "third" });
  await keeper(bench, owner, { name: "unrelated" });
  const ended = await keeper(bench, first.actor, { name: "ended" });
  await keeper(bench, ended.actor, { name: "of an ended one" });
  assert.deepEqual(namesOf((await keys.revoke(owner, ended.key.id)).created), ["of an ended one"]);
  const { key, created } = await keys.revoke(owner, first.key.id);
  assert.deepEqual(key.revokedAt, bench.clock.now());
  assert.deepEqual(namesOf(created), ["of an ended one", "second", "third"]);
  assert.ok(created.every(({ revokedAt }) => revokedAt === undefined));
  assert.deepEqual(await workingNames(bench, owner), ["of an ended one", "second", "third", "unrelated"]);
});

test("the keys it made end with it on request, even later, each with a record", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { keys, auditLog } = bench.services;
  const first = await keeper(bench, owner);
  const second = await keeper(bench, first.actor, { name: "second" });
  const third = await keeper(bench, second.actor, { name: "third" });
  await keeper(bench, owner, { name: "unrelated" });
  await keys.revoke(owner, first.key.id);
  bench.clock.advance(1000);
  const { key, created } = await keys.revoke(owner, first.key.id, { withCreated: true });
  assert.deepEqual(key.revokedAt, new Date(bench.clock.now().getTime() - 1000));
  assert.deepEqual(
    created.map(({ revokedAt }) => revokedAt),
    [bench.clock.now(), bench.clock.now()],
  );
  assert.deepEqual(await workingNames(bench, owner), ["unrelated"]);
  for (const { text } of [second, third])
    await assert.rejects(keys.authenticate(text, address), refusal("unknown-credentials"));
  const records = await (await auditLog.list("operator", { objectId: owner.account.id, limit: 20 })).all();
  const revoked = records.filter(({ action }) => action === "key.revoke").map(({ details }) => details);
  assert.equal(revoked.length, 3);
  for (const { id } of [second.key, third.key])
    assert.ok(revoked.some(({ key: of, withMaker }) => of === id && withMaker === first.key.id));
  assert.deepEqual((await keys.revoke(owner, first.key.id, { withCreated: true })).created, []);
});

test("a key revokes itself with the keys it made, and nothing if one of them has more rights", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { keys } = bench.services;
  const scopes = { ...usualScopes, keys: "write", shares: "none" } as const;
  const first = await keeper(bench, owner, { scopes });
  const second = await keeper(bench, first.actor, { name: "second", scopes });
  await keys.change(owner, second.key.id, { scopes: fullScopes });
  const asked = keys.revoke(first.actor, first.key.id, { withCreated: true });
  await assert.rejects(asked, refusal("scope-missing"));
  assert.deepEqual(await workingNames(bench, owner), ["keeper", "second"]);
  await keys.change(owner, second.key.id, { scopes });
  await keys.revoke(first.actor, first.key.id, { withCreated: true });
  assert.deepEqual(await workingNames(bench, owner), []);
});

test("a successor keeps its maker, and its caller becomes the maker if a key replaces it", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { keys } = bench.services;
  const first = await keeper(bench, owner);
  const second = await keeper(bench, first.actor, { name: "second" });
  const byOwner = await keys.rotate(owner, second.key.id, HOUR_MS);
  assert.equal(byOwner.key.createdByKeyId, first.key.id);
  const byItself = await keys.rotate(second.actor, second.key.id, HOUR_MS);
  assert.equal(byItself.key.createdByKeyId, second.key.id);
  // Somebody who stole the first key knows the text of its successor.
  const escaped = await keys.rotate(first.actor, first.key.id, HOUR_MS);
  const { created } = await keys.revoke(owner, first.key.id, { withCreated: true });
  const ids = [second.key, byOwner.key, byItself.key, escaped.key].map(({ id }) => id);
  assert.deepEqual(created.map(({ id }) => id).toSorted(), ids.toSorted());
  assert.deepEqual(await workingNames(bench, owner), []);
});

test("keys pass to their maker's maker when enough keys ended for the maker to be forgotten", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { keys } = bench.services;
  const first = await keeper(bench, owner);
  let last = first;
  for (let generation = 0; generation < 3; generation++) last = await keeper(bench, last.actor, { name: "between" });
  await keeper(bench, last.actor, { name: "hidden" });
  for (const { id, name } of await listed(bench, owner)) if (name === "between") await keys.revoke(owner, id);
  for (let index = 0; index < 101; index++) {
    bench.clock.advance(1);
    const { key } = await keys.create(first.actor, owner.account, { name: "short" });
    await keys.revoke(first.actor, key.id);
  }
  assert.ok((await listed(bench, owner)).every(({ name }) => name !== "between"));
  assert.deepEqual(namesOf((await keys.revoke(owner, first.key.id)).created), ["hidden"]);
});

test("a fenced key learns of no key outside its fence, as maker or as made", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { folders, keys } = bench.services;
  const fence = await folders.create(owner, "root", "fence");
  const inner = await folders.create(owner, fence.id, "inner");
  const outside = await keeper(bench, owner, { name: "outside" });
  const fenced = await keeper(bench, outside.actor, { name: "fenced", fenceFolderId: fence.id });
  const inside = await keeper(bench, fenced.actor, { name: "inside", fenceFolderId: inner.id });
  const moved = await keeper(bench, inside.actor, { name: "moved", fenceFolderId: inner.id });
  const below = await keeper(bench, moved.actor, { name: "below", fenceFolderId: inner.id });
  await keys.change(owner, moved.key.id, { fenceFolderId: undefined });

  const makers = (await listed(bench, fenced.actor)).map(({ name, createdByKeyId }) => [name, createdByKeyId]);
  assert.deepEqual(Object.fromEntries(makers), { fenced: undefined, inside: fenced.key.id, below: undefined });
  assert.equal((await keys.change(fenced.actor, below.key.id, { name: "below" })).createdByKeyId, undefined);
  const graceMs = DAY_MS;
  assert.equal((await keys.rotate(fenced.actor, below.key.id, graceMs)).replaced.createdByKeyId, undefined);
  const { created } = await keys.revoke(fenced.actor, inside.key.id, { withCreated: true });
  assert.deepEqual(created, []);
  assert.equal((await keys.revoke(fenced.actor, fenced.key.id)).key.createdByKeyId, undefined);
  // Callers who see all keys also reach keys below moved ones.
  const ofOwner = namesOf((await keys.revoke(owner, outside.key.id)).created);
  assert.deepEqual(ofOwner, ["below", "below", "moved"]);
});
