import assert from "node:assert/strict";
import { test } from "node:test";
import type { MailedToken } from "../mail/mailed-token.ts";
import { newBlobKey, newRecordId } from "../random-ids.ts";
import { at, createOwner, type OpenDatabase } from "./database-suite-samples.ts";

function sampleToken(accountId: string, changes: Partial<MailedToken> = {}): MailedToken {
  return {
    id: newRecordId(),
    hash: newBlobKey(),
    purpose: "password-reset",
    accountId,
    email: "new@example.org",
    createdAt: at(0),
    endsAt: at(3600),
    ended: undefined,
    ...changes,
  };
}

export function mailedTokenTests(open: OpenDatabase): void {
  test("finds a token by its hash, even inside the transaction that makes it", async () => {
    await using opened = await open();
    const { account } = await createOwner(opened.database);
    const token = sampleToken(account.id);
    await opened.database.transaction(async ({ mailedTokens }) => {
      await mailedTokens.issue(token);
      assert.deepEqual(await mailedTokens.findByHash(token.hash), token);
    });
    const { mailedTokens } = opened.database;
    assert.deepEqual(await mailedTokens.findByHash(token.hash), token);
    assert.equal(await mailedTokens.findByHash("unknown"), undefined);
  });

  test("ends an account's earlier tokens when a new one is made, and no others", async () => {
    await using opened = await open();
    const { mailedTokens } = opened.database;
    const [owner, stranger] = [await createOwner(opened.database), await createOwner(opened.database)];
    const [spent, first, second] = [1, 2, 3].map((created) =>
      sampleToken(owner.account.id, { createdAt: at(created) }),
    );
    const others = sampleToken(stranger.account.id);
    assert.ok(spent && first && second);
    await mailedTokens.issue(spent);
    assert.equal(await mailedTokens.end(spent.id, "spent", at(2)), true);
    for (const each of [others, first, second]) await mailedTokens.issue(each);
    assert.deepEqual((await mailedTokens.findByHash(spent.hash))?.ended, { as: "spent", at: at(2) });
    assert.deepEqual((await mailedTokens.findByHash(first.hash))?.ended, { as: "replaced", at: at(3) });
    assert.equal((await mailedTokens.findByHash(second.hash))?.ended, undefined);
    assert.equal((await mailedTokens.findByHash(others.hash))?.ended, undefined);
  });

  test("replaces a token with the same id, so that a repeated job counts once", async () => {
    await using opened = await open();
    const { mailedTokens } = opened.database;
    const { account } = await createOwner(opened.database);
    const first = sampleToken(account.id);
    const again = sampleToken(account.id, { id: first.id, createdAt: at(5) });
    await mailedTokens.issue(first);
    await mailedTokens.issue(again);
    assert.equal(await mailedTokens.findByHash(first.hash), undefined);
    assert.deepEqual(await mailedTokens.findByHash(again.hash), again);
    assert.equal(await mailedTokens.countSince(account.id, "password-reset", at(5)), 1);
    assert.equal(await mailedTokens.countSince(account.id, "password-reset", at(6)), 0);
  });

  test("ends a token only once", async () => {
    await using opened = await open();
    const { mailedTokens } = opened.database;
    const { account } = await createOwner(opened.database);
    const token = sampleToken(account.id);
    await mailedTokens.issue(token);
    const ends = await Promise.all([1, 2].map((time) => mailedTokens.end(token.id, "spent", at(time))));
    assert.equal(ends.filter(Boolean).length, 1);
    assert.equal(await mailedTokens.endByAccount(account.id, "password-changed", at(3)), 0);
    assert.equal((await mailedTokens.findByHash(token.hash))?.ended?.as, "spent");
  });

  test("ends and removes an account's tokens, and those long expired", async () => {
    await using opened = await open();
    const { mailedTokens } = opened.database;
    const [owner, stranger] = [await createOwner(opened.database), await createOwner(opened.database)];
    const token = sampleToken(owner.account.id);
    const [old, kept] = [10, 20].map((end) => sampleToken(stranger.account.id, { endsAt: at(end) }));
    assert.ok(old && kept);
    for (const each of [token, old, kept]) await mailedTokens.issue(each);
    assert.equal(await mailedTokens.endByAccount(owner.account.id, "password-changed", at(3)), 1);
    assert.deepEqual((await mailedTokens.findByHash(token.hash))?.ended, { as: "password-changed", at: at(3) });
    assert.equal(await mailedTokens.removeByAccount(owner.account.id), 1);
    assert.equal(await mailedTokens.findByHash(token.hash), undefined);
    assert.equal(await mailedTokens.removeEndingBefore(at(15)), 1);
    assert.equal(await mailedTokens.findByHash(old.hash), undefined);
    assert.notEqual(await mailedTokens.findByHash(kept.hash), undefined);
  });
}
