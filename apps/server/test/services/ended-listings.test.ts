import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { type ApiKey, guest, isDomainError, type Listing } from "@consigne/core";
import { address, openBench, overriding, uploadTexts } from "../_services.ts";

/** Long enough for three pages, in a folder of a folder. */
const FILES = 600;

async function benchOfMany() {
  let reads = 0;
  const bench = await openBench({
    replace: ({ database }) => {
      const { files, folders } = database;
      return {
        database: overriding(database, {
          files: overriding(files, {
            listByFolder: (...input) => (reads++, files.listByFolder(...input)),
            listByAccount: (...input) => (reads++, files.listByAccount(...input)),
          }),
          folders: overriding(folders, { listChildren: (...input) => (reads++, folders.listChildren(...input)) }),
        }),
      };
    },
  });
  const owner = await bench.account();
  const outer = await bench.services.folders.create(owner, "root", "outer");
  const folder = await bench.services.folders.create(owner, outer.id, "many");
  const [first] = await uploadTexts(bench, owner, { "a.txt": "a" }, folder.id);
  const sources = [{ fileId: first?.fileId ?? "" }];
  while (sources.length < FILES) {
    const copies = await bench.services.files.copy(owner, sources.slice(0, FILES - sources.length), {
      destination: folder.id,
    });
    sources.push(...copies.map(({ to }) => ({ fileId: to.id })));
  }
  return { bench, owner, outer, folder, reads: () => reads };
}

type Many = Awaited<ReturnType<typeof benchOfMany>>;

/** Reads the beginning, and the rest some time later; returns how many entries were read, and how it ended. */
async function readSlowly({ bench, reads }: Many, listing: Listing<unknown>, meanwhile: () => Promise<unknown>) {
  assert.equal(listing.isWhole, false);
  const pages = listing.pages();
  let count = (await pages.next()).value?.length ?? 0;
  await meanwhile();
  bench.clock.advance(6000);
  const readsBefore = reads();
  try {
    for await (const page of pages) count += page.length;
    return { count, code: undefined };
  } catch (error) {
    assert.ok(isDomainError(error), String(error));
    assert.equal(reads(), readsBefore, "nothing more is read");
    return { count, code: error.code };
  }
}

test("a file list ends for a reader who has lost the right to it", async () => {
  const many = await benchOfMany();
  await using bench = many.bench;
  const { owner, outer, folder } = many;
  const { accounts, files, folders, keys } = bench.services;
  const needs = { area: "files", right: "read", isForCustomers: true } as const;
  const places = [folder.id, "everything"] as const;
  for (const [place, fenceFolderId] of [...places, "everything" as const].map(
    (each, at) => [each, at === 2 ? outer.id : undefined] as const,
  )) {
    const read = async (meanwhile: (key: ApiKey) => Promise<unknown>) => {
      const actor = await bench.keyed(owner, { fenceFolderId });
      return readSlowly(many, await files.list(actor, place, {}, { needs }), () =>
        meanwhile(actor.key ?? assert.fail()),
      );
    };
    const what = `${place} ${fenceFolderId}`;
    assert.deepEqual(await read(async () => {}), { count: FILES, code: undefined }, what);
    const revoked = await read((key) => keys.revoke("operator", key.id));
    assert.deepEqual(revoked, { count: 500, code: "unknown-credentials" }, what);
    const narrowed = await read((key) => keys.change("operator", key.id, { scopes: { ...key.scopes, files: "none" } }));
    assert.deepEqual(narrowed, { count: 500, code: "scope-missing" }, what);
    const locked = await read(() => accounts.setLocked("operator", owner.account, true));
    assert.deepEqual(locked, { count: 500, code: "account-locked" }, what);
    await accounts.setLocked("operator", owner.account, false);
  }
  const inside = await bench.keyed(owner, { fenceFolderId: outer.id });
  const listing = await files.list(inside, folder.id, {}, { needs });
  const moved = await readSlowly(many, listing, () => folders.move(owner, folder.id, { parent: "root" }));
  assert.deepEqual(moved, { count: 500, code: "folder-not-found" });
});

