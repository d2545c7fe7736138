import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type AccountActor, type Actor, guest, isDomainError } from "@consigne/core";
import { listed, opened, treeOf } from "../_import-world.ts";
import { address, type Bench, openBench, uploadTexts } from "../_services.ts";

const refusal = (code: Parameters<typeof isDomainError>[1]) => (error: unknown) => isDomainError(error, code);

/** A folder with a public page and three files, in this order. */
async function sharedFolder(bench: Bench, owner: AccountActor) {
  const { folders, shares } = bench.services;
  const { id } = await folders.create(owner, "root", "shared");
  const { publicShareId = "" } = await shares.share(owner, id, { isShared: true, password: undefined });
  const fileIds: string[] = [];
  for (const name of ["first", "second", "third"]) {
    const [file] = await uploadTexts(bench, owner, { [`${name}.txt`]: `${name} `.repeat(1000) }, id);
    fileIds.push(file?.fileId ?? "");
    bench.clock.advance(1000);
  }
  return { id, publicShareId, fileIds };
}

suite("an archive with files blocked by the operator", () => {
  const callers: [who: string, reason: string, code: Parameters<typeof isDomainError>[1]][] = [
    ["its owner", "blocked", "file-blocked"],
    ["a stranger", "file-gone", "file-not-found"],
  ];
  for (const [who, reason, code] of callers) {
    test(`leaves out for ${who} what is blocked before its turn, and ends if the current file is blocked`, async () => {
      await using bench = await openBench();
      const { archives, contentBlocks } = bench.services;
      const owner = await bench.keyed(await bench.account());
      const folder = await sharedFolder(bench, owner);
      const [first = "", second = ""] = folder.fileIds;
      const caller: Actor = who === "its owner" ? owner : guest(address);
      const open = async () => {
        const { text } =
          caller === owner
            ? await archives.issueOwn(owner, { folders: [folder.id], fileIds: [] })
            : await archives.issueShared(caller, folder.publicShareId, undefined);
        const archive = await archives.find(text, address);
        return archive.open((why) => `(${why})`, new AbortController().signal);
      };
      const begun = await open();
      await begun.reader.read(new Uint8Array(200));
      await contentBlocks.block("operator", second, "");
      await begun.recheck();
      const whole = await restOf(begun.reader);
      await begun.close();
      assert.ok(whole.includes(`shared/second.txt: (${reason})`), "named");
      assert.ok(whole.includes("third third") && !whole.includes("second second"), "and the others exist");

      const cut = await open();
      await cut.reader.read(new Uint8Array(200));
      await contentBlocks.block("operator", first, "");
      await assert.rejects(cut.recheck(), refusal(code));
      await cut.close();

      for (const id of [first, second]) await contentBlocks.unblock("operator", id);
      const again = await open();
      const all = await restOf(again.reader);
      await again.close();
      for (const name of ["first", "second", "third"]) assert.ok(all.includes(`${name} ${name}`), name);
      assert.ok(!all.includes("NOT-INCLUDED"));
    });
  }
});

async function restOf(reader: { read(buffer: Uint8Array): Promise<number> }): Promise<string> {
  const chunks: Buffer[] = [];
  for (;;) {
    const buffer = Buffer.alloc(65_536);
    const count = await reader.read(buffer);
    if (count === 0) return Buffer.concat(chunks).toString("latin1");
    chunks.push(buffer.subarray(0, count));
  }
}

test("an import whose content is blocked meanwhile arrives blocked, once, and opens when unblocked", async () => {
  await using world = await opened();
  const { bench, source, sources, order, goOn, owner } = world;
  const { contentBlocks, downloads, files } = bench.services;
  const other = await bench.account();
  const [known] = await uploadTexts(bench, other, { "known.txt": "unwanted" });
  const [unwanted, fine] = [await listed(world, "a.txt", "unwanted"), await listed(world, "b.txt", "fine")];
  source.tree = { "": { files: [unwanted, fine] } };
  const block = async () => void (await contentBlocks.block("operator", known?.fileId ?? "", ""));
  sources.set(unwanted.reference, { text: "unwanted", before: block });
  const done = await goOn(await order());
  assert.deepEqual([done.state, done.tallies.files.done.count, done.tallies.files.failed.count], ["done", 2, 0]);
  const found = (await files.list(owner, "root", {})).first;
  const blocked = new Map(found.map(({ name, isBlocked }) => [name, isBlocked]));
  assert.deepEqual([blocked.get("a.txt"), blocked.get("b.txt"), found.length], [true, false, 2]);
  const mine = { fileId: found.find(({ name }) => name === "a.txt")?.id ?? "" };
  await assert.rejects(downloads.issueToken(owner, mine, {}), refusal("file-blocked"));

  const again = await goOn(await order());
  assert.deepEqual([again.state, again.tallies.files.present.count], ["done", 2], "a blocked copy is a copy");
  assert.deepEqual(await treeOf(bench, owner), ["a.txt", "b.txt"]);
  await contentBlocks.unblock("operator", mine.fileId);
  await downloads.issueToken(owner, mine, {});
});
