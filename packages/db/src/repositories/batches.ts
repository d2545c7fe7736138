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
