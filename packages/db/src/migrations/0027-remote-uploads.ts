import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** What the server was asked to fetch, and each address of it. */
export function addRemoteUploads({ text, wholeNumber, identity, finish }: SchemaDialect) {
  return async ({ schema }: Kysely<unknown>): Promise<void> => {
    await finish(
      schema
        .createTable("remote_requests")
        .addColumn("id", wholeNumber, (column) => identity(column))
        .addColumn("account_id", text, (column) => column.notNull().references("accounts.id"))
        .addColumn("api_key_id", text)
        .addColumn("address", text, (column) => column.notNull())
        .addColumn("root_folder_id", wholeNumber, (column) => column.notNull())
        .addColumn("folder_id", wholeNumber, (column) => column.notNull())
        .addColumn("requested_at", wholeNumber, (column) => column.notNull())
        .addColumn("sealed_headers", text)
        .addColumn("size_bytes", wholeNumber, (column) => column.notNull())
        .addColumn("ended_at", wholeNumber),
    ).execute();
    await finish(
      schema
        .createTable("remote_items")
        .addColumn("id", text, (column) => column.notNull().primaryKey())
        .addColumn("request_id", wholeNumber, (column) => column.notNull().references("remote_requests.id"))
        .addColumn("place", wholeNumber, (column) => column.notNull())
        .addColumn("account_id", text, (column) => column.notNull())
        .addColumn("job_id", text, (column) => column.notNull())
        .addColumn("url", text, (column) => column.notNull())
        .addColumn("sealed_url", text)
        .addColumn("has_credentials", wholeNumber, (column) => column.notNull())
        .addColumn("state", text, (column) => column.notNull())
        .addColumn("message", text, (column) => column.notNull())
        .addColumn("file_id", text)
        .addColumn("file_name", text)
        .addColumn("file_bytes", wholeNumber)
        .addColumn("ended_at", wholeNumber),
    ).execute();
    const index = (name: string, table: string) => schema.createIndex(name).on(table);
    await index("remote_requests_account", "remote_requests").columns(["account_id", "id"]).execute();
    await index("remote_requests_ended", "remote_requests").columns(["ended_at", "id"]).execute();
    await index("remote_items_request", "remote_items").columns(["request_id", "place"]).execute();
    await index("remote_items_open", "remote_items")
      .columns(["account_id", "request_id"])
      .where(sql.ref("ended_at"), "is", null)
      .execute();
  };
}
