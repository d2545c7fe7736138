import assert from "node:assert/strict";
import { test } from "node:test";
import { type AccountActor, guest, isDomainError } from "@consigne/core";
import { accountActor } from "@consigne/core/testing";
import { work } from "../_letters.ts";
import { address, type Bench, downloadText, openBench, overriding, storedKeys, uploadTexts } from "../_services.ts";
import { ScriptedSources } from "../_sources.ts";

const refusal = (code: Parameters<typeof isDomainError>[1]) => (error: unknown) => isDomainError(error, code);
const missing = refusal("file-not-found");
const blocked = refusal("file-blocked");
const content = "what nobody is to have";

async function uploaded(bench: Bench, owner: AccountActor, name = "a.txt", folder: number | "root" = "root") {
  const [file] = await uploadTexts(bench, owner, { [name]: content }, folder);
  assert.ok(file);
  return { fileId: file.fileId };
}

test("blocked content is closed at every entry point, to everybody who has it or uploads it again", async () => {
  await using bench = await openBench();
  const { contentBlocks, downloads, files, linkCheck } = bench.services;
  const [owner, other] = [await bench.account(), await bench.account()];
  const [mine, theirs] = [await uploaded(bench, owner), await uploaded(bench, other, "b.txt")];
  const tokens = await Promise.all(
    [owner, other, guest(address)].map(async (actor) => (await downloads.issueToken(actor, mine, {})).text),
  );
  const running = await (await downloads.find(tokens[0] ?? "", address)).open();
  const { isNew, block, name } = await contentBlocks.block("operator", mine.fileId, "a letter of 3 March");
  assert.deepEqual([isNew, name, block.fileId], [true, "a.txt", mine.fileId]);
  await assert.rejects(running.recheck(), blocked, "the running download ends");
  await running.close();
  await assert.rejects(downloads.find(tokens[0] ?? "", address), blocked);
  for (const text of tokens.slice(1)) await assert.rejects(downloads.find(text, address), missing);

  const again = await uploaded(bench, other, "c.txt");
  for (const [actor, links] of [
    [owner, [mine]],
    [other, [theirs, again]],
  ] as const) {
    for (const link of links) {
      await assert.rejects(downloads.issueToken(actor, link, {}), blocked);
      await assert.rejects(files.copy(actor, [link], { destination: "root" }), blocked);
      assert.equal((await files.getDetails(actor, link, undefined)).file.isBlocked, true);
      await files.rename(actor, [{ reference: link, name: "still-mine.txt" }]);
    }
    assert.ok((await files.list(actor, "root", {})).first.every(({ isBlocked }) => isBlocked));
  }
  for (const stranger of [guest(address), other]) {
    await assert.rejects(downloads.issueToken(stranger, mine, {}), missing);
    await assert.rejects(files.getDetails(stranger, mine, undefined), missing);
  }
  await assert.rejects(files.copy(other, [mine], { destination: "root" }), missing);
  assert.deepEqual(await linkCheck.check(guest(address), [mine.fileId, theirs.fileId]), ["absent", "absent"]);

  await files.remove(owner, [{ reference: mine }]);
  assert.equal((await contentBlocks.unblock("operator", again.fileId)).id, block.id, "through any of its links");
  assert.equal(await downloadText(bench, other, again.fileId), content);
});

test("any link of a file identifies the content to block, even in the trash, and is closed with it", async () => {
  await using bench = await openBench();
  const { contentBlocks, downloads, files, links, trash } = bench.services;
  const owner = await bench.account();
  const mine = await uploaded(bench, owner);
  const further = { fileId: (await links.add(owner, mine, {})).id };
  const token = (await downloads.issueToken(guest(address), further, {})).text;
  const { block, name } = await contentBlocks.block("operator", further.fileId, "");
  assert.deepEqual([block.fileId, name], [further.fileId, "a.txt"]);
  await assert.rejects(downloads.find(token, address), missing);
  await assert.rejects(downloads.issueToken(guest(address), further, {}), missing);
  await assert.rejects(files.getDetails(guest(address), further, undefined), missing);
  await files.remove(owner, [{ reference: mine }]);
  assert.equal((await contentBlocks.unblock("operator", further.fileId)).id, block.id);
  const again = await contentBlocks.block("operator", further.fileId, "in the trash");
  assert.ok(again.isNew);
  const [entry] = (await trash.list(owner, { limit: 1 })).entries;
  assert.deepEqual(
    (await trash.restore(owner, [entry?.id ?? 0])).map(({ outcome }) => outcome),
    ["done"],
  );
  await assert.rejects(downloads.issueToken(owner, mine, {}), blocked);
  await assert.rejects(downloads.issueToken(guest(address), further, {}), missing);
  await contentBlocks.unblock("operator", further.fileId);
  await downloads.issueToken(guest(address), further, {});
});

test("a shared folder lists no blocked file, whatever its count was", async () => {
  await using bench = await openBench();
  const { contentBlocks, folders, shares } = bench.services;
  const owner = await bench.account();
  const folder = await folders.create(owner, "root", "shared");
  const { publicShareId = "" } = await shares.share(owner, folder.id, { isShared: true, password: undefined });
  const mine = await uploaded(bench, owner, "a.txt", folder.id);
  await uploadTexts(bench, owner, { "fine.txt": "fine" }, folder.id);
  const names = async () =>
    (await (await shares.list(guest(address), publicShareId, undefined)).files.all()).map(({ name }) => name);
  assert.deepEqual((await names()).toSorted(), ["a.txt", "fine.txt"]);
  await contentBlocks.block("operator", mine.fileId, "");
  assert.deepEqual(await names(), ["fine.txt"]);
});

