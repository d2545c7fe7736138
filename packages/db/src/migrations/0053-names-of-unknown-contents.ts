import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Files of an import whose name exists and whose content may be the same: a source without checksums does not tell. */
export function noteMaybePresent({ wholeNumber }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    for (const table of ["imports", "import_entries"]) {
      await schema
        .alterTable(table)
        .addColumn("maybe_present", wholeNumber, (column) => column.notNull().defaultTo(0))
        .execute();
    }
  };
}
