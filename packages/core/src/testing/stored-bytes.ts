import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import type { BlobStore, ByteSource, ListedBlob } from "../ports/blob-store.ts";

/** Stores `content` in chunks of random size; returns its key. */
export async function putInPieces(store: BlobStore, content: Buffer): Promise<string> {
  const staged = await store.stage();
  for (let at = 0; at < content.length;) {
    const size = randomInt(1, Math.max(2, content.length));
    await staged.write(content.subarray(at, at + size));
    at += size;
  }
  assert.deepEqual(await staged.complete(), { sizeBytes: content.length });
  return staged.key;
}

/** Reads to the end, then closes the reader. */
export async function readAll(reader: ByteSource, bufferBytes = 100_000): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const buffer = Buffer.alloc(bufferBytes);
  for (let count = -1; count !== 0;) {
    count = await reader.read(buffer);
    pieces.push(Buffer.from(buffer.subarray(0, count)));
  }
  await reader.close();
  return Buffer.concat(pieces);
}

export async function keysOf(store: BlobStore): Promise<string[]> {
  return (await listAll(store)).map((blob) => blob.key);
}

export async function listAll(store: BlobStore): Promise<ListedBlob[]> {
  const listed: ListedBlob[] = [];
  for await (const blob of store.list()) listed.push(blob);
  return listed;
}
