import { type Kysely, sql } from "kysely";

/** Records of the operator and of guests have no account by which to find the newest of them. */
export async function orderRecordsWithoutAccount({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createIndex("audit_records_without_account")
    .on("audit_records")
    .column("account_id")
    .column(sql`(address = 'operator')`)
    .columns(["at", "sequence"])
    .where(sql<boolean>`account_id is null`)
    .execute();
}
