import type { Transfer } from "../plan/plan.ts";
import { parentOf } from "../trees/tree.ts";
import type { LocalFile, RemoteFile } from "../trees/tree.ts";

export type Outgoing = Transfer<LocalFile, RemoteFile>;

/** Larger ones gain little by going with others, and all of a batch is in memory while it is sent. */
const SMALL_BYTES = 4 * 1024 ** 2;
const BATCH_BYTES = 8 * 1024 ** 2;
const BATCH_FILES = 500;
/** Fewer files are sent as fast folder by folder. */
const LEAST_FILES = 16;

/** What goes in batches through all folders. What repairs damaged bytes goes as ever: its folder is looked at after that. */
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

/** In their order, so that files of a folder come together. */
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

/** Folders that the batches make on their way: those with such files, and those above them. */
export function foldersOf(files: readonly Outgoing[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const { path } of files) {
    for (let folder = parentOf(path); folder !== "" && !folders.has(folder); folder = parentOf(folder))
      folders.add(folder);
  }
  return folders;
}
