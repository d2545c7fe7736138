import assert from "node:assert/strict";
import { test } from "node:test";
import type { NewAuditRecord } from "../audit/audit-record.ts";
import type { Repositories } from "../ports/database.ts";
import type { NewFolderShare } from "../shares/folder-share-repository.ts";
import {
  at,
  createFile,
  createOwner,
  may,
  type OpenDatabase,
  sampleAccount,
  sampleAuditRecord,
  sampleFolder,
} from "./database-suite-samples.ts";

const shareOf = (folderId: number, email: string, changes: Partial<NewFolderShare> = {}): NewFolderShare => ({
  folderId: may(folderId),
  email,
  mayWrite: false,
  hidesLinks: false,
  createdAt: at(0),
  ...changes,
});

async function world(rows: Repositories) {
  const { account, root } = await createOwner(rows);
  const { account: friend } = await createOwner(rows);
  const folder = await rows.folders.create({ ...sampleFolder(root), parentId: may(root.id) });
  const inner = await rows.folders.create({ ...sampleFolder(folder), parentId: may(folder.id) });
  return { account, friend, folder, inner };
}

export function folderShareTests(open: OpenDatabase): void {
  test("are listed by their owner and granted to the account with the address", async () => {
    await using opened = await open();
    const rows = opened.database;
    const { account, friend, folder, inner } = await world(rows);
    const given = shareOf(folder.id, friend.email.toUpperCase(), { mayWrite: true });
    await rows.folderShares.put([
      given,
      shareOf(inner.id, friend.email, { hidesLinks: true }),
      shareOf(folder.id, "b@x.org"),
    ]);
    const { folderId, ...told } = given;
    assert.deepEqual(
      (await rows.folderShares.listOfFolder(folder.id)).find(({ email }) => email === told.email),
      { ...told, folderId },
    );
    assert.equal(await rows.folderShares.countOfOwner(account.id), 3);
    const owner = { ownerEmail: account.email, isOwnerLocked: false, accountId: friend.id };
    assert.deepEqual(
      (await rows.folderShares.listGrants(friend.id, [inner.id, folder.id])).toSorted(
        (a, b) => a.folderId - b.folderId,
      ),
      [
        { ...owner, folderId: folder.id, mayWrite: true, hidesLinks: false },
        { ...owner, folderId: inner.id, mayWrite: false, hidesLinks: true },
      ],
    );
    assert.deepEqual(await rows.folderShares.listGrants(account.id, [inner.id, folder.id]), []);
    assert.equal(await rows.folderShares.isAnyReceived(friend.id, account.id), true);
    assert.equal(await rows.folderShares.isAnyReceived(account.id, friend.id), false);
  });

  test("are listed, given and received, from any one on", async () => {
    await using opened = await open();
    const rows = opened.database;
    const { account, friend, folder, inner } = await world(rows);
    const shares = [folder, inner].map(({ id }) => shareOf(id, friend.email));
    await rows.folderShares.put([...shares, shareOf(folder.id, "zoe@x.org")]);
    const all = await rows.folderShares.listOfOwner(account.id, { limit: 10 });
    assert.deepEqual(
      all.map((share) => share.folderId),
      [folder.id, folder.id, inner.id],
    );
    assert.deepEqual(await rows.folderShares.listOfOwner(account.id, { after: all[0], limit: 1 }), [all[1]]);
    const received = await rows.folderShares.listReceived(friend.id, { limit: 10 });
    assert.deepEqual(
      received.map((share) => share.folder),
      [folder, inner],
    );
    const rest = await rows.folderShares.listReceived(friend.id, { after: folder.id, limit: 10 });
    assert.deepEqual(rest, received.slice(1));
    assert.deepEqual(await rows.folderShares.listReceived(friend.id, { ownerId: friend.id, limit: 10 }), []);
  });

  test("change their rights when given again, and end one by one", async () => {
    await using opened = await open();
    const rows = opened.database;
    const { account, friend, folder } = await world(rows);
    await rows.folderShares.put([shareOf(folder.id, friend.email), shareOf(folder.id, "b@x.org")]);
    await rows.folderShares.put([shareOf(folder.id, friend.email.toUpperCase(), { mayWrite: true, createdAt: at(9) })]);
    const [first, second] = await rows.folderShares.listOfFolder(folder.id);
    const changed = [first, second].find((share) => share?.email === friend.email);
    assert.deepEqual([changed?.mayWrite, changed?.createdAt], [true, at(0)]);
    assert.equal(await rows.folderShares.remove(may(folder.id), ["B@x.org", "unknown@x.org"]), 1);
    assert.equal(await rows.folderShares.leave(friend.id, folder.id), 1);
    assert.equal(await rows.folderShares.leave(friend.id, folder.id), 0);
    await rows.folderShares.put([shareOf(folder.id, friend.email), shareOf(folder.id, "b@x.org")]);
    assert.equal(await rows.folderShares.endOfOwner(may(account.id)), 2);
    assert.deepEqual(await rows.folderShares.listOfFolder(folder.id), []);
  });

  test("stay with the account when its address changes, and end with the folder or either account", async () => {
    await using opened = await open();
    const rows = opened.database;
    const { friend, folder, inner } = await world(rows);
    await rows.folderShares.put([shareOf(folder.id, "new@x.org"), shareOf(inner.id, "moved@x.org")]);
    const late = await rows.accounts.create(sampleAccount({ email: "New@x.org" }));
    await rows.folderShares.claim(may(late.id), late.email);
    assert.equal((await rows.folderShares.listGrants(late.id, [folder.id])).length, 1);
    await rows.folderShares.claim(may(friend.id), "Moved@x.org");
    assert.equal((await rows.folderShares.listGrants(friend.id, [inner.id])).length, 1);
    await rows.accounts.update(may(friend.id), { email: "elsewhere@x.org" });
    assert.equal((await rows.folderShares.listGrants(friend.id, [inner.id])).length, 1, "it stays with the account");
    await rows.accounts.remove(may(late.id));
    assert.deepEqual(await rows.folderShares.listOfFolder(folder.id), []);
    await rows.folders.remove(may(inner.id));
    assert.deepEqual(await rows.folderShares.listReceived(friend.id, { limit: 10 }), []);
  });

  test("record what others did to an account's items, with both addresses at that time", async () => {
    await using opened = await open();
    const rows = opened.database;
    const { account, friend, folder } = await world(rows);
    const { account: stranger } = await createOwner(rows);
    await rows.folderShares.put([shareOf(folder.id, friend.email.toUpperCase())]);
    const record = (time: number, accountId: string | undefined, ownerId?: string): NewAuditRecord =>
      sampleAuditRecord({
        at: at(time),
        accountId,
        apiKeyId: undefined,
        ...(ownerId === undefined ? {} : { ownerId }),
      });
    const [byFriend, byStranger, byGuest, own] = [
      record(4, friend.id, account.id),
      record(3, stranger.id, account.id),
      record(2, undefined, account.id),
      record(1, account.id),
    ] as const;
    const elsewhere = record(5, friend.id);
    await rows.audit.append([own, byGuest, byStranger, byFriend, elsewhere]);
    const known = { ...byFriend, ownerEmail: account.email, knownAs: friend.email.toUpperCase() };
    // Strangers, who may have a removal code, do not learn an address.
    const others = [known, byStranger, byGuest];
    const list = (accountId: string, more: object = {}) => rows.audit.listOfAccount(accountId, { limit: 10, ...more });
    assert.deepEqual(await list(account.id), [...others, own]);
    assert.deepEqual(await list(account.id, { by: "others", limit: 2 }), others.slice(0, 2));
    assert.deepEqual(await list(account.id, { after: known }), [...others.slice(1), own]);
    assert.deepEqual(await list(account.id, { by: "me" }), [own]);
    assert.deepEqual(await list(friend.id), [elsewhere, known]);
    await rows.folderShares.remove(may(folder.id), [friend.email]);
    assert.deepEqual(await list(account.id, { limit: 1 }), [known], "the address at that time");
    await rows.audit.append(Array.from({ length: 3 }, (_, index) => record(10 + index, friend.id)));
    await rows.audit.removeAllBut(2);
    assert.deepEqual(
      await list(account.id, { by: "others" }),
      others.slice(0, 2),
      "other changes do not push them out",
    );
    assert.equal((await list(friend.id)).length, 3);
  });

  test("wait for whoever proves to own an address, and reach its present owner when given again", async () => {
    await using opened = await open();
    const rows = opened.database;
    const { account, friend, folder, inner } = await world(rows);
    await rows.folderShares.put([shareOf(folder.id, "waiting@x.org"), shareOf(inner.id, "waiting@x.org")]);
    const late = await rows.accounts.create(sampleAccount({ email: "Waiting@x.org" }));
    const grants = async ({ id }: { id: string }) =>
      (await rows.folderShares.listGrants(id, [folder.id, inner.id]))
        .map(({ folderId }) => folderId)
        .toSorted((one, other) => one - other);
    assert.deepEqual(await grants(late), [], "having the address does not prove that it is theirs");
    assert.deepEqual(await rows.folderShares.listMoved(folder.id), ["waiting@x.org"]);
    await rows.folderShares.put([shareOf(folder.id, "waiting@x.org")]);
    assert.deepEqual(await grants(late), [folder.id]);
    assert.equal(await rows.folderShares.claim(may(late.id), "WAITING@x.org"), 1);
    assert.equal(await rows.folderShares.claim(may(late.id), "WAITING@x.org"), 0);
    assert.deepEqual(await grants(late), [folder.id, inner.id]);
    assert.deepEqual(await rows.folderShares.listMoved(folder.id), []);
    await rows.accounts.update(may(late.id), { email: "elsewhere@x.org" });
    await rows.folderShares.put([shareOf(inner.id, "waiting@x.org", { mayWrite: true })]);
    assert.deepEqual(await grants(late), [folder.id, inner.id], "nobody else has the address");
    await rows.accounts.update(may(friend.id), { email: "waiting@x.org" });
    assert.deepEqual([await grants(friend), await grants(late)], [[], [folder.id, inner.id]]);
    assert.deepEqual(await rows.folderShares.listMoved(inner.id), ["waiting@x.org"]);
    const give = () => rows.folderShares.put([shareOf(inner.id, "waiting@x.org")]);
    assert.deepEqual(await told(rows, late.id, give), [`share ${inner.id}`, `shared-folder ${inner.id}`]);
    assert.deepEqual([await grants(friend), await grants(late)], [[inner.id], [folder.id]]);
    await rows.folderShares.put([shareOf(inner.id, "owner@x.org")]);
    assert.equal(await rows.folderShares.claim(may(account.id), "owner@x.org"), 0, "nobody shares with themselves");
  });

  const told = async (rows: Repositories, accountId: string, work: () => Promise<unknown>) => {
    const after = (await rows.changes.listLatest([accountId])).get(accountId) ?? 0;
    await work();
    const changes = await rows.changes.list(accountId, { after, limit: 100 });
    return changes.map((change) => ("id" in change ? `${change.topic} ${change.id}` : change.topic)).toSorted();
  };

  test("announce changes in a shared folder to those it is shared with, and nobody else", async () => {
    await using opened = await open();
    const rows = opened.database;
    const { account, friend, folder, inner } = await world(rows);
    const { account: other } = await createOwner(rows);
    await rows.folderShares.put([shareOf(folder.id, friend.email), shareOf(inner.id, other.email)]);
    const put = (folderId: number) => createFile(rows, { accountId: account.id, folderId });
    assert.deepEqual(await told(rows, friend.id, () => put(inner.id)), [`shared-folder ${inner.id}`]);
    assert.deepEqual(await told(rows, friend.id, () => put(account.rootFolderId)), []);
    assert.deepEqual(await told(rows, other.id, () => put(folder.id)), []);
    assert.deepEqual(await told(rows, other.id, () => put(inner.id)), [`shared-folder ${inner.id}`]);
    const rename = () => rows.folders.update(may(inner.id), { name: "renamed" });
    const both = [folder.id, inner.id].map((id) => `shared-folder ${id}`).toSorted();
    assert.deepEqual(await told(rows, friend.id, rename), both);
    assert.deepEqual(await told(rows, account.id, () => put(inner.id)), [`folder ${inner.id}`]);
  });

  test("announce their start, end and changed rights to their account and to the folder's owner", async () => {
    await using opened = await open();
    const rows = opened.database;
    const { account, friend, folder, inner } = await world(rows);
    const share = (changes?: Partial<NewFolderShare>) => () =>
      rows.folderShares.put([shareOf(inner.id, friend.email, changes)]);
    const of = (work: () => Promise<unknown>) => told(rows, friend.id, work);
    const begun = [`share ${inner.id}`, `shared-folder ${inner.id}`];
    assert.deepEqual(await of(share()), begun);
    assert.deepEqual(await of(share({ mayWrite: true })), begun);
    assert.deepEqual(await of(() => rows.folderShares.remove(may(inner.id), [friend.email])), [`share ${inner.id}`]);
    assert.deepEqual(await told(rows, account.id, share()), [`folder ${inner.id}`]);
    const leave = () => rows.folderShares.leave(friend.id, inner.id);
    assert.deepEqual(await told(rows, account.id, leave), [`folder ${inner.id}`]);
    for (const end of [
      leave,
      () => rows.folderShares.endOfOwner(may(account.id)),
      () => rows.accounts.update(may(account.id), { isLocked: true }),
      () => rows.folders.remove(may(inner.id)),
    ]) {
      await share()();
      assert.deepEqual(await of(end), [`share ${inner.id}`], end.toString());
    }
    await rows.folderShares.put([shareOf(folder.id, friend.email)]);
    assert.deepEqual(await of(() => rows.folders.removeEmpty([may(folder.id)])), [`share ${folder.id}`]);
  });

  test("announce more than a thousand changes at once as a request to reload everything", async () => {
    await using opened = await open();
    const rows = opened.database;
    const { friend, folder } = await world(rows);
    await rows.folderShares.put([shareOf(folder.id, friend.email)]);
    const makeMany = () =>
      rows.transaction(async ({ folders }) => {
        const created = [folder];
        for (let at = 0; at < 1001; at++)
          created.push(
            await folders.create({ ...sampleFolder(folder, { name: String(at) }), parentId: may(folder.id) }),
          );
        for (const { id } of created) await folders.update(may(id), { name: `${id} renamed` });
      });
    assert.deepEqual(await told(rows, friend.id, makeMany), ["reset"]);
  });
}
