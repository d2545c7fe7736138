import { may } from "@consigne/core/testing";
import assert from "node:assert/strict";
import { test } from "node:test";
import { type FileReference, guest, type NewFile, type StoredFile } from "@consigne/core";
import { address, type Bench, openBench, uploadTexts } from "../_services.ts";
import { StatementCount } from "../_statement-count.ts";

const MANY = 1000;
const UPLOADED = 100;

type Owner = Awaited<ReturnType<Bench["account"]>>;

/** Contents and links as after an upload, without storing bytes. */
async function makeLinks({ ports }: Bench, owner: Owner, like: StoredFile): Promise<FileReference[]> {
  const createdAt = new Date();
  const contents = Array.from({ length: MANY }, (_, index) => {
    const key = `content-${index}`;
    return { id: key, key, whirlpool: `${index}`.padStart(128, "0"), sizeBytes: 1, createdAt, damagedAt: undefined };
  });
  const files = contents.map(({ id, whirlpool, sizeBytes }, index) => {
    const place = { accountId: owner.account.id, folderId: may(owner.rootFolderId) };
    return { ...like, ...place, whirlpool, sizeBytes, blobId: id, blobKey: id, id: `${index}`.padStart(20, "0") };
  });
  await ports.database.blobs.createMany(contents);
  await ports.database.files.createMany(files);
  return files.map(({ id }) => ({ fileId: id }));
}

test("changes to a thousand links take few statements", async (context) => {
  using statements = new StatementCount();
  await using bench = await openBench({ rules: { maxFiles: UPLOADED } });
  const owner = await bench.account();
  const { files, folders, bytesRemover, accountRemoval, storageCheck } = bench.services;
  const there = (await folders.create(owner, "root", "there")).id;
  const asks = async (what: string, most: number, work: () => Promise<unknown>) => {
    await bytesRemover.settle();
    const count = await statements.of(work);
    context.diagnostic(`${what}: ${count} statements`);
    assert.ok(count <= most, `${what}: ${count} statements`);
  };

  const texts = Object.fromEntries(Array.from({ length: UPLOADED }, (_, index) => [`${index}`, `text ${index}`]));
  let like: StoredFile | undefined;
  await asks("upload of a hundred files", 20, async () => {
    const [first] = await uploadTexts(bench, owner, texts);
    like = await bench.ports.database.files.findById(first?.fileId ?? "");
  });
  await asks("upload of the same", 20, () => uploadTexts(bench, owner, texts, there));
  await asks("check", 20, () => storageCheck.run({ repair: true, isDeep: false }));

  const links = await makeLinks(bench, owner, like ?? assert.fail());
  await asks("move", 50, () => files.move(owner, links, there));
  await asks("attributes", 50, () => files.changeAttributes(owner, links, { password: "a password" }));
  const renames = links.map((reference, index) => ({ reference, name: `renamed ${index}` }));
  await asks("rename", 50, () => files.rename(owner, renames));
  let copies: FileReference[] = [];
  await asks("copy", 50, async () => {
    const created = await files.copy(owner, links, { destination: "root" });
    copies = created.map(({ to }) => ({ fileId: to.id }));
  });
  await asks("removal", 55, () =>
    files.remove(
      owner,
      copies.map((reference) => ({ reference })),
    ),
  );
  await asks("removal of the account", 500, () => accountRemoval.run("operator", owner.account));
});

test("links in many folders, and folders, take few statements, too", async (context) => {
  using statements = new StatementCount();
  await using bench = await openBench();
  const owner = await bench.account();
  const { files, accountRemoval } = bench.services;
  const share = { publicShareId: undefined, sharePasswordHash: undefined, createdAt: new Date() };
  const [line] = await uploadTexts(bench, owner, { "a.txt": "a" });
  const like = await bench.ports.database.files.findById(line?.fileId ?? "");
  assert.ok(like);
  const links = await bench.ports.database.transaction(async (rows) => {
    const created: NewFile[] = [];
    for (let index = 0; index < 300; index++) {
      const place = { accountId: owner.account.id, parentId: may(owner.rootFolderId) };
      const outer = await rows.folders.create({ ...share, ...place, name: `${index}` });
      const inner = await rows.folders.create({ ...share, ...place, parentId: may(outer.id), name: "inner" });
      created.push({ ...like, folderId: may(inner.id), id: `${index}`.padStart(20, "0") });
    }
    await rows.files.createMany(created);
    return created.map(({ id }) => ({ fileId: id }));
  });
  const move = await statements.of(() => files.move(owner, links, "root"));
  context.diagnostic(`move out of 300 folders: ${move} statements`);
  assert.ok(move <= 50, `move: ${move} statements`);
  const removal = await statements.of(() => accountRemoval.run("operator", owner.account));
  context.diagnostic(`removal of 600 folders: ${removal} statements`);
  assert.ok(removal <= 250, `removal: ${removal} statements`);
});

test("a repeated request for a link or a download takes no statement until something is committed", async () => {
  using statements = new StatementCount();
  await using bench = await openBench();
  const owner = await bench.account();
  const { accounts, bytesRemover, downloads, files } = bench.services;
  const [line] = await uploadTexts(bench, owner, { "a.txt": "a" });
  const fileId = line?.fileId ?? assert.fail();
  const caller = await bench.keyed(owner, { name: "downloads" });
  const { text } = await downloads.issueToken(caller, { fileId }, {});
  const look = () => files.getDetails(guest(address), { fileId }, undefined);
  const fetch = async () => {
    const stream = await (await downloads.find(text, address)).open();
    await stream.close();
  };
  // The first use binds the token.
  await fetch();
  await bytesRemover.settle();
  await look();
  await fetch();
  assert.equal(await statements.of(look), 0);
  assert.equal(await statements.of(fetch), 0);

  await accounts.setLocked("operator", owner.account, true);
  await assert.rejects(look, { code: "owner-locked" });
  await assert.rejects(fetch, { code: "account-locked" });
});
