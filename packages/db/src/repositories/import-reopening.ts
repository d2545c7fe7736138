import type { Import } from "@consigne/core";
import { toInstant } from "../columns.ts";
import type { RowSource, TransactionRows } from "../row-source.ts";
import { add, tallied, type TallyColumn } from "./import-columns.ts";
import { messageBytes, tallyUp } from "./import-tallies.ts";
import { messageColumns } from "./order-columns.ts";

export type ImportAgain = Pick<Import, "jobId" | "sealedAccess" | "apiKeyId" | "address">;

/** Entries that failed when they were tried. */
export function retriable({ read }: Pick<RowSource, "read">, id: number) {
  return read
    .selectFrom("import_entries")
    .where("import_id", "=", id)
    .where("state", "=", "failed")
    .where("attempts", ">", 0);
}

export async function reopenImport(
  { write, note }: TransactionRows,
  id: number,
  { jobId, sealedAccess, apiKeyId, address }: ImportAgain,
): Promise<void> {
  const reopened = await write
    .updateTable("imports")
    .set({
      job_id: jobId,
      sealed_access: sealedAccess ?? null,
      api_key_id: apiKeyId ?? null,
      address,
      state: "walking",
      ...messageColumns([]),
      pauses: 0,
      ended_at: null,
    })
    .where("id", "=", id)
    .where("ended_at", "is not", null)
    .returning("account_id")
    .executeTakeFirst();
  if (reopened !== undefined) note(reopened.account_id, { topic: "import", id });
}

/** Runs in a transaction. */
export async function reopenFailedEntries(
  rows: TransactionRows,
  id: number,
  { after, limit, now }: { after: number; limit: number; now: Date },
): Promise<number | undefined> {
  const failed = await retriable(rows, id)
    .select((eb) => ["place" as const, "is_folder" as const, "size_bytes" as const, messageBytes(eb).as("said")])
    .where("place", ">", after)
    .orderBy("place")
    .limit(limit)
    .execute();
  if (failed.length === 0) return undefined;
  const places = failed.map(({ place }) => place);
  await rows.write
    .updateTable("import_entries")
    .set({ state: "open", attempts: 0, not_before: toInstant(now), ...messageColumns([]) })
    .where("import_id", "=", id)
    .where("place", "in", places)
    .execute();
  const changes: Partial<Record<TallyColumn, number>> = {};
  for (const { is_folder, size_bytes: bytes, said } of failed) {
    const entry = { isFolder: is_folder === 1, sizeBytes: bytes ?? undefined };
    add(changes, { ...tallied("failed", entry), text_bytes: said }, -1);
    add(changes, tallied("open", entry));
  }
  await tallyUp(rows, id, changes);
  return failed.length < limit ? undefined : places.at(-1);
}
