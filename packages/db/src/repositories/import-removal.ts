import { IMPORT_ENTRY_BYTES } from "@consigne/core";
import type { RowSource, TransactionRows } from "../row-source.ts";
import { ROWS_PER_STATEMENT } from "../sqlite/row-pace.ts";
import { inBatches } from "./batches.ts";
import { surplusOf } from "./order-columns.ts";

/** Ended imports of an account beyond the limit. */
export async function surplusImports(
  { read }: Pick<RowSource, "read">,
  accountId: string,
  most: { imports: number; bytes: number },
): Promise<number[]> {
  const ended = await read
    .selectFrom("imports")
    .select(["id", "entry_count", "text_bytes"])
    .where("account_id", "=", accountId)
    .where("ended_at", "is not", null)
    .orderBy("id", "desc")
    .execute();
  const sizeOf = (row: (typeof ended)[number]) => row.entry_count * IMPORT_ENTRY_BYTES + row.text_bytes;
  return surplusOf(ended, sizeOf, { orders: most.imports, size: most.bytes });
}

/** Removes imports with their entries, in portions. */
export async function removeImports({ write }: Pick<RowSource, "write">, imports: readonly number[]): Promise<number> {
  for (const id of imports) {
    await inBatches((limit) =>
      write
        .deleteFrom("import_entries")
        .where("import_id", "=", id)
        .where("place", "in", (of) =>
          of.selectFrom("import_entries").select("place").where("import_id", "=", id).limit(limit),
        )
        .executeTakeFirst(),
    );
    await write.deleteFrom("imports").where("id", "=", id).execute();
  }
  return imports.length;
}

/**
 * One step of removing all imports of an account, within a transaction: entries of one import, or an import without
 * any.
 */
export async function removeSomeImports(
  { read, write }: Pick<RowSource, "read" | "write">,
  accountId: string,
): Promise<number> {
  const next = await read.selectFrom("imports").select("id").where("account_id", "=", accountId).executeTakeFirst();
  if (next === undefined) return 0;
  const removed = await removeSomeEntries({ write }, next.id);
  if (removed > 0) return removed;
  await write.deleteFrom("imports").where("id", "=", next.id).execute();
  return 1;
}

/** One step of removing an import, within a transaction. @returns true once it is gone */
export async function removeSomeOfImport(
  { write, note }: Pick<TransactionRows, "write" | "note">,
  id: number,
): Promise<boolean> {
  if ((await removeSomeEntries({ write }, id)) > 0) return false;
  const gone = await write.deleteFrom("imports").where("id", "=", id).returning("account_id").executeTakeFirst();
  if (gone !== undefined) note(gone.account_id, { topic: "import", id });
  return true;
}

async function removeSomeEntries({ write }: Pick<RowSource, "write">, id: number): Promise<number> {
  const { numDeletedRows } = await write
    .deleteFrom("import_entries")
    .where("import_id", "=", id)
    .where("place", "in", (of) =>
      of.selectFrom("import_entries").select("place").where("import_id", "=", id).limit(ROWS_PER_STATEMENT),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
