import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { sleep, unlessAborted } from "./wait.ts";

const reason = new Error("stopped");

test("a wait that is over leaves nothing at its signal", async () => {
  const { signal } = new AbortController();
  await sleep(0, signal);
  await sleep(-5, signal);
  assert.equal(await unlessAborted(Promise.resolve("value"), signal), "value");
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("a wait ends with the reason of its signal, at once", async () => {
  const stopping = new AbortController();
  const waits = [sleep(2 ** 40, stopping.signal), unlessAborted(new Promise<never>(() => {}), stopping.signal)];
  stopping.abort(reason);
  for (const wait of waits) await assert.rejects(wait, (error) => error === reason);
});

test("a signal that has already aborted lets nothing wait", async () => {
  await assert.rejects(sleep(2 ** 40, AbortSignal.abort(reason)), (error) => error === reason);
});

test("a promise that fails fails as it does", async () => {
  const { signal } = new AbortController();
  await assert.rejects(unlessAborted(Promise.reject(reason), signal), (error) => error === reason);
});
