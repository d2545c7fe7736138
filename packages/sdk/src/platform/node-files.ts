import { randomUUID } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { systemCode } from "@consigne/contract/system-reasons";
import { LocalFileError } from "../errors.ts";
import { describeFileFailure } from "./file-failure.ts";
import { type FileFacts, type FileSpan, LEAF_BYTES, type LocalFiles, type UpdatedFile } from "./local-files.ts";
import { DirectFile } from "./node-direct-file.ts";
import { renameDurably } from "./node-rename.ts";
import { readAndHash, type WantedSpan } from "./node-reading-worker.ts";

const CHUNK_BYTES = 1024 * 1024;

export const nodeFiles: LocalFiles = {
  baseName: (path) => basename(path),
  resolve: (path) => resolve(path),
  find: (path) => told(path, "read", () => findFile(path)),
  read: readUnchanged,
  readAndHash: (path, start, into, facts) => readAndHashUnchanged(path, { start, into, leafBytes: 0 }, facts),
  readByLeaves: (path, start, into, facts) => readAndHashUnchanged(path, { start, into, leafBytes: LEAF_BYTES }, facts),
  create: (path, options = {}) => told(path, "write", () => createFile(path, options)),
  openExisting: (path, options = {}) => told(path, "read", () => openExisting(path, options)),
  rename: (from, to, options) => told(to, "write", () => renameDurably(from, to, options)),
  readText: (path, maxBytes) => told(path, "read", () => readShortText(path, maxBytes)),
  remove: (path) => told(path, "remove", () => rm(path, { force: true })),
  removeIf: async (path, file) => {
    if (await file.isInPlace()) await told(path, "remove", () => rm(path, { force: true }));
  },
  temporaryPath: async () => join(tmpdir(), `consigne-${randomUUID()}`),
};

/** Turns system errors into our messages. */
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
  return factsIn(facts);
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

async function readAndHashUnchanged(path: string, wanted: WantedSpan, facts: FileFacts): Promise<string> {
  const { sha256, readBytes, facts: now } = await told(path, "read", () => readAndHash(path, wanted));
  if (readBytes < wanted.into.byteLength || !isSame(facts, now)) throw changed(path);
  return sha256;
}

async function requireUnchanged(file: FileHandle, path: string, facts: FileFacts): Promise<void> {
  const now = await told(path, "read", () => file.stat());
  if (!isSame(facts, factsIn(now))) throw changed(path);
}

const factsIn = ({ size, mtimeMs, ctimeMs }: Stats): FileFacts => ({
  sizeBytes: size,
  modifiedAtMs: mtimeMs,
  changedAtMs: ctimeMs,
});

const isSame = (a: FileFacts, b: FileFacts): boolean =>
  a.sizeBytes === b.sizeBytes && a.modifiedAtMs === b.modifiedAtMs && a.changedAtMs === b.changedAtMs;

const changed = (path: string) =>
  new LocalFileError(
    `${path} changed while it was being read; nothing of it was kept. Try again when nothing writes to it.`,
    {
      path,
    },
  );

/** Links are not followed: whoever created one must not choose where we write. Windows has no such flag. */
const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;

async function createFile(path: string, { appends = false }: { appends?: boolean }): Promise<UpdatedFile | undefined> {
  const flags = O_RDWR | O_CREAT | O_EXCL | (appends ? O_APPEND : 0);
  try {
    return updatedFile(await open(path, flags, 0o666), path);
  } catch (error) {
    if (systemCode(error) === "EEXIST") return undefined;
    if (systemCode(error) !== "ENOENT" || !(await isFolder(dirname(path)))) throw error;
    // Folders such as `/proc` exist, and report this for every new file.
    throw Object.assign(new Error(`${dirname(path)} does not accept new files.`, { cause: error }), { code: "EPERM" });
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

async function openExisting(
  path: string,
  { appends = false, isReadOnly = false }: { appends?: boolean; isReadOnly?: boolean },
): Promise<UpdatedFile | "nothing" | "other"> {
  const access = isReadOnly ? O_RDONLY : O_RDWR;
  const flags = access | O_NOFOLLOW | O_NONBLOCK | (appends ? O_APPEND : 0);
  let file: FileHandle;
  try {
    file = await open(path, flags);
  } catch (error) {
    if (isMissing(error)) return "nothing";
    if (NOT_OURS.has(systemCode(error) ?? "")) return "other";
    throw error;
  }
  if ((await file.stat()).isFile()) return updatedFile(file, path);
  await file.close();
  return "other";
}

/** A link, a folder, a pipe without a reader, and what may not be opened. */
const NOT_OURS = new Set(["ELOOP", "EMLINK", "EISDIR", "ENXIO", "EACCES", "EPERM", "ETXTBSY"]);

function updatedFile(file: FileHandle, path: string): UpdatedFile {
  const direct = new DirectFile(path, file);
  const writePastCache = async (bytes: Uint8Array, position: number) => {
    const written = await direct.write(bytes, position);
    await writeAll(file, bytes.subarray(written), position + written);
    return bytes.byteLength - written;
  };
  return {
    write: (bytes, position) => told(path, "write", () => writeAll(file, bytes, position)),
    writePastCache: (bytes, position) => told(path, "write", () => writePastCache(bytes, position)),
    append: (bytes) => told(path, "write", () => file.appendFile(bytes)),
    read: (into, position) => told(path, "read", () => readAll(file, into, position)),
    facts: () => told(path, "read", () => factsOf(file)),
    isInPlace: () => told(path, "read", () => isInPlace(file, path)),
    truncate: (sizeBytes) => told(path, "write", () => file.truncate(sizeBytes)),
    sync: () => told(path, "write", () => file.sync()),
    close: () => told(path, "write", () => Promise.all([file.close(), direct.close()]).then(() => undefined)),
  };
}

async function factsOf(file: FileHandle): Promise<{ sizeBytes: number; id: string; names: number }> {
  const { size, dev, ino, nlink } = await file.stat({ bigint: true });
  return { sizeBytes: Number(size), id: `${dev}:${ino}`, names: Number(nlink) };
}

async function isInPlace(file: FileHandle, path: string): Promise<boolean> {
  const named = await lstat(path, { bigint: true }).catch((error: unknown) => {
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

async function readShortText(path: string, maxBytes: number): Promise<string | undefined> {
  const facts = await findFile(path);
  if (facts === undefined || facts.sizeBytes > maxBytes) return undefined;
  return readFile(path, "utf8");
}

const isMissing = (error: unknown): boolean => ["ENOENT", "ENOTDIR"].includes(systemCode(error) ?? "");
