import type { Readable } from "node:stream";

/**
 * Passes on the chunks of a stream as they arrived, one after the other, and frees the memory of each when `take` has
 * resolved. Iterating the stream would join everything that is buffered: a copy of every byte, and as much garbage.
 * Rejects with the error of `take` or of the stream; never while `take` runs.
 */
export async function takeInTurn(stream: Readable, take: (chunk: Buffer) => Promise<void>): Promise<void> {
  let taking = Promise.resolve();
  const onData = (chunk: Buffer): void => {
    stream.pause();
    taking = take(chunk).then(() => freeChunk(chunk));
    taking.then(
      () => stream.resume(),
      (error: unknown) => stream.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  };
  try {
    await ended(stream, onData);
  } finally {
    await taking;
  }
}

function ended(stream: Readable, onData: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const onClose = () => reject(stream.errored ?? new Error("The stream was closed before its end."));
    stream.on("end", resolve).on("error", reject).on("close", onClose).on("data", onData);
    if (stream.destroyed) onClose();
  });
}

/** Frees the memory of a chunk that is not needed any more, if it is not shared. */
export function freeChunk(chunk: Buffer): void {
  const { buffer } = chunk;
  // Only for memory that belongs entirely to the chunk. If left to the collector, V8 marks its whole heap for each 30
  // MB.
  if (chunk.byteLength === buffer.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
