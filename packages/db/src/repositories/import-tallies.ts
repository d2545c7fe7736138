import type { EntryEnd } from "@consigne/core";
import { type ExpressionBuilder, sql } from "kysely";
import type { RowSource, TransactionRows } from "../row-source.ts";
import type { Tables } from "../tables.ts";
import type { TallyColumn } from "./import-columns.ts";

/** The message size of an entry, counted as core does. */
export const messageBytes = ({ fn, ref, val }: ExpressionBuilder<Tables, "import_entries">) =>
  fn.coalesce(fn<number>("octet_length", [ref("messages")]), val(0));

/** How an entry counts until it changes. */
export async function countedBefore(
  read: RowSource["read"],
  id: number,
  place: number,
): Promise<{ messageBytes: number; collisions: number; maybePresent: number }> {
  const row = await read
    .selectFrom("import_entries")
    .select((eb) => ["collides" as const, "maybe_present" as const, messageBytes(eb).as("bytes")])
    .where("import_id", "=", id)
    .where("place", "=", place)
    .executeTakeFirst();
  return { messageBytes: row?.bytes ?? 0, collisions: row?.collides ?? 0, maybePresent: row?.maybe_present ?? 0 };
}

/**
 * If the source has no checksum, an existing file with the same name turns out to be the same or another content once
 * the bytes have arrived.
 */
export function namesOnceKnown(state: EntryEnd["state"], before: { collisions: number; maybePresent: number }) {
  if (state === "present") return { collides: 0, maybe_present: 0 };
  if (state === "done") return { collides: Math.max(before.collisions, before.maybePresent), maybe_present: 0 };
  return { collides: before.collisions, maybe_present: before.maybePresent };
}

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
