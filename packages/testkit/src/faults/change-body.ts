import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import type { Fault } from "./fault.ts";

type Bytes = AsyncIterable<Uint8Array>;

/** The answer's body as the client will receive it. */
export function changeBody(body: Bytes, what: Fault | undefined): Bytes {
  switch (what?.kind) {
    case "trickle":
      return inPieces(body, what.chunkBytes, what.pauseMs);
    case "truncate":
      return firstBytes(body, what.sizeBytes);
    case "flip-byte":
      return withFlippedByte(body, what.offset);
    default:
      return body;
  }
}

/** Ends after `sizeBytes`; the rest is not requested. */
export async function* firstBytes(body: Bytes, sizeBytes: number): Bytes {
  let leftBytes = sizeBytes;
  if (leftBytes <= 0) return;
  for await (const chunk of body) {
    yield chunk.subarray(0, leftBytes);
    leftBytes -= chunk.byteLength;
    if (leftBytes <= 0) return;
  }
}

async function* inPieces(body: Bytes, chunkBytes: number, pauseMs: number): Bytes {
  for await (const chunk of body) {
    for (let at = 0; at < chunk.byteLength; at += chunkBytes) {
      yield chunk.subarray(at, at + chunkBytes);
      await (pauseMs > 0 ? pause(pauseMs) : nextTurn());
    }
  }
}

async function* withFlippedByte(body: Bytes, offset: number): Bytes {
  let at = 0;
  for await (const chunk of body) {
    const within = offset - at;
    at += chunk.byteLength;
    yield within >= 0 && within < chunk.byteLength ? flipped(chunk, within) : chunk;
  }
}

function flipped(chunk: Uint8Array, index: number): Uint8Array {
  const changed = Uint8Array.from(chunk);
  changed[index] = (changed[index] ?? 0) ^ 0xff;
  return changed;
}
