import assert from "node:assert/strict";
import { test } from "node:test";
import type { Database, Ports } from "@consigne/core";
import { address, downloadText, openBench, overriding, storedKeys, uploadTexts } from "../_services.ts";

/** Rolls back the first run of a transaction, like an engine that found a serialization conflict. */
class Conflict extends Error {}

/** Runs the work of every transaction twice; only the second run is kept. */
function repeating(database: Database): Database {
  return overriding(database, {
    async transaction(work) {
      const undone = database.transaction(async (rows) => {
        await work(rows);
        throw new Conflict();
      });
      await undone.catch((error: unknown) => {
        if (!(error instanceof Conflict)) throw error;
      });
      return database.transaction(work);
    },
  });
}

const replace = ({ database }: Ports) => ({ database: repeating(database) });

test("a transaction that the engine repeats takes effect once: uploads, files, folders and shares", async () => {
  await using bench = await openBench({ replace });
  const { services, ports } = bench;
  const owner = await bench.account();
  const folder = await services.folders.create(owner, "root", "folder");
  const [a, b] = await uploadTexts(bench, owner, { "a.txt": "one", "b.txt": "two" }, folder.id);
  await uploadTexts(bench, owner, { "a again.txt": "one" });
  assert.ok(a && b);
  assert.deepEqual(await services.accounts.getUsage(owner.account), {
    fileCount: 3,
    sizeBytes: 9,
    trashBytes: 0,
    versionBytes: 0,
    countedBytes: 9,
  });
  assert.equal((await storedKeys(bench)).length, 2);
  const both = [{ fileId: a.fileId }, { fileId: b.fileId }];
  assert.equal((await services.files.move(owner, both, "root")).length, 2);
  const copies = await services.files.copy(owner, both, { destination: folder.id });
  assert.equal(copies.length, 2);
  assert.equal(await downloadText(bench, owner, copies[0]?.to.id ?? ""), "one");
  const renames = both.map((reference) => ({ reference, name: "renamed" }));
  assert.equal((await services.files.rename(owner, renames)).length, 2);
  assert.equal((await services.files.changeAttributes(owner, both, { description: "x" })).length, 2);
  const shared = await services.shares.share(owner, folder.id, { isShared: true, password: undefined });
  const listed = await services.shares.list(owner, shared.publicShareId ?? "", undefined);
  assert.equal(listed.files.count, 2);
  await services.folders.move(owner, folder.id, { name: "other" });
  const removed = await services.files.remove(
    owner,
    copies.map(({ to }) => ({ reference: { fileId: to.id } })),
  );
  assert.equal(removed.length, 2);
  await services.folders.remove(owner, folder.id);
  assert.equal((await storedKeys(bench)).length, 2);
  const actions = (await ports.database.audit.list({ limit: 100 })).map(({ action }) => action);
  for (const action of new Set(actions)) {
    const times: Record<string, number> = { "file.upload": 3 };
    const expected = times[action] ?? (action.startsWith("file.") ? 2 : 1);
    assert.equal(actions.filter((each) => each === action).length, expected, action);
  }
});

test("a transaction that the engine repeats takes effect once: accounts, keys, tokens and a removal", async () => {
  await using bench = await openBench({ replace });
  const { services, ports } = bench;
  const owner = await bench.account("owner@example.org");
  const keyed = await bench.keyed(owner);
  const { text: second } = await services.keys.create("operator", owner.account, { name: "second" });
  assert.equal((await services.keys.authenticate(second, address)).account.id, owner.account.id);
  await services.accounts.updateSettings(keyed, { pageLimit: 7 });
  const [file] = await uploadTexts(bench, owner, { "a.txt": "one" });
  const { text } = await services.downloads.issueToken(keyed, { fileId: file?.fileId ?? "" }, {});
  await (await services.downloads.find(text, address)).open().then((stream) => stream.close());
  await services.keys.revoke("operator", keyed.key?.id ?? "");
  await assert.rejects(services.downloads.find(text, address), { code: "download-token-not-found" });
  const holdings = await services.accountRemoval.run("operator", owner.account);
  assert.deepEqual(holdings, { fileCount: 1, sizeBytes: 3, folderCount: 0, shareCount: 0, keyCount: 2 });
  assert.deepEqual(await storedKeys(bench), []);
  assert.equal(await ports.database.accounts.count(), 0);
});
