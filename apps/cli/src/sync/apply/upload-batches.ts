import type { SyncPlan } from "../plan/plan.ts";
import type { BatchLimits, RemoteStore } from "../trees/remote-store.ts";
import { type LocalFile, parentOf, type RemoteFile } from "../trees/tree.ts";
import { foldersOf, type Outgoing, packSmall, splitSmall } from "./small-files.ts";

/** A failed batch has to be sent again as a whole. */
const PACKED_BYTES = 128 * 1024 ** 2;

/** Packs files for one folder into batches, in order: as few as the limits allow, large files alone. */
function* packBatches<Item>(
  items: Iterable<Item>,
  sizeOf: (item: Item) => number,
  limits: BatchLimits,
): Generator<Item[]> {
  const mostBytes = Math.min(PACKED_BYTES, limits.bytes);
  let packed: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const sizeBytes = sizeOf(item);
    if (sizeBytes >= limits.aloneBytes) {
      yield [item];
      continue;
    }
    if (packed.length > 0 && (packed.length >= limits.files || bytes + sizeBytes > mostBytes)) {
      yield packed;
      packed = [];
      bytes = 0;
    }
    packed.push(item);
    bytes += sizeBytes;
  }
  if (packed.length > 0) yield packed;
}

type Batch = { folder: string; files: Outgoing[] } | { small: Outgoing[] };

/**
 * Everything to send: small files across folders, the others folder by folder; a folder without files comes with an
 * empty list.
 */
export function* batchesOf(
  plan: SyncPlan<LocalFile, RemoteFile>,
  { limits, sendMany }: Pick<RemoteStore, "limits" | "sendMany">,
): Generator<Batch> {
  const { small, others } = sendMany === undefined ? { small: [], others: plan.transfers } : splitSmall(plan.transfers);
  for (const packed of packSmall(small)) yield { small: packed };
  const createdWithThem = foldersOf(small);
  const folders = plan.folders.filter((path) => !createdWithThem.has(path));
  const byFolder = new Map<string, Outgoing[]>(folders.map((path) => [path, []]));
  for (const transfer of others) {
    const folder = parentOf(transfer.path);
    const files = byFolder.get(folder);
    if (files === undefined) byFolder.set(folder, [transfer]);
    else files.push(transfer);
  }
  for (const [folder, files] of byFolder) {
    if (files.length === 0) yield { folder, files };
    for (const packed of packBatches(files, ({ source }) => source.sizeBytes, limits)) yield { folder, files: packed };
  }
}
