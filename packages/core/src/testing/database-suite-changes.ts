import assert from "node:assert/strict";
import { test } from "node:test";
import { CHANGES_KEPT, type NumberedChange } from "../events/account-change.ts";
import type { Database } from "../ports/database.ts";
import type { NewRemoteRequest } from "../remote/remote-upload-repository.ts";
import { order } from "./database-suite-import-samples.ts";
import {
  at,
  createFile,
  createOwner,
  may,
  type OpenDatabase,
  type Place,
  sampleAccount,
  sampleFolder,
} from "./database-suite-samples.ts";

async function latestOf({ changes }: Database, accountId: string): Promise<number> {
  return (await changes.listLatest([accountId])).get(accountId) ?? 0;
}

/** The changes that `work` causes for watchers of the account, without numbers, in no particular order. */
async function changesOf(database: Database, accountId: string, work: () => Promise<unknown>): Promise<string[]> {
  const after = await latestOf(database, accountId);
  await work();
  const changes = await database.changes.list(accountId, { after, limit: 100 });
  return changes.map(nameOf).toSorted();
}

const nameOf = (change: NumberedChange): string => ("id" in change ? `${change.topic} ${change.id}` : change.topic);

const remoteRequest = ({ accountId, folderId }: Place): NewRemoteRequest => ({
  accountId,
  apiKeyId: undefined,
  address: "192.0.2.7",
  rootFolderId: folderId,
  folderId: may(folderId) as never,
  requestedAt: at(0),
  sealedHeaders: undefined,
  sizeBytes: 500,
});
const url = "https://example.org/a.bin";
const remoteItem = { id: "item", jobId: "job", url, sealedUrl: undefined, hasCredentials: false };

const folders = (...ids: number[]): string[] => ids.map((id) => `folder ${id}`).toSorted();

