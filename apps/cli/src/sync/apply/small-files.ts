import type { Transfer } from "../plan/plan.ts";
import { parentOf } from "../trees/tree.ts";
import type { LocalFile, RemoteFile } from "../trees/tree.ts";

export type Outgoing = Transfer<LocalFile, RemoteFile>;

/** Larger files gain little from batches, and a whole batch is in memory while it is sent. */
const SMALL_BYTES = 4 * 1024 ** 2;
const BATCH_BYTES = 8 * 1024 ** 2;
const BATCH_FILES = 500;
/** Fewer files are sent as fast folder by folder. */
const LEAST_FILES = 16;

/**
 * Separates files for batches across folders. Files that repair damaged bytes are sent as usual: their folder is
 * checked afterwards.
 */
export function splitSmall(transfers: readonly Outgoing[]): { small: Outgoing[]; others: Outgoing[] } {
  const small: Outgoing[] = [];
  const others: Outgoing[] = [];
  for (const transfer of transfers) {
    const { source, replaced } = transfer;
    const isSmall = source.sizeBytes <= SMALL_BYTES && !replaced.some(({ isDamaged }) => isDamaged === true);
    (isSmall ? small : others).push(transfer);
  }
  return small.length < LEAST_FILES ? { small: [], others: [...transfers] } : { small, others };
}

/** In order, so that files of a folder stay together. */
export function* packSmall(files: readonly Outgoing[]): Generator<Outgoing[]> {
  let packed: Outgoing[] = [];
  let bytes = 0;
  for (const file of files) {
    const { sizeBytes } = file.source;
    if (packed.length > 0 && (packed.length >= BATCH_FILES || bytes + sizeBytes > BATCH_BYTES)) {
      yield packed;
      packed = [];
      bytes = 0;
    }
    packed.push(file);
    bytes += sizeBytes;
  }
  if (packed.length > 0) yield packed;
}

/** Folders that the batches make: those with such files, and their parents. */
export function foldersOf(files: readonly Outgoing[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const { path } of files) {
    for (let folder = parentOf(path); folder !== "" && !folders.has(folder); folder = parentOf(folder))
      folders.add(folder);
  }
  return folders;
}
