import { platform } from "#platform";
import { LocalFileError } from "../errors.ts";
import type { RequestBody } from "../platform/platform.ts";
import type { UploadSource } from "./upload-source.ts";

/** A file of a batch, its destination and its source. */
export interface BatchFile {
  source: UploadSource;
  /** Folder that the path is relative to; default the root. */
  folderId?: number | undefined;
  /**
   * Names of the folders, as they should be on the server, and then of the file. Missing folders are created. The
   * source's own name is not used.
   */
  names: readonly string[];
}

/** A file of a batch, in memory. */
export interface LoadedFile extends BatchPiece {
  readonly index: number;
}

export interface BatchPiece {
  readonly line: Uint8Array;
  readonly bytes: Uint8Array;
}

const encoder = new TextEncoder();
const NO_DIGEST = "0".repeat(64);
const LINE_END = "\n";
/** `"}` and the end of the line. */
const AFTER_DIGEST = 2 + LINE_END.length;

/** As long as the line will be, with a placeholder for the digest of the bytes. */
export const lineWithoutDigest = ({ source, folderId, names }: BatchFile): Uint8Array => {
  const head = {
    ...(folderId === undefined ? {} : { folder_id: folderId }),
    path: names.join("/"),
    size: source.sizeBytes,
  };
  return encoder.encode(`${JSON.stringify({ ...head, sha256: NO_DIGEST })}${LINE_END}`);
};

/**
 * Reads a file into the memory it will be sent from.
 * @param line of `lineWithoutDigest`
 * @param memory for the line and the bytes
 * @throws {LocalFileError} and whatever else the source throws
 */
export async function loadFile(
  { source }: BatchFile,
  { index, line: unfinished, memory }: { index: number; line: Uint8Array; memory: Uint8Array<ArrayBuffer> },
): Promise<LoadedFile> {
  const line = memory.subarray(0, unfinished.byteLength);
  const bytes = memory.subarray(unfinished.byteLength);
  let at = 0;
  for await (const chunk of source.open()) {
    if (at + chunk.byteLength > bytes.byteLength) throw otherSize(source);
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  if (at !== bytes.byteLength) throw otherSize(source);
  line.set(unfinished);
  encoder.encodeInto(await sha256Of(bytes), line.subarray(-AFTER_DIGEST - NO_DIGEST.length));
  return { index, line, bytes };
}

/** Asks whether the file exists, without its bytes. */
export function questionLine({ folderId, names, source }: BatchFile, whirlpool: string): Uint8Array {
  const head = {
    ...(folderId === undefined ? {} : { folder_id: folderId }),
    path: names.join("/"),
    size: source.sizeBytes,
  };
  return encoder.encode(`${JSON.stringify({ ...head, whirlpool })}\n`);
}

/** All of them as one request. The memory of the files must stay as it is until that is over. */
export function batchBody(
  files: readonly BatchPiece[],
  throttle: ((chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>) | undefined,
  onSent: (sentBytes: number) => void,
): RequestBody {
  const pieces = files.flatMap(({ line, bytes }) => [line, bytes]);
  return {
    sizeBytes: pieces.reduce((sum, { byteLength }) => sum + byteLength, 0),
    chunks: () => (throttle === undefined ? joined(pieces) : throttle(joined(pieces))),
    toBlob: async () => new Blob(pieces.map((piece) => new Uint8Array(piece))),
    isLasting: throttle === undefined,
    onSent,
  };
}

const JOINED_BYTES = 256 * 1024;

/** With thousands of lines and small files, each would be a write of its own. */
async function* joined(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  for (const run of runsOf(pieces)) {
    for (let at = 0; at < run.byteLength; at += JOINED_BYTES) {
      const some = run.subarray(at, at + JOINED_BYTES);
      waiting.push(some);
      waitingBytes += some.byteLength;
      if (waitingBytes < JOINED_BYTES) continue;
      yield join(waiting, waitingBytes);
      waiting = [];
      waitingBytes = 0;
    }
  }
  if (waitingBytes > 0) yield join(waiting, waitingBytes);
}

/** Joins pieces that are next to each other in memory. */
function* runsOf(pieces: readonly Uint8Array[]): Generator<Uint8Array, void, undefined> {
  let run: { buffer: ArrayBufferLike; start: number; end: number } | undefined;
  for (const { buffer, byteOffset, byteLength } of pieces) {
    if (byteLength === 0) continue;
    if (run?.buffer === buffer && run.end === byteOffset) {
      run.end += byteLength;
      continue;
    }
    if (run !== undefined) yield new Uint8Array(run.buffer, run.start, run.end - run.start);
    run = { buffer, start: byteOffset, end: byteOffset + byteLength };
  }
  if (run !== undefined) yield new Uint8Array(run.buffer, run.start, run.end - run.start);
}

function join(pieces: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return first;
  const whole = new Uint8Array(sizeBytes);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = platform.startSha256?.();
  if (hash !== undefined) {
    hash.update(bytes);
    return hash.digest();
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const otherSize = ({ name }: UploadSource) => new LocalFileError(`${name} does not have the announced size.`);
