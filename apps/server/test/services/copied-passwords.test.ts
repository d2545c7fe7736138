import { placed } from "@consigne/core/testing";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Ports } from "@consigne/core";
import { openBench, overriding, uploadTexts } from "../_services.ts";

test("one copy checks each password hash once, and is refused unchecked if it needs too many", async () => {
  let checks = 0;
  await using bench = await openBench({
    replace: ({ locker }: Ports): Partial<Ports> => {
      const inTurn: typeof locker.inTurn = (...asked) => {
        checks += 1;
        return locker.inTurn(...asked);
      };
      return { locker: overriding(locker, { inTurn }) };
    },
  });
  const owner = await bench.account();
  const other = await bench.account();
  const { files } = bench.services;
  const uploaded = await uploadTexts(bench, owner, { a: "a", b: "b", c: "c" });
  const references = uploaded.map(({ fileId }) => ({ fileId }));
  const password = "open sesame";
  await files.changeAttributes(owner, references, { password });
  assert.equal((await files.copy(other, references, { destination: "root", password })).length, 3);
  assert.equal(checks, 1);

  const sample = await bench.ports.database.files.findById(references[0]?.fileId ?? "");
  assert.ok(sample);
  const many = Array.from({ length: 101 }, (_, at) => ({ ...sample, id: `many${at}`, passwordHash: `hash ${at}` }));
  await bench.ports.database.files.createMany(many.map(placed));
  const tooMany = many.map(({ id }) => ({ fileId: id }));
  const copied = files.copy(other, tooMany, { destination: "root", password });
  await assert.rejects(copied, { code: "bad-argument", message: /up to 100 .* nothing was copied/ });
  assert.equal(checks, 1);
});

test("a copy with passwords being checked takes no place from other calls on many files", async () => {
  const gate = Promise.withResolvers<void>();
  let asked = 0;
  const bothAsked = Promise.withResolvers<void>();
  await using bench = await openBench({
    replace: ({ locker }: Ports): Partial<Ports> => {
      const inTurn: typeof locker.inTurn = async (name, work, signal) => {
        asked += 1;
        if (asked === 2) bothAsked.resolve();
        await gate.promise;
        return locker.inTurn(name, work, signal);
      };
      return { locker: overriding(locker, { inTurn }) };
    },
  });
  const owner = await bench.account();
  const other = await bench.account();
  const { files } = bench.services;
  const manyOf = async (by: typeof owner, content: string) => {
    const [uploaded] = await uploadTexts(bench, by, { a: content });
    const reference = { fileId: uploaded?.fileId ?? "" };
    const references = [reference];
    while (references.length < 32) {
      const copies = await files.copy(by, references, { destination: "root" });
      references.push(...copies.map(({ to }) => ({ fileId: to.id })));
    }
    return references;
  };
  const theirs = await manyOf(owner, "theirs");
  const own = await manyOf(other, "own");
  await files.changeAttributes(owner, theirs, { password: "open sesame" });
  const folder = await bench.services.folders.create(other, "root", "folder");
  // As many as one account has slots.
  const copies = [1, 2].map(() => files.copy(other, theirs, { destination: "root", password: "open sesame" }));
  await Promise.race([bothAsked.promise, ...copies]);
  assert.equal((await files.move(other, own, folder.id)).length, own.length);
  gate.resolve();
  for (const copied of await Promise.all(copies)) assert.equal(copied.length, theirs.length);
});

test("a link whose password changed while the old one was checked is not copied", async () => {
  let checks = 0;
  let meanwhile = async (): Promise<void> => {};
  await using bench = await openBench({
    replace: ({ locker }: Ports): Partial<Ports> => {
      const inTurn: typeof locker.inTurn = async (...asked) => {
        checks += 1;
        const answer = await locker.inTurn(...asked);
        await meanwhile();
        return answer;
      };
      return { locker: overriding(locker, { inTurn }) };
    },
  });
  const owner = await bench.account();
  const other = await bench.account();
  const { files } = bench.services;
  const [uploaded] = await uploadTexts(bench, owner, { a: "a" });
  const references = [{ fileId: uploaded?.fileId ?? "" }];
  await files.changeAttributes(owner, references, { password: "open sesame" });
  meanwhile = async () => {
    await files.changeAttributes(owner, references, { password: "close sesame" });
  };
  const late = files.copy(other, references, { destination: "root", password: "open sesame" });
  await assert.rejects(late, { code: "link-password-required" });
  assert.equal(checks, 1);
});