test("a list that waited for its turn is not started for a reader who has lost the right meanwhile", async () => {
  const { bench: opened, owner, folder } = await benchOfMany();
  await using bench = opened;
  const { files, keys } = bench.services;
  const actor = await bench.keyed(owner);
  const listing = await files.list(actor, folder.id, {});
  await keys.revoke("operator", actor.key?.id ?? "");
  await assert.rejects(listing.pages().next(), (error) => isDomainError(error, "unknown-credentials"));
});

test("a filtered list that waited for its turn shows only what its reader may still see", async () => {
  let meanwhile: () => Promise<unknown> = async () => undefined;
  await using bench = await openBench({
    replace: ({ database }) => ({
      database: overriding(database, {
        folders: overriding(database.folders, {
          // So many that the list has to wait.
          getCounters: async (id) => {
            await meanwhile();
            return { ...(await database.folders.getCounters(id)), fileCount: 30_000 };
          },
        }),
      }),
    }),
  });
  const { entries, folders, keys, people } = bench.services;
  const [owner, reader] = [await bench.account(), await bench.account()];
  const { id } = await folders.create(owner, "root", "many");
  await uploadTexts(bench, owner, { "a.txt": "a" }, id);
  const query = { filter: { namePart: "a" }, start: 0, limit: 10, sort: "name", isDescending: false } as const;
  const needs = { area: "files", right: "read", isForCustomers: true } as const;
  const give = (hidesLinks: boolean) =>
    people.give(owner, id, { email: reader.account.email, mayWrite: false, hidesLinks });
  await give(false);
  const hidden = async () => {
    const page = await entries.list(reader, id, query, { needs });
    return page.entries.map((each) => each.kind === "file" && each.file.isHidden === true);
  };
  assert.deepEqual(await hidden(), [false]);
  meanwhile = () => give(true);
  assert.deepEqual(await hidden(), [true]);
  const actor = await bench.keyed(owner);
  const key = actor.key ?? assert.fail();
  meanwhile = () => keys.change("operator", key.id, { scopes: { ...key.scopes, files: "none" } });
  await assert.rejects(entries.list(actor, id, query, { needs }), (error) => isDomainError(error, "scope-missing"));
});

test("a trash that a key for one folder waited for is not listed once the key has lost the right", async () => {
  const hold = Promise.withResolvers<void>();
  await using bench = await openBench({
    replace: ({ database }) => ({
      database: overriding(database, {
        trash: overriding(database.trash, {
          list: async (...input) => {
            await hold.promise;
            return database.trash.list(...input);
          },
        }),
      }),
    }),
  });
  const { folders, keys, trash } = bench.services;
  const owner = await bench.account();
  const fence = await folders.create(owner, "root", "fence");
  const actor = await bench.keyed(owner, { fenceFolderId: fence.id });
  const key = actor.key ?? assert.fail();
  const needs = { area: "files", right: "read", isForCustomers: true } as const;
  const list = () => trash.list(actor, { limit: 1 }, { needs });
  // Two at a time.
  const holders = Promise.allSettled([list(), list()]);
  const waiting = assert.rejects(list(), (error) => isDomainError(error, "scope-missing"));
  await keys.change("operator", key.id, { scopes: { ...key.scopes, files: "none" } });
  hold.resolve();
  await waiting;
  await holders;
});

test("links that waited for their turn are listed by the rights of then", async () => {
  let hold = Promise.withResolvers<void>();
  await using bench = await openBench({
    replace: ({ database }) => ({
      database: overriding(database, {
        files: overriding(database.files, {
          findByIds: async (...input) => {
            await hold.promise;
            return database.files.findByIds(...input);
          },
        }),
      }),
    }),
  });
  hold.resolve();
  const { folders, keys, linkCheck } = bench.services;
  const owner = await bench.account();
  const fence = await folders.create(owner, "root", "fence");
  const [file] = await uploadTexts(bench, owner, { "a.txt": "a" });
  // So many that two of these calls take all places of the account.
  const fileIds = Array<string>(21).fill(file?.fileId ?? "");
  const needs = { area: "files", right: "read", isForCustomers: true } as const;
  const losses = [
    [
      "scope-missing",
      ({ id, scopes }: ApiKey) => keys.change("operator", id, { scopes: { ...scopes, files: "none" } }),
    ],
    ["file-not-found", ({ id }: ApiKey) => keys.change("operator", id, { fenceFolderId: fence.id })],
    ["unknown-credentials", ({ id }: ApiKey) => keys.revoke("operator", id)],
  ] as const;
  for (const [code, lose] of losses) {
    const actor = await bench.keyed(owner);
    hold = Promise.withResolvers();
    const holders = Promise.all([1, 2].map(() => linkCheck.listOwn(owner, fileIds)));
    const waiting = assert.rejects(
      linkCheck.listOwn(actor, fileIds, { needs }),
      (error) => isDomainError(error, code),
      code,
    );
    await lose(actor.key ?? assert.fail());
    hold.resolve();
    await waiting;
    assert.equal((await holders)[0]?.length, 21);
  }
});

