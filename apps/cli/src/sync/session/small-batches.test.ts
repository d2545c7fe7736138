import assert from "node:assert/strict";
import { test } from "node:test";
import type { BatchFile, Client } from "@consigne/sdk";
import { SmallBatches } from "./small-batches.ts";

type Sending = PromiseWithResolvers<never[]> & { files: readonly BatchFile[] };

/** A client whose batches stay unfinished. `next` resolves with the next one that is started. */
function slowClient(): { client: Client; next(): Promise<Sending>; begun: () => number } {
  let begun = 0;
  let waiting = Promise.withResolvers<Sending>();
  const uploads = {
    sendBatch: (files: readonly BatchFile[]) => {
      begun += 1;
      const sending = { ...Promise.withResolvers<never[]>(), files };
      waiting.resolve(sending);
      waiting = Promise.withResolvers<Sending>();
      return sending.promise;
    },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all that is called of a client here
  return { client: { uploads } as unknown as Client, next: () => waiting.promise, begun: () => begun };
}

const placed = ["a", "b"].map((name) => ({ localPath: name, sizeBytes: 1, stamp: "", folderId: 0, names: [name] }));
const signal = new AbortController().signal;

test("the next batch is read while the previous one is being sent, or after it failed", async () => {
  const { client, next, begun } = slowClient();
  const batches = new SmallBatches(client, { bandwidth: undefined, note: () => undefined });
  const send = () => batches.send(placed, signal, () => undefined);
  const beginning = next();
  const sends = [send(), send(), send()];
  const first = await beginning;
  const second = next();
  await first.files[0]?.source.dispose?.();
  assert.equal(begun(), 1);
  await first.files[1]?.source.dispose?.();
  const third = next();
  await second.then(({ reject }) => reject(new Error("it failed")));
  (await third).resolve([]);
  first.resolve([]);
  const ended = await Promise.allSettled(sends);
  assert.deepEqual(
    ended.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
});
