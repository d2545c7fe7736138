import type { TransactionRows } from "../row-source.ts";

/** One download of each of these files, of their accounts too. */
export async function countDownloads({ write }: Pick<TransactionRows, "write">, ids: readonly string[]): Promise<void> {
  await write
    .updateTable("files")
    .set((eb) => ({ download_count: eb("download_count", "+", 1) }))
    .where("id", "in", ids)
    .execute();
  await write
    .updateTable("accounts")
    .set((eb) => ({
      download_count: eb(
        "download_count",
        "+",
        eb
          .selectFrom("files")
          .select(({ fn }) => fn.countAll<number>().as("count"))
          .whereRef("files.account_id", "=", "accounts.id")
          .where("files.id", "in", ids),
      ),
    }))
    .where("id", "in", (eb) =>
      eb.selectFrom("files").select("account_id").where("id", "in", ids).where("account_id", "is not", null),
    )
    .execute();
}
