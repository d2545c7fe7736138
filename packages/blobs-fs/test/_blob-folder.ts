import { mkdtemp, readdir, readlink, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { BlobReader, BlobStore } from "@consigne/core";
import { openDiskBlobStore } from "../src/index.ts";
import type { DiskFileSystem } from "../src/index.ts";

export type OpenedDiskStore = Awaited<ReturnType<typeof openDiskBlobStore>>;

export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "consigne-blobs-")));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Each blob is a separate file unless `packedBytes` is given. */
export async function openIn(
  t: TestContext,
  folder: string,
  fileSystem?: DiskFileSystem,
  packedBytes = 0,
): Promise<OpenedDiskStore> {
  const store = await openDiskBlobStore(folder, { ...(fileSystem && { fileSystem }), packedBytes });
  t.after(() => store.close());
  return store;
}

/** Names of the files below `folder`, relative to it. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/** Paths below `folder` that this process has open. Always empty on systems other than Linux. */
export async function openPathsIn(folder: string): Promise<string[]> {
  if (process.platform !== "linux") return [];
  const targets = (await readdir("/proc/self/fd")).map((name) => readlink(`/proc/self/fd/${name}`).catch(() => ""));
  return (await Promise.all(targets)).filter((path) => path.startsWith(`${folder}/`));
}

export async function store(blobs: BlobStore, content: Uint8Array): Promise<string> {
  const staged = await blobs.stage();
  await staged.write(content);
  await staged.complete();
  return staged.key;
}

export async function contentOf(reader: BlobReader): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const buffer = Buffer.alloc(64 * 1024);
  for (let count = -1; count !== 0;) {
    count = await reader.read(buffer);
    pieces.push(Buffer.from(buffer.subarray(0, count)));
  }
  await reader.close();
  return Buffer.concat(pieces);
}
