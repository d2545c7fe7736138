import { type RawBuilder, sql } from "kysely";
import type { PreparedWrite } from "../row-source.ts";
import type { Tables } from "../tables.ts";

/**
 * Inserts one row at a time, from the values of `columns` in their order.
 * @param name identifies this statement in the whole program
 * @param rest what follows the values, such as `returning`
 */
export function rowInsertion<Row = unknown>(
  name: string,
  table: keyof Tables,
  columns: readonly string[],
  rest: RawBuilder<unknown> = sql``,
): PreparedWrite<Row> {
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const values = sql.join(columns.map(() => sql`${null}`));
  return {
    name,
    most: 1,
    build: (db) => sql<Row>`insert into ${sql.table(table)} (${names}) values (${values}) ${rest}`.compile(db),
  };
}