export function changeTests(open: OpenDatabase): void {
  test("records the folders whose files change", async () => {
    await using opened = await open();
    const { database } = opened;
    const { root, place } = await createOwner(database);
    const other = await database.folders.create(sampleFolder(root));
    const of = (work: () => Promise<unknown>) => changesOf(database, place.accountId, work);
    const file = await createFile(database, place);
    const update = (changes: object) => () => database.files.updateMany([{ id: may(file.id), changes }]);
    assert.deepEqual(await of(() => createFile(database, place)), folders(root.id));
    assert.deepEqual(await of(update({ name: "renamed.jpg" })), folders(root.id));
    assert.deepEqual(await of(update({ description: "" })), folders(root.id));
    assert.deepEqual(await of(update({ folderId: may(other.id) })), folders(root.id, other.id));
    assert.deepEqual(await of(() => database.files.removeMany([may(file.id)])), folders(other.id));
    assert.deepEqual(await of(() => createFile(database)), []);
  });

  test("records changed folders, and their parents", async () => {
    await using opened = await open();
    const { database } = opened;
    const { root, account } = await createOwner(database);
    const of = (work: () => Promise<unknown>) => changesOf(database, account.id, work);
    const make = (name: string) => database.folders.create(sampleFolder(root, { name }));
    const [one, two] = [await make("one"), await make("two")];
    const update = (changes: object) => () => database.folders.update(may(one.id), changes);
    assert.deepEqual(await of(() => make("three")), folders(root.id));
    assert.deepEqual(await of(update({ name: "renamed" })), folders(root.id, one.id));
    assert.deepEqual(await of(update({ publicShareId: "shared" })), folders(root.id, one.id));
    assert.deepEqual(await of(() => database.folders.endShares(may(account.id))), folders(root.id, one.id));
    assert.deepEqual(await of(update({ parentId: may(two.id) })), folders(root.id, one.id, two.id));
    assert.deepEqual(await of(() => database.folders.remove(may(one.id))), folders(one.id, two.id));
    assert.deepEqual(await of(() => database.folders.removeEmpty([may(two.id)])), folders(root.id, two.id));
  });

  test("records remote uploads and imports whenever their state changes", async () => {
    await using opened = await open();
    const { database } = opened;
    const { place } = await createOwner(database);
    const of = (work: () => Promise<unknown>) => changesOf(database, place.accountId, work);
    const { remoteUploads, imports } = database;
    let request = 0;
    const created = () => remoteUploads.create(remoteRequest(place), [remoteItem]);
    assert.deepEqual(await of(async () => (request = await created())), [`remote ${request}`]);
    assert.deepEqual(
      await of(() => remoteUploads.note("item", "job", [{ code: "web-page", type: "text/html", sizeBytes: 1 }])),
      [`remote ${request}`],
    );
    assert.deepEqual(await of(() => remoteUploads.note("item", "another job", [])), []);
    const end = { state: "failed", at: at(1), messages: [] } as const;
    assert.deepEqual(await of(() => remoteUploads.end("item", "job", end)), [`remote ${request}`]);
    assert.deepEqual(await of(() => remoteUploads.end("item", "job", end)), [], "it has ended");
    let copy = 0;
    const started = () => imports.create(order(place));
    assert.deepEqual(await of(async () => (copy = await started())), [`import ${copy}`]);
    const entryEnd = { state: "failed", messages: [] } as const;
    assert.deepEqual(await of(() => imports.endEntry(copy, 0, entryEnd)), [`import ${copy}`]);
    assert.deepEqual(await of(() => imports.end(copy, { state: "done", at: at(2), messages: [] })), [`import ${copy}`]);
    assert.deepEqual(await of(() => imports.end(copy, { state: "done", at: at(2), messages: [] })), [], "it has ended");
  });

  test("records each item once, by its last number, with its transaction or not at all", async () => {
    await using opened = await open();
    const { database } = opened;
    const { changes } = database;
    const { account } = await createOwner(database);
    assert.equal(await latestOf(database, account.id), 0);
    await database.transaction(async (rows) => {
      for (const id of [7, 8, 7]) await rows.changes.note(account.id, { topic: "remote", id });
      await rows.changes.note(account.id, { topic: "trash" });
    });
    const first = await changes.list(account.id, { after: 0, limit: 10 });
    assert.deepEqual(
      first.map(({ number, ...change }) => [number, change]),
      [
        [1, { topic: "remote", id: 7 }],
        [2, { topic: "remote", id: 8 }],
        [3, { topic: "trash" }],
      ],
    );
    await changes.note(account.id, { topic: "remote", id: 7 });
    assert.deepEqual((await changes.list(account.id, { after: 0, limit: 10 })).map(nameOf), [
      "remote 8",
      "trash",
      "remote 7",
    ]);
    assert.deepEqual((await changes.list(account.id, { after: 2, limit: 1 })).map(nameOf), ["trash"]);
    const undone = database.transaction(async (rows) => {
      await rows.changes.note(account.id, { topic: "import", id: 1 });
      throw new Error("undone");
    });
    await assert.rejects(undone, /undone/);
    assert.equal(await latestOf(database, account.id), 4);
  });

  test("numbers changes per account, and forgets old ones and removed accounts", async () => {
    await using opened = await open();
    const { database } = opened;
    const { changes } = database;
    const [one, other] = [await createOwner(database), await createOwner(database)];
    await changes.note(other.account.id, { topic: "trash" });
    const most = CHANGES_KEPT + 600;
    for (let id = 1; id <= most; id += 100) {
      await database.transaction(async (rows) => {
        for (let more = 0; more < 100; more++)
          await rows.changes.note(one.account.id, { topic: "import", id: id + more });
      });
    }
    assert.deepEqual(
      await changes.listLatest([one.account.id, other.account.id, "unknown"]),
      new Map([
        [one.account.id, most],
        [other.account.id, 1],
      ]),
    );
    const kept = await changes.list(one.account.id, { after: 0, limit: 10_000 });
    assert.ok(kept.length >= CHANGES_KEPT && kept.length < CHANGES_KEPT + 300, String(kept.length));
    assert.equal(kept.at(-1)?.number, most);
    await database.accounts.remove(may(one.account.id));
    assert.deepEqual(await changes.list(one.account.id, { after: 0, limit: 10 }), []);
    await changes.note(one.account.id, { topic: "trash" });
    await changes.note(sampleAccount({ createdAt: at(0) }).id, { topic: "trash" });
    assert.deepEqual(await changes.listLatest([one.account.id]), new Map());
  });
}
