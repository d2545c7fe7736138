import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

const tallies = [
  "folders_open",
  "folders_done",
  "folders_failed",
  "files_open",
  "files_done",
  "files_present",
  "files_failed",
  "bytes_open",
  "bytes_done",
  "bytes_present",
  "bytes_failed",
  "collisions",
  "entry_count",
];

/** What accounts import from elsewhere, with each folder and file. */
export function addImports({ text, wholeNumber, identity, finish }: SchemaDialect) {
  return async ({ schema }: Kysely<unknown>): Promise<void> => {
    let imports = schema
      .createTable("imports")
      .addColumn("id", wholeNumber, (column) => identity(column))
      .addColumn("account_id", text, (column) => column.notNull().references("accounts.id"))
      .addColumn("api_key_id", text)
      .addColumn("address", text, (column) => column.notNull())
      .addColumn("root_folder_id", wholeNumber, (column) => column.notNull())
      .addColumn("folder_id", wholeNumber, (column) => column.notNull())
      .addColumn("requested_at", wholeNumber, (column) => column.notNull())
      .addColumn("kind", text, (column) => column.notNull())
      .addColumn("source_url", text, (column) => column.notNull())
      .addColumn("source_path", text, (column) => column.notNull())
      .addColumn("sealed_access", text)
      .addColumn("is_plan", wholeNumber, (column) => column.notNull())
      .addColumn("job_id", text, (column) => column.notNull())
      .addColumn("state", text, (column) => column.notNull())
      .addColumn("message", text, (column) => column.notNull())
      .addColumn("pauses", wholeNumber, (column) => column.notNull())
      .addColumn("pace_ms", wholeNumber)
      .addColumn("ended_at", wholeNumber);
    for (const name of tallies) imports = imports.addColumn(name, wholeNumber, (column) => column.notNull());
    await finish(imports).execute();
    await finish(
      schema
        .createTable("import_entries")
        .addColumn("import_id", wholeNumber, (column) => column.notNull().references("imports.id"))
        .addColumn("place", wholeNumber, (column) => column.notNull())
        .addColumn("is_folder", wholeNumber, (column) => column.notNull())
        .addColumn("parent", wholeNumber)
        .addColumn("reference", text, (column) => column.notNull())
        .addColumn("name", text, (column) => column.notNull())
        .addColumn("folder_id", wholeNumber)
        .addColumn("size_bytes", wholeNumber)
        .addColumn("whirlpool", text)
        .addColumn("state", text, (column) => column.notNull())
        .addColumn("attempts", wholeNumber, (column) => column.notNull())
        .addColumn("not_before", wholeNumber, (column) => column.notNull())
        .addColumn("message", text, (column) => column.notNull())
        .addColumn("file_id", text)
        .addPrimaryKeyConstraint("import_entries_key", ["import_id", "place"]),
    ).execute();
    const index = (name: string, table: string) => schema.createIndex(name).on(table);
    await index("imports_account", "imports").columns(["account_id", "id"]).execute();
    await index("imports_ended", "imports").columns(["ended_at", "id"]).execute();
    await index("import_entries_open", "import_entries")
      .columns(["import_id", "is_folder", "not_before", "place"])
      .where(sql.ref("state"), "=", sql.lit("open"))
      .execute();
    await index("import_entries_state", "import_entries").columns(["import_id", "state", "place"]).execute();
  };
}
