import { sortName } from "@consigne/core";
import { type Kysely, sql } from "kysely";
import { valueRows } from "../repositories/value-rows.ts";
import type { SchemaDialect } from "../schema-dialect.ts";

const ROWS_AT_A_TIME = 250;

/** Sort keys of names, and the orders in which folders are listed. */
export function sortNames({ text }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async (db) => {
    for (const table of ["files", "folders"]) {
      await db.schema
        .alterTable(table)
        .addColumn("sort_name", text, (column) => column.notNull().defaultTo(""))
        .execute();
    }
    await fill(db, { table: "files", type: "text", before: "" });
    await fill(db, { table: "folders", type: "bigint", before: 0 });
    const index = (name: string, table: string) => db.schema.createIndex(name).on(table);
    await index("files_by_name", "files").columns(["folder_id", "sort_name", "id"]).execute();
    await index("files_by_size", "files").columns(["folder_id", "size_bytes", "id"]).execute();
    await index("folders_by_name", "folders").columns(["parent_id", "sort_name"]).execute();
    await index("folders_by_date", "folders").columns(["parent_id", "created_at"]).execute();
  };
}

interface Filled {
  table: "files" | "folders";
  type: "text" | "bigint";
  /** Comes before every id. */
  before: string | number;
}

/** In portions, however many names there are. */
async function fill(db: Kysely<unknown>, { table, type, before }: Filled): Promise<void> {
  for (let after = before; ;) {
    const { rows } = await sql<{ id: string | number; name: string }>`
      select id, name from ${sql.table(table)} where id > ${after} order by id limit ${ROWS_AT_A_TIME}`.execute(db);
    const last = rows.at(-1);
    if (last === undefined) return;
    const given = valueRows(
      [type, "text"],
      rows.map(({ id, name }) => [id, sortName(name)]),
    );
    await sql`
      with given(id, sort_name) as (${given})
      update ${sql.table(table)} set sort_name = given.sort_name
      from given where ${sql.ref(`${table}.id`)} = given.id`.execute(db);
    after = last.id;
  }
}
