import assert from "node:assert/strict";
import { test } from "node:test";
import { DatabaseError } from "../ports/database.ts";
import { assertRefused, createOwner, sampleAccount, sampleFile, sampleFolder, may } from "./database-suite-samples.ts";
import { at, createBlob, createFile, sampleAuditRecord, sampleBlob } from "./database-suite-samples.ts";
import type { OpenDatabase } from "./database-suite-samples.ts";

export function transactionTests(open: OpenDatabase): void {
  test("keeps what a transaction wrote and returns its result", async () => {
    await using opened = await open();
    const { database } = opened;
    const result = await database.transaction(async (rows) => {
      const { place } = await createOwner(rows);
      return createFile(rows, place);
    });
    assert.deepEqual(await database.files.findById(result.id), result);
  });

  test("undoes a transaction that throws and rethrows the same error", async () => {
    await using opened = await open();
    const { database } = opened;
    const { place, root } = await createOwner(database);
    const kept = await createFile(database, place);
    const failure = new Error("changed its mind");
    const work = database.transaction(async (rows) => {
      await rows.files.removeMany([may(kept.id)]);
      await rows.folders.create(sampleFolder(root));
      await rows.accounts.create(sampleAccount());
      await rows.audit.append([sampleAuditRecord()]);
      await rows.uploads.claim("Undone0000", at(0), at(1));
      throw failure;
    });
    await assert.rejects(work, (error) => error === failure);
    assert.deepEqual(await database.files.findById(kept.id), kept);
    assert.deepEqual(await database.folders.listChildren(root.id, { limit: 1000 }), []);
    assert.equal(await database.accounts.count(), 1);
    assert.deepEqual(await database.audit.list({ limit: 10 }), []);
    assert.equal(await database.uploads.findById("Undone0000"), undefined);
  });

  test("undoes a transaction that ends with a refusal", async () => {
    await using opened = await open();
    const { database } = opened;
    const { root } = await createOwner(database);
    const work = database.transaction(async ({ folders }) => {
      await folders.create(sampleFolder(root, { name: "a" }));
      await folders.create(sampleFolder(root, { name: "a" }));
    });
    await assertRefused(work, "folder-exists");
    assert.deepEqual(await database.folders.listChildren(root.id, { limit: 1000 }), []);
  });

  test("shows a transaction its own rows, and nobody else before it ends", async () => {
    await using opened = await open();
    const { database } = opened;
    const { place } = await createOwner(database);
    const blob = await createBlob(database);
    const file = sampleFile(blob, place);
    await database.transaction(async (rows) => {
      await rows.files.createMany([file]);
      assert.deepEqual(await rows.files.findById(file.id), file);
      assert.deepEqual(await rows.files.findByName(place.folderId, file.name), file);
      assert.deepEqual((await rows.files.getUsage(place.accountId)).fileCount, 1);
      assert.equal(await database.files.findById(file.id), undefined);
      assert.equal(await database.files.findByName(place.folderId, file.name), undefined);
      assert.deepEqual(await database.files.listByFolder(place.folderId, { limit: 5 }), []);
      assert.deepEqual((await database.files.getUsage(place.accountId)).fileCount, 0);
    });
    assert.deepEqual(await database.files.findById(file.id), file);
  });

  test("lets all of many simultaneous transactions succeed, each seeing the earlier ones", async () => {
    await using opened = await open();
    const { database } = opened;
    const { account } = await createOwner(database);
    const raise = () =>
      database.transaction(async (rows) => {
        const current = await rows.accounts.findById(account.id);
        assert.ok(current);
        await Promise.resolve();
        const pageLimit = current.settings.pageLimit + 1;
        await rows.accounts.update(may(account.id), { settings: { ...current.settings, pageLimit } });
      });
    await Promise.all(Array.from({ length: 50 }, raise));
    const settled = await database.accounts.findById(account.id);
    assert.equal(settled?.settings.pageLimit, account.settings.pageLimit + 50);
  });

  test("continues after transactions that failed beside others", async () => {
    await using opened = await open();
    const { database } = opened;
    const work = Array.from({ length: 20 }, (_, index) =>
      database.transaction(async ({ blobs }) => {
        await blobs.createMany([sampleBlob()]);
        if (index % 2 === 0) throw new Error("odd one out");
      }),
    );
    const outcomes = await Promise.allSettled(work);
    assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 10);
    assert.equal((await database.blobs.listPage(undefined, 100)).length, 10);
  });

  test("makes a single write outside wait for the transaction and then succeed", async () => {
    await using opened = await open();
    const { database } = opened;
    const blob = sampleBlob();
    let outside: Promise<void> | undefined;
    await database.transaction(async (rows) => {
      await rows.blobs.createMany([sampleBlob()]);
      outside = database.blobs.createMany([blob]);
    });
    await outside;
    assert.deepEqual(await database.blobs.findByKeys([blob.key]), [blob]);
  });

  test("reports that it is ready", async () => {
    await using opened = await open();
    await Promise.all([opened.database.check(), opened.database.check()]);
    await opened.database.check();
  });

  test("waits for a running transaction when closing, then refuses everything", async () => {
    await using opened = await open();
    const { database } = opened;
    const working = database.transaction(async ({ accounts }) => accounts.create(sampleAccount()));
    await database.close();
    const account = await working;
    await database.close();
    const isUnavailable = (error: unknown) => error instanceof DatabaseError && error.failure === "unavailable";
    await assert.rejects(database.accounts.findById(account.id), isUnavailable);
    await assert.rejects(database.accounts.update(may(account.id), { isLocked: true }), isUnavailable);
    await assert.rejects(
      database.transaction(async () => {}),
      isUnavailable,
    );
    await assert.rejects(database.check(), isUnavailable);
  });
}
