import assert from "node:assert/strict";
import { test } from "node:test";
import { isDomainError } from "@consigne/core";
import { type Bench, DAY_MS, downloadText, openBench, storedKeys, uploadTexts } from "../_services.ts";

type Owner = Awaited<ReturnType<Bench["account"]>>;

const remove = (bench: Bench, owner: Owner, ...entries: ({ fileId: string } | { folder: number })[]) =>
  bench.services.entryChanges.change(
    owner,
    entries.map((entry) => ({ entry, change: "remove-whole" as const })),
    "fail",
  );

async function trashIds(bench: Bench, owner: Owner): Promise<number[]> {
  return (await bench.services.trash.list(owner, { limit: 100 })).entries.map(({ id }) => id);
}

async function restoreAll(bench: Bench, owner: Owner) {
  const outcomes = await bench.services.trash.restore(owner, await trashIds(bench, owner));
  return outcomes.map((each) => (each.outcome === "done" ? `${each.path.join("/")}/${each.name}` : each.error.code));
}

async function namesIn(bench: Bench, owner: Owner, place: number | "root" = "root"): Promise<string[]> {
  const filter = {};
  const page = await bench.services.entries.list(owner, place, {
    start: 0,
    limit: 100,
    sort: "name",
    isDescending: false,
    filter,
  });
  return page.entries.map((entry) => (entry.kind === "file" ? entry.file.name : `${entry.folder.name}/`));
}

const usedBytes = async (bench: Bench, owner: Owner) =>
  (await bench.services.accounts.getUsage(owner.account)).countedBytes;

async function assertSound(bench: Bench): Promise<void> {
  const { findings } = await bench.services.storageCheck.run({ repair: false, isDeep: false });
  assert.deepEqual(findings, []);
}

test("a removed file is restored with its link, its password and its bytes", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { services } = bench;
  const folder = await services.folders.create(owner, "root", "docs");
  const [file] = await uploadTexts(bench, owner, { "a.txt": "content" }, folder.id);
  const fileId = file?.fileId ?? "";
  await services.files.changeAttributes(owner, [{ fileId }], { password: "hunter22", description: "mine" });
  const before = await bench.ports.database.files.findById(fileId);
  await services.files.remove(owner, [{ reference: { fileId } }]);
  await assert.rejects(services.files.getDetails(owner, { fileId }, undefined), /no such file/i);
  assert.equal((await storedKeys(bench)).length, 1);
  assert.deepEqual(await restoreAll(bench, owner), ["docs/a.txt"]);
  assert.deepEqual(await bench.ports.database.files.findById(fileId), before);
  assert.equal(await downloadText(bench, owner, fileId), "content");
  assert.deepEqual(await trashIds(bench, owner), []);
  await assertSound(bench);
});

test("two folders with one name, removed one after the other, are both restored with all their contents", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { folders } = bench.services;
  const made: number[] = [];
  for (const text of ["first", "second"]) {
    const top = await folders.create(owner, "root", "photos");
    const inner = await folders.create(owner, top.id, "2026");
    await uploadTexts(bench, owner, { [`${text}.txt`]: text }, inner.id);
    await uploadTexts(bench, owner, { "top.txt": `top of ${text}` }, top.id);
    made.push(top.id, inner.id);
    const [outcome] = await remove(bench, owner, { folder: top.id });
    assert.equal(outcome?.outcome, "done");
  }
  await folders.create(owner, "root", "photos");
  assert.deepEqual(await namesIn(bench, owner), ["photos/"]);
  assert.deepEqual(await restoreAll(bench, owner), ["/photos (2)", "/photos (3)"]);
  const [firstTop = 0, firstInner = 0, secondTop = 0, secondInner = 0] = made;
  assert.deepEqual(await namesIn(bench, owner, firstTop), ["2026/", "top.txt"]);
  assert.deepEqual(await namesIn(bench, owner, firstInner), ["first.txt"]);
  assert.deepEqual(await namesIn(bench, owner, secondTop), ["2026/", "top.txt"]);
  assert.deepEqual(await namesIn(bench, owner, secondInner), ["second.txt"]);
  await assertSound(bench);
});

