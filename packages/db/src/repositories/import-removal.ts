import { IMPORT_ENTRY_BYTES } from "@consigne/core";
import type { RowSource } from "../row-source.ts";
import { inBatches } from "./batches.ts";
import { surplusOf } from "./order-columns.ts";

/** Ended ones of an account that go beyond what is kept of them. */
export async function surplusImports(
  { read }: Pick<RowSource, "read">,
  accountId: string,
  kept: { imports: number; bytes: number },
): Promise<number[]> {
  const ended = await read
    .selectFrom("imports")
    .select(["id", "entry_count", "text_bytes"])
    .where("account_id", "=", accountId)
    .where("ended_at", "is not", null)
    .orderBy("id", "desc")
    .execute();
  const sizeOf = (row: (typeof ended)[number]) => row.entry_count * IMPORT_ENTRY_BYTES + row.text_bytes;
  return surplusOf(ended, sizeOf, { orders: kept.imports, size: kept.bytes });
}

/** Imports with their entries, a part at a time. */
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
