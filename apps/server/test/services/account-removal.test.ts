import assert from "node:assert/strict";
import { test } from "node:test";
import { type Database, isDomainError } from "@consigne/core";
import { type Bench, downloadText, openBench, overriding, storedKeys, uploadTexts } from "../_services.ts";

/** An account with files in three levels of folders, a shared one, keys and a download link. */
async function ownerOfMuch(bench: Bench) {
  const actor = await bench.account("leaving@example.org");
  const { folders, shares, downloads } = bench.services;
  const photos = await folders.create(actor, "root", "photos");
  const year = await folders.create(actor, photos.id, "2026");
  for (let index = 0; index < 60; index++) await folders.create(actor, year.id, `day ${index}`);
  const shared = await shares.share(actor, photos.id, { isShared: true, password: undefined });
  const names = Array.from({ length: 120 }, (_, at) => `file ${100 + at}`);
  await uploadTexts(bench, actor, Object.fromEntries(names.map((name) => [name, name])), photos.id);
  const [common] = await uploadTexts(bench, actor, { "common.txt": "common" }, year.id);
  const keyed = await bench.keyed(actor);
  const token = await downloads.issueToken(keyed, { fileId: common?.fileId ?? "" }, {});
  return { actor, keyed, token, shareId: shared.publicShareId ?? "", commonId: common?.fileId ?? "" };
}

const holdings = { fileCount: 121, sizeBytes: 120 * 8 + 6, folderCount: 62, shareCount: 1, keyCount: 1 };
const rules = { maxFiles: 200 };

async function assertSound({ services }: Bench): Promise<void> {
  const { findings } = await services.storageCheck.run({ repair: false, isDeep: false });
  assert.deepEqual(findings, []);
}

test("an account is removed with everything it has, and others keep theirs", async () => {
  await using bench = await openBench({ rules });
  const { services, ports } = bench;
  const { actor, keyed, token, shareId, commonId } = await ownerOfMuch(bench);
  const other = await bench.account("staying@example.org");
  const [kept] = await uploadTexts(bench, other, { "theirs.txt": "common" });
  const found = await services.accountRemoval.getHoldings("operator", actor.account);
  assert.deepEqual(found, holdings);
  assert.deepEqual(await services.accountRemoval.run("operator", actor.account), found);

  await assert.rejects(services.accounts.getByEmail("operator", actor.account.email), /no account/);
  assert.deepEqual(await ports.database.files.listByAccount(actor.account.id, { limit: 10 }), []);
  assert.deepEqual(await ports.database.folders.listByAccount(actor.account.id, { limit: 10 }), []);
  assert.equal(await ports.database.apiKeys.findById(keyed.key?.id ?? ""), undefined);
  await assert.rejects(services.downloads.find(token.text, actor.address), (error) =>
    isDomainError(error, "download-token-not-found"),
  );
  await assert.rejects(services.shares.list(other, shareId, undefined), (error) =>
    isDomainError(error, "folder-not-found"),
  );
  await assert.rejects(services.files.getDetails(other, { fileId: commonId }, undefined), (error) =>
    isDomainError(error, "file-not-found"),
  );
  assert.equal((await storedKeys(bench)).length, 1, "the bytes that another account also has");
  assert.equal(await downloadText(bench, other, kept?.fileId ?? ""), "common");
  await assertSound(bench);

  const records = await ports.database.audit.list({ objectId: actor.account.id, limit: 2 });
  assert.deepEqual(
    records.map(({ action, address, details }) => ({ action, address, details })),
    [
      { action: "account.removed", address: "operator", details: { email: actor.account.email } },
      { action: "account.remove", address: "operator", details: { email: actor.account.email, ...found } },
    ],
  );
  const uploads = await ports.database.audit.list({ accountId: actor.account.id, limit: 500 });
  const counts = uploads.map(({ action, details }) => (action === "file.upload" ? Number(details["count"] ?? 1) : 0));
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    holdings.fileCount,
  );
  await bench.account(actor.account.email);
});

