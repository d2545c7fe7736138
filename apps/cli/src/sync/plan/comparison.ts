import { join } from "node:path";
import { reasonOf, systemCode } from "@consigne/contract/system-reasons";
import { isSettled } from "../trees/file-stamp.ts";
import { hashFile } from "../trees/hash-file.ts";
import type { Hasher } from "../trees/hash-file.ts";
import type { LocalIndex } from "../trees/local-index.ts";
import type { LocalNames } from "../trees/local-names.ts";
import { joinPath } from "../trees/tree.ts";
import type { LocalFile, RemoteFile, TreeFolder } from "../trees/tree.ts";
import { packWhirlpool } from "../trees/whirlpool.ts";
import { runAll } from "../trees/worker-pool.ts";

/**
 * `index`: size and Whirlpool checksum, with the local checksum from the index as long as the file's stamp is
 * unchanged. `checksum`: the same, but every local byte is read. `size`: only the size.
 */
export type CompareMethod = "index" | "checksum" | "size";

export interface ChecksumOptions {
  localRoot: string;
  localNames: LocalNames;
  method: CompareMethod;
  index: LocalIndex;
  hasher: Hasher;
  signal: AbortSignal;
  /** Which remote files may turn out to be moved or copied local ones: those missing locally, or all, or none. */
  remoteMayServe: "all" | "remote-only" | "none";
  onStart?(count: number, bytes: number): void;
  onBytes?(count: number): void;
  onUnreadable?(path: string, code: string): void;
}

interface Doubtful {
  path: string;
  file: LocalFile;
  remote: RemoteFile | undefined;
}

const HASHES_AT_ONCE = 4;

/** Whether two files at the same path have the same content, once {@link addChecksums} has run. */
export function isSameContent(local: LocalFile, remote: RemoteFile, method: CompareMethod): boolean {
  if (local.sizeBytes !== remote.sizeBytes || remote.isDamaged === true) return false;
  // If a host gives no checksum, only the size can be compared.
  if (method === "size" || local.sizeBytes === 0 || remote.whirlpool === undefined) return true;
  return local.whirlpool === remote.whirlpool;
}

/** Files with the same size on both sides whose checksum the server does not know yet. */
export function pendingPaths(local: TreeFolder<LocalFile>, remote: TreeFolder<RemoteFile>, path = ""): string[] {
  const here = [...remote.files].filter(
    ([name, { isPending, isDamaged, sizeBytes }]) =>
      isPending === true && isDamaged !== true && sizeBytes > 0 && local.files.get(name)?.sizeBytes === sizeBytes,
  );
  const below = [...remote.folders].flatMap(([name, folder]) => {
    const beside = local.folders.get(name);
    return beside === undefined ? [] : pendingPaths(beside, folder, joinPath(path, name));
  });
  return [...here.map(([name]) => joinPath(path, name)), ...below];
}

/** Adds Whirlpool checksums to local files where the comparison or the search for moved files needs them. */
export async function addChecksums(
  local: TreeFolder<LocalFile>,
  remote: TreeFolder<RemoteFile>,
  options: ChecksumOptions,
): Promise<void> {
  if (options.method === "size") return;
  const sizes = new Set<number>();
  if (options.remoteMayServe !== "none") collectSizes(remote, local, options.remoteMayServe === "all", sizes);
  const unknown: Doubtful[] = [];
  let bytes = 0;
  for (const doubtful of findDoubtful("", local, remote, sizes)) {
    if (takeFromIndex(doubtful, options)) continue;
    unknown.push(doubtful);
    bytes += doubtful.file.sizeBytes;
  }
  options.onStart?.(unknown.length, bytes);
  await runAll(HASHES_AT_ONCE, unknown, (doubtful) => readDoubtful(doubtful, options));
}

function collectSizes(
  remote: TreeFolder<RemoteFile>,
  local: TreeFolder<LocalFile> | undefined,
  isEveryFile: boolean,
  sizes: Set<number>,
): void {
  for (const [name, { sizeBytes }] of remote.files) {
    if (isEveryFile || local?.files.get(name)?.sizeBytes !== sizeBytes) sizes.add(sizeBytes);
  }
  for (const [name, folder] of remote.folders) collectSizes(folder, local?.folders.get(name), isEveryFile, sizes);
}

/** Files whose content has to be known: the other side has one of that size at the same path or elsewhere. */
function* findDoubtful(
  path: string,
  local: TreeFolder<LocalFile>,
  remote: TreeFolder<RemoteFile> | undefined,
  sizes: ReadonlySet<number>,
): Generator<Doubtful> {
  for (const [name, file] of local.files) {
    if (file.sizeBytes === 0) continue;
    const other = remote?.files.get(name);
    const isPair = other?.sizeBytes === file.sizeBytes;
    if (isPair || sizes.has(file.sizeBytes)) {
      yield { path: joinPath(path, name), file, remote: isPair ? other : undefined };
    }
  }
  for (const [name, folder] of local.folders) {
    yield* findDoubtful(joinPath(path, name), folder, remote?.folders.get(name), sizes);
  }
}

function takeFromIndex({ path, file, remote }: Doubtful, { method, index }: ChecksumOptions): boolean {
  if (method === "checksum") return false;
  const known = index.findWhirlpool(path, file.stamp);
  if (known === undefined) return false;
  setWhirlpool(file, packWhirlpool(known), remote);
  return true;
}

/** One shared string if both sides agree, so that a hundred thousand identical files take half the memory. */
function setWhirlpool(file: LocalFile, whirlpool: string, remote: RemoteFile | undefined): void {
  file.whirlpool = remote?.whirlpool === whirlpool ? remote.whirlpool : whirlpool;
}

async function readDoubtful({ path, file, remote }: Doubtful, options: ChecksumOptions): Promise<void> {
  const readFromMs = Date.now();
  try {
    const onDisk = join(options.localRoot, options.localNames.diskPath(path));
    const read = await hashFile(onDisk, options.hasher, options.signal, options.onBytes);
    // A file that changed since the scan counts as different and is sent.
    if (read.stamp !== file.stamp) return;
    setWhirlpool(file, packWhirlpool(read.whirlpool), remote);
    if (isSettled(read.stamp, readFromMs)) options.index.keepWhirlpool(path, read.stamp, read.whirlpool);
  } catch (error) {
    options.signal.throwIfAborted();
    if (systemCode(error) === undefined) throw error;
    options.onUnreadable?.(path, reasonOf(error));
  }
}
