import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { sleep, unlessAborted } from "./wait.ts";

const reason = new Error("stopped");

test("a finished wait leaves nothing on its signal", async () => {
  const { signal } = new AbortController();
  await sleep(0, signal);
  await sleep(-5, signal);
  assert.equal(await unlessAborted(Promise.resolve("value"), signal), "value");
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("a wait ends at once with its signal's reason", async () => {
  const stopping = new AbortController();
  const waits = [sleep(2 ** 40, stopping.signal), unlessAborted(new Promise<never>(() => {}), stopping.signal)];
  stopping.abort(reason);
  for (const wait of waits) await assert.rejects(wait, (error) => error === reason);
});

test("an already aborted signal makes nothing wait", async () => {
  await assert.rejects(sleep(2 ** 40, AbortSignal.abort(reason)), (error) => error === reason);
});

test("a promise that fails passes its error on", async () => {
  const { signal } = new AbortController();
  await assert.rejects(unlessAborted(Promise.reject(reason), signal), (error) => error === reason);
});
