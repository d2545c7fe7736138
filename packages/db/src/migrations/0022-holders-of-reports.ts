import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Who made an upload, and the size of its report: reports are limited per holder. */
export function noteHoldersOfReports({ text, wholeNumber }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await schema.alterTable("uploads").addColumn("account_id", text).execute();
    await schema.alterTable("uploads").addColumn("network", text).execute();
    await schema
      .alterTable("uploads")
      .addColumn("report_bytes", wholeNumber, (column) => column.notNull().defaultTo(0))
      .execute();
    const index = (name: string) => schema.createIndex(name).on("uploads");
    await index("uploads_account").columns(["account_id", "expires_at", "id", "report_bytes"]).execute();
    await index("uploads_network").columns(["network", "expires_at", "id", "report_bytes"]).execute();
  };
}