test("blocked files can still be removed, with their account too, and stay blocked when restored", async () => {
  await using bench = await openBench();
  const { accountRemoval, contentBlocks, downloads } = bench.services;
  const [leaving, later] = [await bench.account(), await bench.account()];
  const mine = await uploaded(bench, leaving);
  await contentBlocks.block("operator", mine.fileId, "");
  await accountRemoval.run("operator", leaving.account);
  assert.deepEqual(await storedKeys(bench), []);
  const back = await uploaded(bench, later);
  await assert.rejects(downloads.issueToken(later, back, {}), blocked);
  await assert.rejects(contentBlocks.unblock("operator", mine.fileId), missing, "that link is gone");
  const [block, ...others] = await contentBlocks.list("operator", 10);
  assert.deepEqual([block?.fileId, others], [mine.fileId, []]);
  await contentBlocks.unblock("operator", block?.id ?? "");
  assert.equal(await downloadText(bench, later, back.fileId), content);
});

test("only administrators block, unblock and list, and each change is recorded once", async () => {
  await using bench = await openBench();
  const { accounts, auditLog, contentBlocks } = bench.services;
  const owner = await bench.account();
  const mine = await uploaded(bench, owner);
  for (const actor of [owner, await bench.keyed(owner)]) {
    const work = [
      () => contentBlocks.block(actor, mine.fileId, ""),
      () => contentBlocks.unblock(actor, mine.fileId),
      () => contentBlocks.list(actor, 10),
    ];
    for (const ask of work) await assert.rejects(ask, refusal("not-allowed"));
  }
  await assert.rejects(contentBlocks.block(guest(address), mine.fileId, ""), refusal("not-authenticated"));
  const account = await accounts.create("operator", {
    email: "admin@example.org",
    password: "a long password",
    planId: "unlimited",
    isAdmin: true,
  });
  const administrator = accountActor({ account, address, provedAt: bench.clock.now() });
  const first = await contentBlocks.block(administrator, mine.fileId, "first");
  const second = await contentBlocks.block("operator", mine.fileId, "second");
  assert.deepEqual([second.isNew, second.block], [false, first.block]);
  await contentBlocks.unblock("operator", first.block.id);
  await assert.rejects(contentBlocks.unblock("operator", first.block.id), missing);
  await assert.rejects(contentBlocks.block("operator", "x".repeat(20), ""), missing);
  await assert.rejects(contentBlocks.block("operator", mine.fileId, "x".repeat(1001)), refusal("bad-argument"));
  const records = await (await auditLog.list("operator", { limit: 100 })).all();
  const told = records.filter(({ action }) => action.endsWith("block"));
  assert.deepEqual(
    told.map(({ action, objectId, accountId }) => [action, objectId, accountId]),
    [
      ["file.unblock", mine.fileId, undefined],
      ["file.block", mine.fileId, account.id],
    ],
  );
});

test("an upload that began before the block is blocked once stored", async () => {
  const held = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  let isHolding = false;
  await using bench = await openBench({
    replace: ({ blobs }) => ({
      blobs: overriding(blobs, {
        stat: async (key: string) => {
          if (isHolding) {
            reached.resolve();
            await held.promise;
          }
          return blobs.stat(key);
        },
      }),
    }),
  });
  const owner = await bench.account();
  const mine = await uploaded(bench, owner);
  isHolding = true;
  const coming = uploaded(bench, owner, "late.txt");
  await reached.promise;
  await bench.services.contentBlocks.block("operator", mine.fileId, "");
  held.resolve();
  isHolding = false;
  await assert.rejects(bench.services.downloads.issueToken(owner, await coming, {}), blocked);
});

test("a remote upload whose content is blocked meanwhile arrives blocked, and the others of its request arrive", async () => {
  const sources = new ScriptedSources();
  await using bench = await openBench({ replace: () => ({ sources }) });
  const owner = await bench.account();
  const mine = await uploaded(bench, owner);
  const urls = ["https://example.org/same.txt", "https://example.org/other.txt"];
  const block = async () => void (await bench.services.contentBlocks.block("operator", mine.fileId, ""));
  sources.set(urls[0] ?? "", { text: content, before: block });
  sources.set(urls[1] ?? "", { text: "another" });
  const { request } = await bench.services.remoteUploads.order(owner, { urls, folder: "root", headers: [] });
  await work(bench);
  const { items } = await bench.services.remoteUploads.get(owner, request.id);
  const ids = items.map(({ item: { end } }) => (end?.state === "done" ? end.fileId : assert.fail(JSON.stringify(end))));
  await assert.rejects(downloadText(bench, owner, ids[0] ?? ""), blocked);
  assert.equal(await downloadText(bench, owner, ids[1] ?? ""), "another");
});

test("a file in the trash is blocked with the others, and restored blocked", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const [gone, kept] = [await uploaded(bench, owner), await uploaded(bench, owner, "b.txt")];
  const { services } = bench;
  await services.files.remove(owner, [{ reference: gone }]);
  await services.contentBlocks.block("operator", kept.fileId, "");
  const { entries } = await services.trash.list(owner, { limit: 9 });
  await services.trash.restore(
    owner,
    entries.map(({ id }) => id),
  );
  await assert.rejects(downloadText(bench, owner, gone.fileId), blocked);
  await services.contentBlocks.unblock("operator", gone.fileId);
  assert.equal(await downloadText(bench, owner, gone.fileId), content);
});