test("restoring leaves anything made since alone", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const [file] = await uploadTexts(bench, owner, { "a.txt": "old" });
  await remove(bench, owner, { fileId: file?.fileId ?? "" });
  const [newer] = await uploadTexts(bench, owner, { "a.txt": "new" });
  assert.deepEqual(await restoreAll(bench, owner), ["/a (2).txt"]);
  assert.equal(await downloadText(bench, owner, newer?.fileId ?? ""), "new");
  assert.equal(await downloadText(bench, owner, file?.fileId ?? ""), "old");
});

test("missing parent folders are made again, and moved ones are followed", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { folders } = bench.services;
  const a = await folders.create(owner, "root", "a");
  const b = await folders.create(owner, a.id, "b");
  const c = await folders.create(owner, b.id, "c");
  const [lost] = await uploadTexts(bench, owner, { "lost.txt": "lost" }, c.id);
  const [moved] = await uploadTexts(bench, owner, { "moved.txt": "moved" }, a.id);
  await remove(bench, owner, { fileId: lost?.fileId ?? "" }, { fileId: moved?.fileId ?? "" });
  await remove(bench, owner, { folder: b.id });
  await folders.move(owner, a.id, { name: "z" });
  const [whole, ofMoved, ofLost] = await trashIds(bench, owner);
  const { trash } = bench.services;
  const back = await trash.restore(owner, [ofLost ?? 0, ofMoved ?? 0]);
  assert.deepEqual(
    back.map((each) => (each.outcome === "done" ? [each.path, each.name] : each.error.code)),
    [
      [["z", "b", "c"], "lost.txt"],
      [["z"], "moved.txt"],
    ],
  );
  const [folder] = await trash.restore(owner, [whole ?? 0]);
  assert.deepEqual(folder?.outcome === "done" ? [folder.path, folder.name] : folder, [["z"], "b (2)"]);
  await assertSound(bench);
});

test("the trash counts towards the quota, and its oldest entry makes room for an upload", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { accounts } = bench.services;
  await accounts.setQuota("operator", owner.account, 100);
  const account = await bench.ports.database.accounts.findById(owner.account.id);
  assert.ok(account);
  const limited = { ...owner, account };
  const ids: string[] = [];
  for (const name of ["one", "two", "three"]) {
    const [file] = await uploadTexts(bench, limited, { [name]: name.padEnd(30, "x") });
    ids.push(file?.fileId ?? "");
    await remove(bench, limited, { fileId: file?.fileId ?? "" });
  }
  assert.equal(await usedBytes(bench, limited), 90);
  await uploadTexts(bench, limited, { four: "four".padEnd(30, "x") });
  const listed = await bench.services.trash.list(limited, { limit: 10 });
  assert.deepEqual(
    listed.entries.map(({ name }) => name),
    ["three", "two"],
  );
  assert.deepEqual(listed.total, { count: 2, sizeBytes: 60 });
  assert.equal(await usedBytes(bench, limited), 90);
  assert.deepEqual(await restoreAll(bench, limited), ["/three", "/two"]);
  assert.equal(await usedBytes(bench, limited), 90, "nothing is restored over the quota");
  await assert.rejects(uploadTexts(bench, limited, { five: "five".padEnd(30, "x") }), (error) =>
    isDomainError(error, "quota-exceeded"),
  );
  await assertSound(bench);
});

