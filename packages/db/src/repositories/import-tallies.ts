import { sql } from "kysely";
import type { TransactionRows } from "../row-source.ts";
import type { TallyColumn } from "./import-columns.ts";

/** Adds to the counts of an import, in the transaction that changes its entries. */
export async function tallyUp(
  { write, note }: TransactionRows,
  id: number,
  changes: Partial<Record<TallyColumn, number>>,
  more: { entry_count?: number } = {},
): Promise<void> {
  const changed = Object.entries(changes).filter(([, by]) => by !== 0);
  const sums = changed.map(([name, by]) => [name, sql<number>`${sql.ref(name)} + ${by}`] as const);
  if (sums.length === 0 && more.entry_count === undefined) return;
  const updated = await write
    .updateTable("imports")
    .set({ ...Object.fromEntries(sums), ...more })
    .where("id", "=", id)
    .returning("account_id")
    .executeTakeFirst();
  if (updated !== undefined) note(updated.account_id, { topic: "import", id });
}
