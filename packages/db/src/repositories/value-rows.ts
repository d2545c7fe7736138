import { type RawBuilder, sql } from "kysely";

export type ColumnType = "text" | "bigint";
export type Value = string | number | null;

/**
 * Rows for a common table expression, `with given(id, count) as (values ...)`: the values that differ for each row of
 * one statement. The casts give PostgreSQL the types, which it would take for text otherwise.
 */
export function valueRows(types: readonly ColumnType[], rows: readonly (readonly Value[])[]): RawBuilder<unknown> {
  const first = rows
    .slice(0, 1)
    .map((row) => row.map((value, at) => sql`cast(${value} as ${sql.raw(types[at] ?? "text")})`));
  const others = rows.slice(1).map((row) => row.map((value) => sql`${value}`));
  return sql`values ${sql.join([...first, ...others].map((row) => sql`(${sql.join(row)})`))}`;
}

/** The same with placeholders, for a prepared statement. */
export function placeholderRows(types: readonly ColumnType[], rowCount: number): RawBuilder<unknown> {
  return valueRows(types, Array<readonly null[]>(rowCount).fill(Array<null>(types.length).fill(null)));
}
