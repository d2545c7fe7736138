import type { BatchLimits } from "../trees/remote-store.ts";

/** A batch that breaks has to be sent again as a whole. */
const PACKED_BYTES = 128 * 1024 ** 2;

/** Packs files for one folder into batches, in their order: as few as the limits allow, large files alone. */
export function* packBatches<Item>(
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
