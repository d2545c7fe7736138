import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Slots } from "./slots.ts";

suite("upload slots", () => {
  test("let a fixed number work at a time, in order of arrival", async () => {
    const slots = new Slots(2);
    const begun: number[] = [];
    const ends = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
    const { signal } = new AbortController();
    const all = ends.map(({ promise }, at) =>
      slots.use(signal, async () => {
        begun.push(at);
        await promise;
      }),
    );
    await new Promise(setImmediate);
    assert.deepEqual(begun, [0, 1]);
    ends[1]?.resolve();
    await all[1];
    await new Promise(setImmediate);
    assert.deepEqual(begun, [0, 1, 2]);
    for (const { resolve } of ends) resolve();
    await Promise.all(all);
    assert.deepEqual(begun, [0, 1, 2, 3]);
  });

  test("are free again after a failure, and after a caller gave up waiting", async () => {
    const slots = new Slots(1);
    const { signal } = new AbortController();
    const given = new AbortController();
    const fails = slots.use(signal, async () => {
      await new Promise(setImmediate);
      throw new Error("no");
    });
    const waits = slots.use(given.signal, async () => "never");
    given.abort(new Error("enough"));
    await assert.rejects(waits, /enough/);
    await assert.rejects(fails, /no/);
    assert.equal(await slots.use(signal, async () => "done"), "done");
    await assert.rejects(
      slots.use(given.signal, async () => "never"),
      /enough/,
    );
  });
});
