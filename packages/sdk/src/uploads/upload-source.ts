import { platform } from "#platform";
import { LocalFileError } from "../errors.ts";
import { toRemoteName } from "@consigne/contract/remote-names";
import { spoolStream } from "./spool.ts";

/** A part of a file: from `start`, up to and not including `end`. */
export interface SourceRange {
  start: number;
  end: number;
}

/** Bytes to upload, and their name. Created by `fromPath` and its siblings, or by hand. */
export interface UploadSource {
  /**
   * File name only. Anything before the last `/` is dropped, and characters that servers refuse are replaced by
   * look-alikes (`toRemoteName`).
   */
  name: string;
  /** Exact; a source that yields more or fewer bytes ends its upload with an error. */
  sizeBytes: number;
  /**
   * Called once for each attempt; only once in total with `isOneShot`. The memory of a chunk may be reused once the
   * next one is requested. Without a range: all bytes.
   */
  open(range?: SourceRange): AsyncIterable<Uint8Array>;
  /**
   * Fills memory with the bytes from `start` on, and returns their SHA-256, 64 lower-case hexadecimal digits; for a
   * source that can do so in another thread.
   */
  fill?(into: Uint8Array<SharedArrayBuffer>, start: number): Promise<string>;
  /**
   * As `fill`, but returns the SHA-256 of the concatenated SHA-256s, 32 bytes each, of every 4 MiB of those bytes and
   * of the rest. Servers that verify parts by that hash each byte only once.
   */
  fillByLeaves?(into: Uint8Array<SharedArrayBuffer>, start: number): Promise<string>;
  /** True if `open` works only once: an upload that is interrupted cannot be retried then. */
  isOneShot?: boolean;
  /** The same bytes as a Blob, if that costs no memory; for runtimes that cannot stream a request body. */
  toBlob?(): Blob;
  /** Releases what the source holds, such as a temporary file. The upload calls it when it ends, successful or not. */
  dispose?(): Promise<void>;
}

/** A source whose bytes come one after another: a web or Node stream, or any async iterable. */
export type ByteStream = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

export interface SourceOptions {
  /** The name to upload under; default: the file's own. */
  name?: string;
}

export interface StreamOptions {
  name: string;
  /** If it is given, the stream is sent as it comes, once. */
  sizeBytes?: number;
  /**
   * Limit for a stream of unknown size, which has to be kept until its end is seen: in a temporary file in Node
   * (default: any size), in memory elsewhere (default: 256 MiB). More is an error.
   */
  maxSpooledBytes?: number;
}

/**
 * A file on this machine; Node, Deno and Bun only. If the file changes while it is sent, the upload ends with
 * LocalFileError: nothing half-written arrives.
 * @throws {LocalFileError} there is no such file, or it is a folder
 */
export async function fromPath(path: string, options: SourceOptions = {}): Promise<UploadSource> {
  const { files } = platform;
  if (files === undefined)
    throw new LocalFileError("This runtime has no file system; upload a Blob instead.", { path });
  const facts = await files.find(path);
  if (facts === undefined) throw new LocalFileError(`${path} does not exist.`, { path });
  return {
    name: options.name ?? toRemoteName(files.baseName(path)),
    sizeBytes: facts.sizeBytes,
    open: (range = { start: 0, end: facts.sizeBytes }) => files.read(path, range, facts),
    fill: (into, start) => files.readAndHash(path, start, into, facts),
    fillByLeaves: (into, start) => files.readByLeaves(path, start, into, facts),
  };
}

/** A Blob, or a File, whose own name is the default. */
export function fromBlob(blob: Blob, options: SourceOptions = {}): UploadSource {
  const ownName = "name" in blob && typeof blob.name === "string" ? blob.name : undefined;
  return {
    name: options.name ?? ownName ?? "file",
    sizeBytes: blob.size,
    open: (range) => readStream((range === undefined ? blob : blob.slice(range.start, range.end)).stream()),
    toBlob: () => blob,
  };
}

/** Bytes in memory; text is sent as UTF-8. They must not change until the upload ends. */
export function fromBytes(content: Uint8Array | ArrayBuffer | string, options: { name: string }): UploadSource {
  const bytes =
    typeof content === "string"
      ? new TextEncoder().encode(content)
      : content instanceof Uint8Array
        ? content
        : new Uint8Array(content);
  return {
    name: options.name,
    sizeBytes: bytes.byteLength,
    async *open(range) {
      yield range === undefined ? bytes : bytes.subarray(range.start, range.end);
    },
  };
}

/**
 * A web or Node stream. With `sizeBytes` it is sent as it comes and cannot be sent twice; without, it is first read to
 * its end, see `maxSpooledBytes`.
 * @throws {LocalFileError} no room for what has to be kept, or more than `maxSpooledBytes`
 */
export async function fromStream(stream: ByteStream, options: StreamOptions): Promise<UploadSource> {
  const { sizeBytes } = options;
  if (sizeBytes === undefined) return spoolStream(readStream(stream), options);
  let isOpened = false;
  return {
    name: options.name,
    sizeBytes,
    isOneShot: true,
    open(range) {
      if (isOpened) throw new LocalFileError(`${options.name} is a stream and can be read only once.`);
      if (range !== undefined) throw new LocalFileError(`${options.name} is a stream and has no parts.`);
      isOpened = true;
      return readStream(stream);
    },
    dispose: async () => closeStream(stream),
  };
}

/** A stream that is not read to its end would keep its file or connection open. */
function closeStream(stream: ByteStream): void {
  if (isNodeStream(stream)) stream.destroy();
  else if (stream instanceof ReadableStream && !stream.locked) stream.cancel().catch(() => undefined);
}

const isNodeStream = (stream: ByteStream): stream is ByteStream & { destroy(): void } =>
  "destroy" in stream && typeof stream.destroy === "function";

/** Any iterable of chunks, synchronous or not; as `fromStream` in everything else. */
export async function fromIterable(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: StreamOptions,
): Promise<UploadSource> {
  return fromStream(Symbol.asyncIterator in chunks ? chunks : eachOf(chunks), options);
}

async function* eachOf(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks;
}

/** Safari's streams are not iterable. */
function readStream(stream: ByteStream): AsyncIterable<Uint8Array> {
  return Symbol.asyncIterator in stream ? stream : readByReader(stream);
}

async function* readByReader(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
