import { placed } from "@consigne/core/testing";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Ports } from "@consigne/core";
import { openBench, overriding, uploadTexts } from "../_services.ts";

test("one copy checks one password hash once, and is refused unchecked where it asks for too many", async () => {
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
  await assert.rejects(copied, { code: "bad-argument", message: /at most 100 .* nothing was copied/ });
  assert.equal(checks, 1);
});
