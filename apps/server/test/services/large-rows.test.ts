import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { type FileReference, isDomainError, type Repositories, type StoredFile } from "@consigne/core";
import { TurnWatch } from "@consigne/core/testing";
import { openBench, overriding, uploadTexts } from "../_services.ts";

const CALLS = 80;
const FILES = 400;

test("parallel calls with large rows keep few of them in memory, and further calls are refused as busy", async () => {
  let underWay = 0;
  let mostUnderWay = 0;
  let mostRows = 0;
  const watched = <Rows extends Repositories>(rows: Rows): Rows["files"] =>
    overriding(rows.files, {
      findByIds: async (ids: readonly string[]): Promise<StoredFile[]> => {
        underWay++;
        mostUnderWay = Math.max(mostUnderWay, underWay);
        mostRows = Math.max(mostRows, ids.length);
        try {
          return await rows.files.findByIds(ids);
        } finally {
          underWay--;
        }
      },
    });
  await using bench = await openBench({
    replace: ({ database }) => ({
      database: overriding(database, {
        files: watched(database),
        transaction: (work) => database.transaction((rows) => work({ ...rows, files: watched(rows) })),
      }),
    }),
  });
  const owner = await bench.account();
  const { files } = bench.services;
  const [first] = await uploadTexts(bench, owner, { "a.txt": "content" });
  const links: FileReference[] = [{ fileId: first?.fileId ?? "" }];
  while (links.length < FILES) {
    const copies = await files.copy(owner, links.slice(0, FILES - links.length), { destination: "root" });
    links.push(...copies.map(({ to }) => ({ fileId: to.id })));
  }
  const description = "d".repeat(4000);
  await files.changeAttributes(owner, links, { description });
  mostUnderWay = 0;
  mostRows = 0;
  const targets = links.map((reference) => ({ reference, name: "a.txt" }));
  const kinds = [
    () => files.copy(owner, links, { destination: "root" }),
    () => files.move(owner, links, "root"),
    () => files.changeAttributes(owner, links, { description }),
    () => files.rename(owner, targets),
  ];
  const outcomes = await Promise.allSettled(
    Array.from({ length: CALLS }, async (_, at) => kinds[at % kinds.length]?.()),
  );
  const busy = outcomes.filter((outcome) => "reason" in outcome && isDomainError(outcome.reason, "too-busy"));
  const done = outcomes.filter(({ status }) => status === "fulfilled").length;
  assert.equal(busy.length, CALLS - 18, "two run, sixteen wait");
  assert.ok(done > 0);
  assert.ok(mostRows <= 125, `${mostRows} rows read at a time`);
  assert.ok(mostUnderWay * mostRows <= 250, `${mostUnderWay} calls read at once`);
  assert.equal((await files.getDetails(owner, links[0] ?? assert.fail(), undefined)).file.description, description);
  await files.remove(owner, targets);
  assert.equal((await files.list(owner, "root", {})).count < FILES * 10, true);
});

test("a fenced key walks through its folders only a few times at once", async () => {
  let underWay = 0;
  let mostUnderWay = 0;
  await using bench = await openBench({
    replace: ({ database }) => ({
      database: overriding(database, {
        folders: overriding(database.folders, {
          listChildren: async (...input: Parameters<typeof database.folders.listChildren>) => {
            mostUnderWay = Math.max(mostUnderWay, ++underWay);
            try {
              await setImmediate();
              return await database.folders.listChildren(...input);
            } finally {
              underWay--;
            }
          },
        }),
      }),
    }),
  });
  const owner = await bench.account();
  const { files, folders } = bench.services;
  const fence = await folders.create(owner, "root", "fence");
  for (let at = 0; at < 5; at++) await folders.create(owner, fence.id, `folder ${at}`);
  const caller = await bench.keyed(owner, { fenceFolderId: fence.id });
  const lists = await Promise.allSettled(Array.from({ length: 40 }, () => files.list(caller, "everything", {})));
  assert.equal(lists.filter(({ status }) => status === "fulfilled").length, 18);
  assert.ok(lists.every((each) => !("reason" in each) || isDomainError(each.reason, "too-busy")));
  assert.ok(mostUnderWay <= 2, `${mostUnderWay} walks at once`);
  assert.equal((await files.list(caller, "everything", {})).count, 0);
});

test("a walk whose caller has left stops reading and frees its place", async () => {
  let reads = 0;
  let onRead = (): void => undefined;
  await using bench = await openBench({
    replace: ({ database }) => ({
      database: overriding(database, {
        folders: overriding(database.folders, {
          listChildren: async (...input: Parameters<typeof database.folders.listChildren>) => {
            reads++;
            onRead();
            await setImmediate();
            return database.folders.listChildren(...input);
          },
        }),
      }),
    }),
  });
  const owner = await bench.account();
  const { files, folders } = bench.services;
  const fence = await folders.create(owner, "root", "fence");
  for (let at = 0; at < 5; at++) await folders.create(owner, fence.id, `folder ${at}`);
  const caller = await bench.keyed(owner, { fenceFolderId: fence.id });
  const gone = new AbortController();
  const reason = new Error("gone");
  onRead = () => gone.abort(reason);
  const walks = Array.from({ length: 5 }, () => files.list(caller, "everything", {}, { signal: gone.signal }));
  const ends = await Promise.allSettled(walks);
  assert.ok(ends.every((end) => "reason" in end && end.reason === reason));
  assert.ok(reads <= 2, `${reads} folders were read`);
  onRead = () => undefined;
  assert.equal((await files.list(caller, "everything", {})).count, 0);
});

test("a call may give its files only a limited amount of text", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { files } = bench.services;
  const [first] = await uploadTexts(bench, owner, { "a.txt": "content" });
  const links: FileReference[] = [{ fileId: first?.fileId ?? "" }];
  while (links.length < FILES) {
    const copies = await files.copy(owner, links.slice(0, FILES - links.length), { destination: "root" });
    links.push(...copies.map(({ to }) => ({ fileId: to.id })));
  }
  const accessList = { emails: ["a".repeat(8 * 1024)] };
  const description = "d".repeat(2000);
  await files.changeAttributes(owner, links, { accessList, description });
  for (const changes of [{ accessList, description: "é".repeat(2000) }, { description: "d".repeat(4 * 1024 * 1024) }]) {
    await assert.rejects(files.changeAttributes(owner, links, changes), (error) =>
      isDomainError(error, "bad-argument"),
    );
  }
  // A file that is named often counts once.
  const often = Array.from({ length: FILES * 2 }, () => links[0] ?? assert.fail());
  await files.changeAttributes(owner, often, { accessList, description: "é".repeat(2000) });
  assert.equal((await files.getDetails(owner, links[1] ?? assert.fail(), undefined)).file.description, description);
});

test("other work gets its turn between a few long rows", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { files } = bench.services;
  const [first] = await uploadTexts(bench, owner, { "a.txt": "content" });
  const links: FileReference[] = [{ fileId: first?.fileId ?? "" }];
  for (let at = 0; at < 8; at++) {
    const copies = await files.copy(owner, links, { destination: "root" });
    links.push(...copies.map(({ to }) => ({ fileId: to.id })));
  }
  await files.changeAttributes(owner, links, { description: "d".repeat(12_000) });
  const ids = links.map((link) => ("fileId" in link ? link.fileId : ""));
  using watch = new TurnWatch();
  const rows = await bench.ports.database.files.findByIds(ids);
  assert.equal(rows.length, 256);
  assert.ok(watch.turns >= 1, `${watch.turns} turns for ${rows.length} rows of 12 KB`);
});
