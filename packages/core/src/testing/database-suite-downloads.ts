import assert from "node:assert/strict";
import { test } from "node:test";
import type { LinkTarget } from "../links/link-repository.ts";
import type { Link } from "../links/link.ts";
import { newFileId } from "../random-ids.ts";
import { at, createFile, createOwner, sampleDownloadToken, sampleFolder, may } from "./database-suite-samples.ts";
import type { OpenDatabase } from "./database-suite-samples.ts";

export function downloadTokenTests(open: OpenDatabase): void {
  test("keeps the links of a file and of a folder as created and changed, until their target is gone", async () => {
    await using opened = await open();
    const { links, files, folders } = opened.database;
    const { place, root } = await createOwner(opened.database);
    const file = await createFile(opened.database, place);
    const folder = await folders.create(sampleFolder(root));
    const target = { fileId: may(file.id) };
    const plain = {
      id: newFileId(),
      passwordHash: undefined,
      accessList: undefined,
      endsAt: undefined,
      maxDownloads: undefined,
      isOn: true,
      note: "",
      createdAt: at(1),
    };
    const rules = { passwordHash: "$", accessList: { emails: ["a@b.c"] }, endsAt: at(9), maxDownloads: 2, isOn: false };
    const full = { ...plain, ...rules, note: "é", id: newFileId(), createdAt: at(2) };
    const ofFolder = { ...plain, id: newFileId() };
    for (const link of [full, plain]) await links.create({ ...link, target });
    await links.create({ ...ofFolder, target: { folderId: may(folder.id) } });
    const asRead = { fileId: file.id, folderId: undefined, usedCount: 0, hasEnded: false };
    assert.deepEqual(await links.listOf(target), [
      { ...plain, ...asRead },
      { ...full, ...asRead },
    ]);
    assert.deepEqual(await links.findById(full.id), { ...full, ...asRead });
    await links.update(full.id, target, { maxDownloads: undefined, isOn: true });
    await links.update(plain.id, { folderId: may(folder.id) }, { note: "of something else" });
    assert.deepEqual(await links.findById(full.id), { ...full, ...asRead, maxDownloads: undefined, isOn: true });
    assert.equal((await links.findById(plain.id))?.note, "");
    await links.update(full.id, target, { endsAt: at(3) });
    assert.deepEqual([await links.endExpired(at(2)), await links.endExpired(at(3), plain.id)], [0, 0]);
    assert.deepEqual([await links.endExpired(at(3)), await links.endExpired(at(3))], [1, 0]);
    assert.equal((await links.findById(full.id))?.hasEnded, true);
    await links.update(full.id, target, { note: "ended", endsAt: full.endsAt });
    assert.equal((await links.findById(full.id))?.hasEnded, false);
    await links.update(full.id, target, { note: full.note });
    await links.remove(plain.id, target);
    await files.removeMany([may(file.id)]);
    await folders.remove(may(folder.id));
    for (const { id } of [plain, full, ofFolder]) assert.equal(await links.findById(id), undefined);
  });

  test("lists an account's additional links with a target, newest first, and disables all of them", async () => {
    await using opened = await open();
    const rows = opened.database;
    const { links, files, folders } = rows;
    const { account, place, root } = await createOwner(rows);
    const other = await createOwner(rows);
    const file = await createFile(rows, place);
    const folder = await folders.create(sampleFolder(root));
    const theirs = await createFile(rows, other.place);
    const make = async (target: LinkTarget, second: number, changes: Partial<Link> = {}) => {
      const rules = { passwordHash: undefined, accessList: undefined, endsAt: undefined, maxDownloads: undefined };
      const link = { id: newFileId(), ...rules, isOn: true, note: "", createdAt: at(second), ...changes };
      await links.create({ ...link, target });
      return link.id;
    };
    const fileId = may(file.id);
    const open1 = await make({ fileId }, 1);
    const open2 = await make({ folderId: may(folder.id) }, 2, { passwordHash: "$", endsAt: at(50), maxDownloads: 1 });
    for (const changes of [{ id: file.id }, { isOn: false }, { endsAt: at(9) }, { maxDownloads: 0 }])
      await make({ fileId }, 3, changes);
    const foreign = await make({ fileId: may(theirs.id) }, 4);
    const listed = await links.listFurtherOpen(account.id, { now: at(9), limit: 9 });
    assert.deepEqual(
      listed.map(({ id, name }) => [id, name]),
      [
        [open2, folder.name],
        [open1, file.name],
      ],
    );
    assert.deepEqual(listed[0], { ...(await links.findById(open2)), name: folder.name });
    assert.equal((await links.listFurtherOpen(account.id, { now: at(9), limit: 1 })).length, 1);
    assert.equal(await links.switchOffFurther(may(account.id)), 4);
    assert.equal(await links.switchOffFurther(may(account.id)), 0);
    assert.deepEqual(await links.listFurtherOpen(account.id, { now: at(0), limit: 9 }), []);
    assert.equal((await links.findById(file.id))?.isOn, true, "a file's own link is not included");
    assert.deepEqual([(await links.findById(open1))?.isOn, (await links.findById(foreign))?.isOn], [false, true]);
    await files.removeMany([may(file.id), may(theirs.id)]);
  });

  test("counts downloads for each file's account, even if the file is gone", async () => {
    await using opened = await open();
    const { files, downloadTokens } = opened.database;
    const { place } = await createOwner(opened.database);
    const [one, two] = [await createFile(opened.database, place), await createFile(opened.database, place)];
    const guests = await createFile(opened.database);
    const token = sampleDownloadToken(one.id);
    await downloadTokens.create(token);
    for (let time = 0; time < 2; time += 1) await downloadTokens.start(token.hash, at(1), "192.0.2.1");
    const uncounted = sampleDownloadToken(two.id);
    await downloadTokens.create(uncounted);
    assert.equal(await downloadTokens.start(uncounted.hash, at(1), "192.0.2.1", { isCounted: false }), true);
    await files.noteDownloads([one.id, two.id, guests.id, "unknown"]);
    await files.removeMany([may(one.id)]);
    assert.equal(await files.countDownloads(place.accountId), 3);
    assert.equal(await files.countDownloads("unknown"), 0);
  });

  test("starts as many downloads of a link as allowed, and no more", async () => {
    await using opened = await open();
    const { links, downloadTokens } = opened.database;
    const file = await createFile(opened.database);
    const id = newFileId();
    const rules = { passwordHash: undefined, accessList: undefined, endsAt: undefined, isOn: true, note: "" };
    await links.create({ ...rules, id, maxDownloads: 3, createdAt: at(0), target: { fileId: may(file.id) } });
    const tokens = Array.from({ length: 9 }, () => sampleDownloadToken(file.id, { linkId: id }));
    for (const token of tokens) await downloadTokens.create(token);
    const started = await Promise.allSettled(tokens.map(({ hash }) => downloadTokens.start(hash, at(1), "192.0.2.1")));
    assert.equal(started.filter(({ status }) => status === "fulfilled").length, 3);
    assert.equal((await links.findById(id))?.usedCount, 3);
    const kept = await Promise.all(tokens.map(({ hash }) => downloadTokens.findByHash(hash)));
    assert.equal(kept.filter((token) => token?.startedAt !== undefined).length, 3);
    assert.equal(await downloadTokens.removeByLinks([id]), 9);
  });

  test("returns a download token as created", async () => {
    await using opened = await open();
    const { downloadTokens } = opened.database;
    const file = await createFile(opened.database);
    const plain = sampleDownloadToken(file.id);
    const full = sampleDownloadToken(file.id, {
      accountId: "account",
      apiKeyId: "key",
      isInline: true,
      isSingle: true,
      startedAt: at(4),
      clientAddress: "2001:db8::1",
    });
    const archive = { name: "é", subject: { kind: "own", folderIds: [1, 2], fileIds: ["a"] } } as const;
    const ofArchive = sampleDownloadToken(file.id, { fileId: undefined, archive });
    for (const token of [plain, full, ofArchive]) await downloadTokens.create(token);
    assert.deepEqual(await downloadTokens.findByHash(ofArchive.hash), ofArchive);
    assert.equal(await downloadTokens.start(ofArchive.hash, at(1), "192.0.2.1"), true);
    assert.deepEqual(await downloadTokens.findByHash(plain.hash), plain);
    assert.deepEqual(await downloadTokens.findByHash(full.hash), full);
    assert.equal(await downloadTokens.findByHash("unknown"), undefined);
  });

  test("starts a token only once", async () => {
    await using opened = await open();
    const { downloadTokens } = opened.database;
    const file = await createFile(opened.database);
    const token = sampleDownloadToken(file.id);
    await downloadTokens.create(token);
    const starts = ["192.0.2.1", "192.0.2.1", "192.0.2.2"].map((address, index) =>
      downloadTokens.start(token.hash, at(index), address),
    );
    assert.deepEqual((await Promise.all(starts)).filter(Boolean), [true]);
    const started = await downloadTokens.findByHash(token.hash);
    assert.ok(started?.startedAt !== undefined && started.clientAddress !== undefined);
    assert.equal(await downloadTokens.start(token.hash, at(9), "192.0.2.9"), false);
    assert.deepEqual(await downloadTokens.findByHash(token.hash), started);
    assert.equal(await downloadTokens.start("unknown", at(1), "192.0.2.1"), false);
  });

  test("removes the tokens of a file or of a key", async () => {
    await using opened = await open();
    const { downloadTokens } = opened.database;
    const [one, other] = [await createFile(opened.database), await createFile(opened.database)];
    const ofOne = sampleDownloadToken(one.id, { apiKeyId: "k1" });
    const ofOther = sampleDownloadToken(other.id, { apiKeyId: "k1" });
    const kept = sampleDownloadToken(other.id, { apiKeyId: "k2" });
    const guest = sampleDownloadToken(other.id);
    for (const token of [ofOne, ofOther, kept, guest]) await downloadTokens.create(token);
    await downloadTokens.removeByFiles([may(one.id)]);
    assert.equal(await downloadTokens.findByHash(ofOne.hash), undefined);
    assert.deepEqual(await downloadTokens.findByHash(ofOther.hash), ofOther);
    await downloadTokens.removeByApiKeys([may("k1")]);
    assert.equal(await downloadTokens.findByHash(ofOther.hash), undefined);
    assert.deepEqual(await downloadTokens.findByHash(kept.hash), kept);
    assert.deepEqual(await downloadTokens.findByHash(guest.hash), guest);
  });

  test("removes what an account got in one session, or in all but one", async () => {
    await using opened = await open();
    const { downloadTokens } = opened.database;
    const file = await createFile(opened.database);
    const token = (accountId: string, sessionId?: string) => sampleDownloadToken(file.id, { accountId, sessionId });
    const [here, there, elsewhere] = ["here", "there", "elsewhere"].map((id) => token("one", id));
    const [byPassword, theirs] = [token("one"), token("two", "there")];
    assert.ok(here && there && elsewhere);
    const all = [here, there, elsewhere, byPassword, theirs];
    for (const each of all) await downloadTokens.create(each);
    const left = async () => {
      const found = await Promise.all(all.map(({ hash }) => downloadTokens.findByHash(hash)));
      return found.filter((each) => each !== undefined);
    };
    assert.equal(await downloadTokens.removeOfSessions("one", { only: "there" }), 1);
    assert.deepEqual(await left(), [here, elsewhere, byPassword, theirs]);
    assert.equal(await downloadTokens.removeOfSessions("one", { but: "here" }), 1);
    assert.deepEqual(await left(), [here, byPassword, theirs]);
    assert.equal(await downloadTokens.removeOfSessions("one", { but: undefined }), 1);
    assert.deepEqual(await left(), [byPassword, theirs]);
  });

  test("removes the tokens that an account got without a key", async () => {
    await using opened = await open();
    const { downloadTokens } = opened.database;
    const { id } = await createFile(opened.database);
    const byPassword = sampleDownloadToken(id, { accountId: "one" });
    const byKey = sampleDownloadToken(id, { accountId: "one", apiKeyId: "k1" });
    const ofOther = sampleDownloadToken(id, { accountId: "other" });
    const guest = sampleDownloadToken(id);
    for (const token of [byPassword, byKey, ofOther, guest]) await downloadTokens.create(token);
    assert.equal(await downloadTokens.removeKeylessByAccount(may("one")), 1);
    assert.equal(await downloadTokens.findByHash(byPassword.hash), undefined);
    for (const token of [byKey, ofOther, guest]) assert.deepEqual(await downloadTokens.findByHash(token.hash), token);
  });

  test("removes a file that still has tokens, and the tokens with it", async () => {
    await using opened = await open();
    const { downloadTokens, files } = opened.database;
    const file = await createFile(opened.database);
    const token = sampleDownloadToken(file.id);
    await downloadTokens.create(token);
    await files.removeMany([may(file.id)]);
    assert.equal(await downloadTokens.findByHash(token.hash), undefined);
  });

  test("removes tokens as soon as they expire", async () => {
    await using opened = await open();
    const { downloadTokens } = opened.database;
    const file = await createFile(opened.database);
    for (const second of [1, 2, 3]) {
      await downloadTokens.create(sampleDownloadToken(file.id, { hash: `t${second}`, expiresAt: at(second) }));
    }
    const remove = (now: number, latest: number) =>
      downloadTokens.removeExpired({ now: at(now), unstarted: at(now), latest: at(latest) });
    assert.equal(await remove(0, 2_000_000), 0);
    assert.equal(await remove(2, 2_000_000), 2);
    assert.ok(await downloadTokens.findByHash("t3"));
    assert.equal(await remove(0, 3), 0);
    assert.equal(await remove(0, 2), 1, "one that would last too long");
    assert.equal(await downloadTokens.findByHash("t3"), undefined);
  });

  test("removes tokens that were not used in time", async () => {
    await using opened = await open();
    const { downloadTokens } = opened.database;
    const file = await createFile(opened.database);
    const used = { startedAt: at(1), clientAddress: "192.0.2.1" };
    await downloadTokens.create(sampleDownloadToken(file.id, { hash: "used", expiresAt: at(3), ...used }));
    for (const second of [3, 4])
      await downloadTokens.create(sampleDownloadToken(file.id, { hash: `t${second}`, expiresAt: at(second) }));
    assert.equal(await downloadTokens.removeExpired({ now: at(2), unstarted: at(3), latest: at(9) }), 1);
    assert.equal(await downloadTokens.findByHash("t3"), undefined);
    assert.ok((await downloadTokens.findByHash("t4")) && (await downloadTokens.findByHash("used")));
  });

  test("ends tokens for good as soon as they expire, and those not used in time", async () => {
    await using opened = await open();
    const { downloadTokens } = opened.database;
    const file = await createFile(opened.database);
    const used = { startedAt: at(1), clientAddress: "192.0.2.1" };
    for (const second of [1, 2, 3, 4]) {
      const expiresAt = at(second);
      await downloadTokens.create(sampleDownloadToken(file.id, { hash: `t${second}`, expiresAt }));
      await downloadTokens.create(sampleDownloadToken(file.id, { hash: `u${second}`, expiresAt, ...used }));
    }
    const end = () => downloadTokens.endExpired({ now: at(2), unstarted: at(3) });
    assert.deepEqual([await end(), await end()], [5, 0]);
    const ended = [];
    for (const hash of ["t1", "t2", "t3", "t4", "u1", "u2", "u3", "u4"])
      if ((await downloadTokens.findByHash(hash))?.startBefore.getTime() === 0) ended.push(hash);
    assert.deepEqual(ended, ["t1", "t2", "t3", "u1", "u2"]);
  });

  test("ends a token for good", async () => {
    await using opened = await open();
    const { downloadTokens } = opened.database;
    const file = await createFile(opened.database);
    const [ended, other] = [sampleDownloadToken(file.id), sampleDownloadToken(file.id)];
    for (const token of [ended, other]) await downloadTokens.create(token);
    await downloadTokens.expire(ended.hash);
    assert.deepEqual(await downloadTokens.findByHash(ended.hash), { ...ended, startBefore: new Date(0) });
    assert.deepEqual(await downloadTokens.findByHash(other.hash), other);
  });
}
