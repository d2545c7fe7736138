import assert from "node:assert/strict";
import { test } from "node:test";
import { Turns } from "./turns.ts";

test("callers of one name take turns in the order they came, others do not wait for them", async () => {
  const turns = new Turns();
  const log: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = turns.take("a", async () => {
    log.push("first begins");
    await gate.promise;
    log.push("first ends");
  });
  const second = turns.take("a", async () => void log.push("second"));
  await turns.take("b", async () => void log.push("other"));
  gate.resolve();
  await Promise.all([first, second]);
  assert.deepEqual(log, ["first begins", "other", "first ends", "second"]);
});

test("a turn that fails lets the next one go on", async () => {
  const turns = new Turns();
  const failing = turns.take("a", () => Promise.reject(new Error("no")));
  const next = turns.take("a", async () => "yes");
  await assert.rejects(failing, /no/);
  assert.equal(await next, "yes");
});
