import { type RawBuilder, sql } from "kysely";
import type { PreparedWrite } from "../row-source.ts";
import type { Tables } from "../tables.ts";

/**
 * An insertion of a row at a time, which is given the values of `columns` in their order.
 * @param name stands for this one statement in the whole program
 * @param rest what follows on the values, as `returning`
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
