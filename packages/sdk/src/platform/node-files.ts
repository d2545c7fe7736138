import { randomUUID } from "node:crypto";
import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { LocalFileError } from "../errors.ts";
import { describeFileFailure } from "./file-failure.ts";
import type { FileFacts, FileSpan, LocalFiles, UpdatedFile } from "./local-files.ts";

const CHUNK_BYTES = 1024 * 1024;

export const nodeFiles: LocalFiles = {
  baseName: (path) => basename(path),
  resolve: (path) => resolve(path),
  find: (path) => told(path, "read", () => findFile(path)),
  read: readUnchanged,
  openForUpdate: (path, isFresh) => told(path, "write", () => openForUpdate(path, isFresh)),
  rename: (from, to) => told(to, "write", () => renameDurably(from, to)),
  readText: (path, maxBytes) => told(path, "read", () => readShortText(path, maxBytes)),
  writeText: (path, text) => told(path, "write", () => writeWholeText(path, text)),
  remove: (path) => told(path, "remove", () => rm(path, { force: true })),
  temporaryPath: async () => join(tmpdir(), `consigne-${randomUUID()}`),
};

/** Turns what the system says into our words. */
async function told<Result>(path: string, action: "read" | "write" | "remove", run: () => Promise<Result>) {
  try {
    return await run();
  } catch (error) {
    throw error instanceof LocalFileError ? error : describeFileFailure(error, path, action);
  }
}

async function findFile(path: string): Promise<FileFacts | undefined> {
  const facts = await stat(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (facts === undefined) return undefined;
  if (!facts.isFile()) throw new LocalFileError(`${path} is not a file.`, { path });
  return { sizeBytes: facts.size, modifiedAtMs: facts.mtimeMs };
}

async function* readUnchanged(
  path: string,
  span: FileSpan,
  facts: FileFacts,
): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await told(path, "read", () => open(path, "r"));
  try {
    const buffer = Buffer.allocUnsafeSlow(Math.max(1, Math.min(CHUNK_BYTES, span.end - span.start)));
    for (let position = span.start; position < span.end;) {
      const wantedBytes = Math.min(buffer.length, span.end - position);
      const { bytesRead } = await told(path, "read", () => file.read(buffer, 0, wantedBytes, position));
      position += bytesRead;
      const isLast = position >= span.end;
      if (bytesRead === 0 || isLast) await requireUnchanged(file, path, facts);
      if (bytesRead === 0) throw changed(path);
      yield buffer.subarray(0, bytesRead);
    }
    if (span.start >= span.end) await requireUnchanged(file, path, facts);
  } finally {
    await file.close();
  }
}

async function requireUnchanged(file: FileHandle, path: string, facts: FileFacts): Promise<void> {
  const now = await told(path, "read", () => file.stat());
  if (now.size !== facts.sizeBytes || now.mtimeMs !== facts.modifiedAtMs) throw changed(path);
}

const changed = (path: string) =>
  new LocalFileError(`${path} changed while it was being read; nothing of it was kept. Try again when it is at rest.`, {
    path,
  });

async function openForUpdate(path: string, isFresh: boolean): Promise<UpdatedFile> {
  if (isFresh) await rm(path, { force: true });
  const file = await open(path, isFresh ? "wx+" : "r+");
  return {
    write: (bytes, position) => told(path, "write", () => writeAll(file, bytes, position)),
    read: (into, position) => told(path, "read", () => readAll(file, into, position)),
    isInPlace: () => told(path, "read", () => isInPlace(file, path)),
    truncate: (sizeBytes) => told(path, "write", () => file.truncate(sizeBytes)),
    sync: () => told(path, "write", () => file.sync()),
    close: () => told(path, "write", () => file.close()),
  };
}

async function isInPlace(file: FileHandle, path: string): Promise<boolean> {
  const named = await stat(path, { bigint: true }).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  const own = await file.stat({ bigint: true });
  return named !== undefined && named.ino === own.ino && named.dev === own.dev;
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.byteLength;) {
    const { bytesWritten } = await file.write(bytes, at, bytes.byteLength - at, position + at);
    at += bytesWritten;
  }
}

async function readAll(file: FileHandle, into: Uint8Array, position: number): Promise<number> {
  let at = 0;
  while (at < into.byteLength) {
    const { bytesRead } = await file.read(into, at, into.byteLength - at, position + at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return at;
}

async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  // Where a folder cannot be synced (Windows) the name is safe enough.
  const folder = await open(dirname(resolve(to)), "r").catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

async function readShortText(path: string, maxBytes: number): Promise<string | undefined> {
  const facts = await findFile(path);
  if (facts === undefined || facts.sizeBytes > maxBytes) return undefined;
  return readFile(path, "utf8");
}

async function writeWholeText(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  try {
    await writeFile(draft, text);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && ["ENOENT", "ENOTDIR"].includes(String(Reflect.get(error, "code")));