test("a removal interrupted at any step leaves the account locked, and the next one finishes it", async () => {
  let left = Infinity;
  await using bench = await openBench({
    rules,
    replace: ({ database }) => ({ database: failingAfter(database, () => left-- > 0) }),
  });
  const { actor, keyed } = await ownerOfMuch(bench);
  const run = () => bench.services.accountRemoval.run("operator", actor.account);
  left = 0;
  await assert.rejects(run(), /broke off/);
  left = Infinity;
  await bench.services.files.list(keyed, "root", {});
  let attempts = 0;
  for (let isDone = false; !isDone; attempts++) {
    // Enough to get a step further than where each run begins.
    left = 5 + (attempts % 3);
    isDone = await run().then(
      () => true,
      (error: unknown) => {
        assert.match(String(error), /broke off/);
        return false;
      },
    );
    left = Infinity;
    await bench.services.bytesRemover.settle();
    if (!isDone)
      assert.equal((await bench.services.accounts.getByEmail("operator", actor.account.email)).isLocked, true);
    await assertSound(bench);
    assert.ok(attempts < 50, "each run makes progress");
  }
  assert.ok(attempts > 3, `${attempts} runs`);
  assert.deepEqual(await storedKeys(bench), []);
});

test("nobody can add to an account being removed, and unlocking it stops the removal", async () => {
  let onStep: (() => Promise<unknown>) | undefined;
  await using bench = await openBench({
    rules,
    replace: ({ database }) => ({
      database: overriding(database, {
        transaction: async (work) => {
          const result = await database.transaction(work);
          const step = onStep;
          onStep = undefined;
          await step?.();
          return result;
        },
      }),
    }),
  });
  const { services } = bench;
  const { actor } = await ownerOfMuch(bench);
  let refused: unknown;
  onStep = async () => {
    refused = await uploadTexts(bench, actor, { "late.txt": "late" }).catch((error: unknown) => error);
    await services.accounts.setLocked("operator", actor.account, false);
  };
  await assert.rejects(services.accountRemoval.run("operator", actor.account), /unlocked in the meantime/);
  assert.ok(isDomainError(refused, "account-locked"), String(refused));
  assert.equal((await services.accounts.getUsage(actor.account)).fileCount, holdings.fileCount);
  await services.accountRemoval.run("operator", actor.account);
  await assertSound(bench);
});

test("the last administrator stays, and a locked one does not count", async () => {
  await using bench = await openBench();
  const { accounts, accountRemoval } = bench.services;
  const create = (email: string) =>
    accounts.create("operator", { email, password: "a long password", planId: "unlimited", isAdmin: true });
  const [first, second] = [await create("first@example.org"), await create("second@example.org")];
  await accounts.setLocked("operator", second, true);
  await assert.rejects(accountRemoval.run("operator", first), /last administrator/);
  await assert.rejects(accountRemoval.getHoldings("operator", first), /last administrator/);
  assert.equal((await accounts.getByEmail("operator", first.email)).isLocked, false);
  await accounts.setLocked("operator", second, false);
  const both = await Promise.allSettled([first, second].map((each) => accountRemoval.run("operator", each)));
  assert.deepEqual(both.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
  assert.equal((await accounts.list("operator")).count, 1);
  await assert.rejects(accountRemoval.run("operator", first), /gone|last administrator/);
});

test("folders with wrongly counted levels are removed all the same", async () => {
  await using bench = await openBench({
    rules,
    replace: ({ database }) => ({ database: pretendingNoLevels(database) }),
  });
  const { actor } = await ownerOfMuch(bench);
  await bench.services.accountRemoval.run("operator", actor.account);
  await assertSound(bench);
});

/** Transactions for which `mayRun` returns false fail before they begin. */
function failingAfter(database: Database, mayRun: () => boolean): Database {
  return overriding(database, {
    transaction: async (work) => {
      if (!mayRun()) throw new Error("The process broke off.");
      return database.transaction(work);
    },
  });
}

/** Lists the highest folders first, as if they were lowest, until their levels are recounted. */
function pretendingNoLevels(database: Database): Database {
  const recounted = new Set<number | string>();
  return overriding(database, {
    transaction: (work) =>
      database.transaction((rows) =>
        work(
          overriding(rows, {
            folders: overriding(rows.folders, {
              listByAccount: async (accountId, page) => {
                const all = await rows.folders.listByAccount(accountId, { limit: 1000 });
                return all
                  .toReversed()
                  .map((each) => (recounted.has(each.id) ? each : { ...each, levelsBelow: -1 }))
                  .toSorted((one, other) => one.levelsBelow - other.levelsBelow)
                  .slice(0, page.limit);
              },
            }),
            counters: overriding(rows.counters, {
              recount: async (place) => {
                recounted.add(place.id);
                await rows.counters.recount(place);
              },
            }),
          }),
        ),
      ),
  });
}
