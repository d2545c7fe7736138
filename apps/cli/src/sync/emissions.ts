import type { EmissionLimits } from "./remote-store.ts";

/** From this size on a file goes alone: little is won by packing it, and much is lost when its emission fails. */
const ALONE_BYTES = 32 * 1024 ** 2;
/** An emission that breaks has to be sent again as a whole. */
const PACKED_BYTES = 128 * 1024 ** 2;

/** Packs files for one folder into emissions, in their order: as few as the limits allow, large files alone. */
export function* packEmissions<Item>(
  items: Iterable<Item>,
  sizeOf: (item: Item) => number,
  limits: EmissionLimits,
): Generator<Item[]> {
  const mostBytes = Math.min(PACKED_BYTES, limits.bytes);
  let packed: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const sizeBytes = sizeOf(item);
    if (sizeBytes >= ALONE_BYTES) {
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

/** Cuts a list into pieces of a length. */
export function* piecesOf<Item>(items: readonly Item[], length: number): Generator<Item[]> {
  for (let from = 0; from < items.length; from += length) yield items.slice(from, from + length);
}
