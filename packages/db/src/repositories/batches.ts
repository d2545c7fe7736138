import { ROWS_PER_STATEMENT } from "../sqlite/row-pace.ts";

type Changed = { numDeletedRows: bigint } | { numUpdatedRows: bigint };

/** Repeats a change of at most `limit` rows until there is nothing left for it; returns how many it changed. */
export async function inBatches(changeSome: (limit: number) => Promise<Changed>): Promise<number> {
  let total = 0;
  for (;;) {
    const changed = await changeSome(ROWS_PER_STATEMENT);
    const count = "numDeletedRows" in changed ? changed.numDeletedRows : changed.numUpdatedRows;
    total += Number(count);
    if (count < ROWS_PER_STATEMENT) return total;
  }
}

/** For inserts: stays far below the engines' limits on parameters. */
export const ROWS_PER_INSERT = 100;

/** For statements that read or write the long texts of files, which may have 20 KB each. */
export const LONG_ROWS_PER_STATEMENT = 125;

/** Per statement: names, notes and access lists may be long, and the engine writes everything in one go. */
const BYTES_PER_STATEMENT = 256 * 1024;

/** Like `partsOf`, in parts that also have at most `BYTES_PER_STATEMENT` in total, or consist of one item. */
export function partsBySize<T>(
  items: readonly T[],
  bytesOf: (item: T) => number,
  size: number = ROWS_PER_STATEMENT,
): T[][] {
  const parts: T[][] = [];
  let part: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const more = bytesOf(item);
    if (part.length > 0 && (part.length >= size || bytes + more > BYTES_PER_STATEMENT)) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    part.push(item);
    bytes += more;
  }
  return part.length === 0 ? parts : [...parts, part];
}

/**
 * Rows for statements that are prepared for 1, 2, 4 rows and so on: parts in row order, of at most
 * `BYTES_PER_STATEMENT` unless a single row, padded with rows of nulls to such a number.
 */
export function filledParts<Value>(rows: readonly (readonly Value[])[], most: number): (readonly (Value | null)[])[][] {
  return partsBySize(rows, textBytes, most).map((part) => {
    const empty = part.slice(0, 1).flatMap((row) => row.map(() => null));
    const missing = 2 ** Math.ceil(Math.log2(part.length)) - part.length;
    return [...part, ...Array.from({ length: missing }, () => empty)];
  });
}

/**
 * For changes of many files: the id is the last column of most of their indexes, and in its order each index page is
 * changed once, however many parts the change has.
 */
export function byId<T>(items: readonly T[], idOf: (item: T) => string): T[] {
  return items.toSorted((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
}

/** The size of the texts in a row. */
export function textBytes(row: object): number {
  let bytes = 0;
  for (const value of Object.values(row)) if (typeof value === "string") bytes += Buffer.byteLength(value);
  return bytes;
}

/** Splits `items` into parts of what one statement may touch. */
export function partsOf<T>(items: readonly T[], size: number = ROWS_PER_STATEMENT): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size));
  return parts;
}

/**
 * The same set for an `in`, with the last item repeated up to the next power of two: lists of all lengths then share a
 * few statements, which stay prepared.
 */
export function padded<T>(items: readonly T[], padding: readonly T[] = items.slice(-1)): T[] {
  const length = Math.min(ROWS_PER_STATEMENT, 2 ** Math.ceil(Math.log2(Math.max(1, items.length))));
  return [...items, ...Array.from({ length: Math.max(0, length - items.length) }, () => padding).flat()];
}

/** The rows that `read` finds for all of `keys`, without duplicates, part by part. */
export async function readParts<Key, Row>(
  keys: readonly Key[],
  read: (some: Key[]) => Promise<readonly Row[]>,
  size: number = ROWS_PER_STATEMENT,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const part of partsOf([...new Set(keys)], size)) rows.push(...(await read(padded(part))));
  return rows;
}
