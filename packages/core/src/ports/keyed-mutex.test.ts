import assert from "node:assert/strict";
import { test } from "node:test";
import { isDomainError } from "../errors.ts";
import { KeyedMutex } from "./keyed-mutex.ts";

test("a caller who has waited too long is refused and gets no turn", async () => {
  const mutex = new KeyedMutex({ waitMs: 20 });
  const gate = Promise.withResolvers<void>();
  const first = mutex.take("a", () => gate.promise);
  let hasRun = false;
  const late = mutex.take("a", async () => void (hasRun = true));
  await assert.rejects(late, (error) => isDomainError(error, "too-busy"));
  const next = mutex.take("a", async () => "yes");
  gate.resolve();
  await first;
  assert.equal(await next, "yes");
  assert.equal(hasRun, false);
});