test("a folder list ends for a reader who has lost the right to it", async () => {
  const many = await benchOfMany();
  await using bench = many.bench;
  const { owner, folder } = many;
  const { folders, keys } = bench.services;
  for (let at = 0; at < FILES; at++) await folders.create(owner, folder.id, `folder ${at}`);
  const actor = await bench.keyed(owner);
  const { children } = await folders.list(actor, folder.id);
  const revoked = await readSlowly(many, children, () => keys.revoke("operator", actor.key?.id ?? ""));
  assert.deepEqual(revoked, { count: 500, code: "unknown-credentials" });
});

test("the list of a shared folder ends when sharing stops, its password changes or its owner is locked", async () => {
  const many = await benchOfMany();
  await using bench = many.bench;
  const { owner, folder } = many;
  const { accounts, shares } = bench.services;
  const share = (isShared: boolean, password = "a password") => shares.share(owner, folder.id, { isShared, password });
  const read = async (meanwhile: () => Promise<unknown>) => {
    const { publicShareId = "" } = await share(true);
    return readSlowly(many, (await shares.list(guest(address), publicShareId, "a password")).files, meanwhile);
  };
  assert.deepEqual(await read(async () => {}), { count: FILES, code: undefined });
  assert.deepEqual(await read(() => share(false)), { count: 500, code: "folder-not-found" });
  const reopened = await read(async () => [await share(false), await share(true)]);
  assert.deepEqual(reopened, { count: 500, code: "folder-not-found" });
  assert.deepEqual(await read(() => share(true, "another one")), { count: 500, code: "folder-not-found" });
  const locked = await read(() => accounts.setLocked("operator", owner.account, true));
  assert.deepEqual(locked, { count: 500, code: "owner-locked" });
});

test("a caller who has left stops waiting for a place to change many files, and nothing is changed", async () => {
  const hold = Promise.withResolvers<void>();
  let isHeld = false;
  await using bench = await openBench({
    replace: ({ database }) => ({
      database: overriding(database, {
        transaction: async (work) => {
          if (isHeld) await hold.promise;
          return database.transaction(work);
        },
      }),
    }),
  });
  const owner = await bench.account();
  const { files } = bench.services;
  const [first] = await uploadTexts(bench, owner, { "a.txt": "a" });
  const sources = [{ fileId: first?.fileId ?? "" }];
  while (sources.length < 21) {
    const [copy] = await files.copy(owner, sources.slice(0, 1), { destination: "root" });
    sources.push({ fileId: copy?.to.id ?? "" });
  }
  isHeld = true;
  const holders = [1, 2].map(() => files.changeAttributes(owner, sources, { description: "held" }));
  await setImmediate();
  const gone = new AbortController();
  const { signal } = gone;
  const targets = sources.map((reference) => ({ reference, name: "b.txt" }));
  const waiting = [
    files.rename(owner, targets, signal),
    files.remove(owner, targets, signal),
    files.move(owner, sources, "root", { signal }),
    files.changeAttributes(owner, sources, { description: "gone" }, signal),
  ];
  gone.abort(new Error("gone"));
  hold.resolve();
  for (const call of await Promise.allSettled(waiting)) assert.equal("reason" in call && call.reason, signal.reason);
  await Promise.all(holders);
  const { first: left } = await files.list(owner, "root", {});
  assert.deepEqual(new Set(left.map(({ name }) => name)), new Set(["a.txt"]));
  assert.equal(left.length, 21);
});