test("trash entries count like files and folders, and make room too", async () => {
  await using bench = await openBench({ maxEntries: 3 });
  const owner = await bench.account();
  for (const name of ["a", "b", "c", "d", "e"]) {
    const [file] = await uploadTexts(bench, owner, { [name]: name });
    if (name < "d") await remove(bench, owner, { fileId: file?.fileId ?? "" });
  }
  const { entries } = await bench.services.trash.list(owner, { limit: 10 });
  assert.deepEqual(
    entries.map(({ name }) => name),
    ["c"],
  );
});

test("what made room for an upload is no longer on the disk", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { accounts } = bench.services;
  await accounts.setQuota("operator", owner.account, 100);
  const account = await bench.ports.database.accounts.findById(owner.account.id);
  assert.ok(account);
  const limited = { ...owner, account };
  for (const name of ["one", "two", "three", "four", "five"]) {
    const [file] = await uploadTexts(bench, limited, { [name]: name.padEnd(60, "x") });
    await remove(bench, limited, { fileId: file?.fileId ?? "" });
  }
  await bench.services.bytesRemover.settle();
  assert.equal((await storedKeys(bench)).length, 1);
  await assertSound(bench);
});

test("making the folders of restored entries removes none of these", async () => {
  await using bench = await openBench({ maxEntries: 3 });
  const owner = await bench.account();
  const folder = await bench.services.folders.create(owner, "root", "docs");
  const [file] = await uploadTexts(bench, owner, { "a.txt": "content" }, folder.id);
  await remove(bench, owner, { fileId: file?.fileId ?? "" });
  await remove(bench, owner, { folder: folder.id });
  await uploadTexts(bench, owner, { "b.txt": "another" });
  const [, ofFile = 0] = await trashIds(bench, owner);
  const [outcome] = await bench.services.trash.restore(owner, [ofFile]);
  assert.equal(outcome?.outcome, "done");
  assert.equal(await downloadText(bench, owner, file?.fileId ?? ""), "content");
  assert.deepEqual(await trashIds(bench, owner), []);
  await assertSound(bench);
});

test("an account that keeps no trash removes for good at once, whole folders too", async () => {
  await using bench = await openBench({ trashDays: 0 });
  const owner = await bench.account();
  const top = await bench.services.folders.create(owner, "root", "top");
  await uploadTexts(bench, owner, { "a.txt": "a", "b.txt": "b" }, top.id);
  const [file] = await uploadTexts(bench, owner, { "c.txt": "c" });
  const outcomes = await remove(bench, owner, { folder: top.id }, { fileId: file?.fileId ?? "" });
  assert.deepEqual(outcomes, [
    { outcome: "done", name: "top", trashId: undefined },
    { outcome: "done", name: "c.txt", trashId: undefined },
  ]);
  assert.deepEqual(await storedKeys(bench), []);
  assert.deepEqual(await trashIds(bench, owner), []);
  await assertSound(bench);
});

test("the retention set by an account applies to what it removes afterwards", async () => {
  await using bench = await openBench({ trashDays: 10 });
  const owner = await bench.account();
  await uploadTexts(bench, owner, { "a.txt": "a" });
  const remaining = async (name: string) => {
    await bench.services.files.remove(owner, [{ reference: { folder: "root", name } }]);
    const [entry] = (await bench.services.trash.list(owner, { limit: 1 })).entries;
    return ((entry?.endsAt.getTime() ?? 0) - bench.clock.now().getTime()) / DAY_MS;
  };
  assert.equal(await remaining("a.txt"), 10);
  const account = await bench.services.accounts.updateSettings(owner, { trashDays: 3 });
  await uploadTexts(bench, owner, { "b.txt": "b" });
  assert.equal(await remaining("b.txt"), 3);
  assert.equal((await bench.services.trash.list({ ...owner, account }, { limit: 1 })).days, 3);
});

