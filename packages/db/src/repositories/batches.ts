import { ROWS_PER_STATEMENT } from "../sqlite/row-pace.ts";

/** Repeats a removal of at most `limit` rows until there is nothing left for it; returns how many went. */
export async function inBatches(removeSome: (limit: number) => Promise<{ numDeletedRows: bigint }>): Promise<number> {
  let total = 0;
  for (;;) {
    const { numDeletedRows } = await removeSome(ROWS_PER_STATEMENT);
    total += Number(numDeletedRows);
    if (numDeletedRows < ROWS_PER_STATEMENT) return total;
  }
}
