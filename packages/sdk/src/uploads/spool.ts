import { platform } from "#platform";
import { LocalFileError } from "../errors.ts";
import type { LocalFiles } from "../platform/local-files.ts";
import type { SourceRange, StreamOptions, UploadSource } from "./upload-source.ts";

const MAX_BYTES_IN_MEMORY = 256 * 1024 * 1024;

/** Reads a stream of unknown length to its end, so that it can be announced and sent again. */
export function spoolStream(chunks: AsyncIterable<Uint8Array>, options: StreamOptions): Promise<UploadSource> {
  const { files } = platform;
  return files === undefined ? spoolToMemory(chunks, options) : spoolToFile(files, chunks, options);
}

async function spoolToFile(
  files: LocalFiles,
  chunks: AsyncIterable<Uint8Array>,
  options: StreamOptions,
): Promise<UploadSource> {
  const path = await files.temporaryPath();
  const maxBytes = options.maxSpooledBytes ?? Infinity;
  try {
    const file = await files.create(path);
    if (file === undefined) throw new LocalFileError(`The temporary file ${path} already exists.`, { path });
    let sizeBytes = 0;
    try {
      for await (const chunk of chunks) {
        requireRoom(options.name, sizeBytes + chunk.byteLength, maxBytes);
        await file.write(chunk, sizeBytes);
        sizeBytes += chunk.byteLength;
      }
    } finally {
      await file.close();
    }
    const facts = await files.find(path);
    if (facts?.sizeBytes !== sizeBytes) throw new LocalFileError(`The temporary file ${path} was changed.`, { path });
    return {
      name: options.name,
      sizeBytes,
      open: (range: SourceRange = { start: 0, end: sizeBytes }) => files.read(path, range, facts),
      dispose: () => files.remove(path),
    };
  } catch (error) {
    await files.remove(path).catch(() => undefined);
    throw error;
  }
}

async function spoolToMemory(chunks: AsyncIterable<Uint8Array>, options: StreamOptions): Promise<UploadSource> {
  const maxBytes = options.maxSpooledBytes ?? MAX_BYTES_IN_MEMORY;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.byteLength;
    requireRoom(options.name, sizeBytes, maxBytes);
    parts.push(new Uint8Array(chunk));
  }
  const blob = new Blob(parts);
  return {
    name: options.name,
    sizeBytes,
    open: (range) => (range === undefined ? blob : blob.slice(range.start, range.end)).stream(),
    toBlob: () => blob,
  };
}

function requireRoom(name: string, sizeBytes: number, maxBytes: number): void {
  if (sizeBytes <= maxBytes) return;
  throw new LocalFileError(
    `${name} is longer than ${maxBytes} bytes, the most that is kept of a stream of unknown size; nothing was sent. ` +
      "Give its size in `sizeBytes`, or raise `maxSpooledBytes`.",
  );
}