test("a fenced key sees and restores what was in its folder", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const fence = await bench.services.folders.create(owner, "root", "fence");
  const inner = await bench.services.folders.create(owner, fence.id, "inner");
  const [inside] = await uploadTexts(bench, owner, { "inside.txt": "inside" }, inner.id);
  const [outside] = await uploadTexts(bench, owner, { "outside.txt": "outside" });
  await remove(bench, owner, { fileId: inside?.fileId ?? "" }, { fileId: outside?.fileId ?? "" });
  const [outsideId = 0, insideId = 0] = await trashIds(bench, owner);
  const keyed = await bench.keyed(owner, { fenceFolderId: fence.id });
  const { trash } = bench.services;
  const seen = await trash.list(keyed, { limit: 10 });
  assert.deepEqual([seen.entries.map(({ id }) => id), seen.total], [[insideId], { count: 1, sizeBytes: 6 }]);
  assert.equal(await trash.remove(keyed, [outsideId]), 0);
  const [other, own] = await trash.restore(keyed, [outsideId, insideId]);
  assert.ok(other?.outcome === "failed" && other.error.code === "trash-entry-not-found");
  assert.deepEqual(own?.outcome === "done" ? own.path : own, ["inner"]);
  const stranger = await bench.account();
  const [foreign] = await trash.restore(stranger, [outsideId]);
  assert.ok(foreign?.outcome === "failed" && foreign.error.code === "trash-entry-not-found");
  assert.deepEqual((await trash.list(stranger, { limit: 10 })).total, { count: 0, sizeBytes: 0 });
});

test("an interrupted removal loses nothing: it continues, or its entries are restored", async () => {
  let steps = Infinity;
  await using bench = await openBench({
    replace: ({ database }) => {
      const { transaction } = database;
      database.transaction = (work) => {
        if (steps-- <= 0) throw new Error("a fault of the test");
        return transaction.call(database, work) as ReturnType<typeof work>;
      };
      return { database };
    },
  });
  const owner = await bench.account();
  const top = await bench.services.folders.create(owner, "root", "top");
  const inner = await bench.services.folders.create(owner, top.id, "inner");
  const [first] = await uploadTexts(bench, owner, { "f.txt": "x" }, inner.id);
  let references = [{ fileId: first?.fileId ?? "" }];
  while (references.length < 800) {
    const copies = await bench.services.files.copy(owner, references, { destination: inner.id });
    references = [...references, ...copies.map(({ to }) => ({ fileId: to.id }))].slice(0, 800);
  }
  const count = async () => (await bench.ports.database.folders.getCounters(inner.id)).fileCount;
  const before = await count();
  steps = 1;
  await assert.rejects(remove(bench, owner, { folder: top.id }), /a fault of the test/);
  steps = Infinity;
  assert.ok((await count()) > 0 && (await count()) < before);
  await assertSound(bench);
  assert.deepEqual(await restoreAll(bench, owner), ["/top"]);
  assert.equal(await count(), before);
  steps = 1;
  await assert.rejects(remove(bench, owner, { folder: top.id }), /a fault of the test/);
  steps = Infinity;
  const [outcome] = await remove(bench, owner, { folder: top.id });
  assert.equal(outcome?.outcome, "done");
  assert.deepEqual(await namesIn(bench, owner), []);
  const { entries } = await bench.services.trash.list(owner, { limit: 10 });
  assert.deepEqual(
    entries.map(({ itemCount, levels }) => [itemCount, levels]),
    [[before + 2, 2]],
  );
  steps = 1;
  await assert.rejects(restoreAll(bench, owner), /a fault of the test/);
  steps = Infinity;
  assert.deepEqual(await restoreAll(bench, owner), ["/top"]);
  assert.equal(await count(), before);
  await assertSound(bench);
});

