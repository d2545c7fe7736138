import type { Readable } from "node:stream";

/**
 * The chunks of a stream as they arrived; the memory of each is freed when the next one is requested. Iterating the
 * stream itself would join everything that is buffered: a copy of every byte, and as much garbage.
 */
export function chunksInTurn(stream: Readable): AsyncIterator<Uint8Array, undefined> {
  let last: Buffer | undefined;
  let waiting: PromiseWithResolvers<IteratorResult<Uint8Array, undefined>> | undefined;
  const settle = (outcome: { chunk: Buffer | undefined } | { error: Error }): void => {
    const asked = waiting;
    waiting = undefined;
    if ("error" in outcome) asked?.reject(outcome.error);
    else if (outcome.chunk === undefined) asked?.resolve({ done: true, value: undefined });
    else asked?.resolve({ done: false, value: outcome.chunk });
  };
  const closed = (): Error => stream.errored ?? new Error("The stream was closed before its end.");
  stream.pause();
  stream.on("data", (chunk: Buffer) => {
    stream.pause();
    // Never use freed bytes, in case a later Node returns parts of what it read.
    if (chunk.buffer instanceof ArrayBuffer && chunk.buffer.detached) return settle({ error: freedTooEarly() });
    last = chunk;
    settle({ chunk });
  });
  stream.on("end", () => settle({ chunk: undefined }));
  stream.on("error", (error) => settle({ error }));
  stream.on("close", () => settle(stream.readableEnded ? { chunk: undefined } : { error: closed() }));
  return {
    next: () => {
      if (last !== undefined) freeMemory(last);
      last = undefined;
      waiting = Promise.withResolvers();
      const { promise } = waiting;
      if (stream.readableEnded) settle({ chunk: undefined });
      else if (stream.destroyed) settle({ error: closed() });
      else stream.resume();
      return promise;
    },
    return: () => {
      stream.destroy();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}

const freedTooEarly = (): Error => new Error("The memory of these bytes was freed before they were read.");

/**
 * Only for memory that belongs entirely to the chunk. If left to the collector, V8 marks its whole heap for each 30 MB.
 */
export function freeMemory({ byteLength, buffer }: Buffer): void {
  if (byteLength === buffer.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