test("the rest of a partly restored folder never makes room, and is restored", async () => {
  let steps = Infinity;
  await using bench = await openBench({
    replace: ({ database }) => {
      const { transaction } = database;
      database.transaction = (work) => {
        if (steps-- <= 0) throw new Error("a fault of the test");
        return transaction.call(database, work) as ReturnType<typeof work>;
      };
      return { database };
    },
  });
  const created = await bench.account();
  await bench.services.accounts.setQuota("operator", created.account, 400);
  const account = await bench.ports.database.accounts.findById(created.account.id);
  assert.ok(account);
  const owner = { ...created, account };
  const top = await bench.services.folders.create(owner, "root", "top");
  const [first] = await uploadTexts(bench, owner, { "f.txt": "x" }, top.id);
  let made = [{ fileId: first?.fileId ?? "" }];
  while (made.length < 300) {
    const copies = await bench.services.files.copy(owner, made.slice(0, 300 - made.length), { destination: top.id });
    made = [...made, ...copies.map(({ to }) => ({ fileId: to.id }))];
  }
  await remove(bench, owner, { folder: top.id });
  const [entryId = 0] = await trashIds(bench, owner);
  steps = 1;
  await assert.rejects(bench.services.trash.restore(owner, [entryId]), /a fault of the test/);
  steps = Infinity;
  await assert.rejects(uploadTexts(bench, owner, { big: "y".repeat(120) }));
  assert.equal((await restoreAll(bench, owner)).join(), "/top");
  assert.equal((await bench.ports.database.folders.getCounters(top.id)).fileCount, 300);
  assert.equal(await usedBytes(bench, owner), 300);
  await assertSound(bench);
});

test("thousands of small entries make room for one large file, in steps", async () => {
  await using bench = await openBench();
  const created = await bench.account();
  await bench.services.accounts.setQuota("operator", created.account, 4000);
  const account = await bench.ports.database.accounts.findById(created.account.id);
  assert.ok(account);
  const owner = { ...created, account };
  const [first] = await uploadTexts(bench, owner, { "f.txt": "x" });
  let made = [{ fileId: first?.fileId ?? "" }];
  while (made.length < 2600) {
    const copies = await bench.services.files.copy(owner, made.slice(0, 500), { destination: "root" });
    made = [...made, ...copies.map(({ to }) => ({ fileId: to.id }))];
  }
  for (let begin = 0; begin < made.length; begin += 500) await remove(bench, owner, ...made.slice(begin, begin + 500));
  await uploadTexts(bench, owner, { big: "y".repeat(3990) });
  const { total } = await bench.services.trash.list(owner, { limit: 1 });
  assert.equal(total.count, 10);
  assert.equal(await usedBytes(bench, owner), 4000);
});

test("emptying removes for good what the caller sees, with its bytes", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const files = await uploadTexts(bench, owner, { "a.txt": "a", "b.txt": "b", "c.txt": "c" });
  await remove(bench, owner, ...files.map(({ fileId }) => ({ fileId })));
  const [last = 0] = await trashIds(bench, owner);
  assert.equal(await bench.services.trash.remove(owner, [last, last]), 1);
  assert.equal((await storedKeys(bench)).length, 2);
  assert.equal(await bench.services.trash.empty(owner), 2);
  assert.deepEqual(await storedKeys(bench), []);
  assert.equal(await usedBytes(bench, owner), 0);
  await assertSound(bench);
});

test("the trash is removed with its account, and its content can be blocked", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const top = await bench.services.folders.create(owner, "root", "top");
  const [file] = await uploadTexts(bench, owner, { "a.txt": "bad" }, top.id);
  await remove(bench, owner, { folder: top.id });
  await bench.services.contentBlocks.block("operator", file?.fileId ?? "", "asked for");
  await restoreAll(bench, owner);
  await assert.rejects(downloadText(bench, owner, file?.fileId ?? ""), (error) => isDomainError(error, "file-blocked"));
  await remove(bench, owner, { folder: top.id });
  await bench.services.accountRemoval.run("operator", owner.account);
  assert.deepEqual(await storedKeys(bench), []);
  assert.equal(await bench.ports.database.accounts.findById(owner.account.id), undefined);
  await assertSound(bench);
});
