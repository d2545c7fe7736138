import { sql } from "kysely";
import type { ColumnDefinitionBuilder, CreateTableBuilder, Expression } from "kysely";

/** The differences between the engines in creating tables. Queries are the same for all of them. */
export interface SchemaDialect {
  /** Holds any safe integer. */
  readonly wholeNumber: "integer" | "bigint";
  /** Text that is compared and sorted by its UTF-8 bytes. */
  readonly text: "text" | Expression<unknown>;
  /** Makes the column a primary key that the engine increments and never reuses. */
  identity(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder;
  /** Adds whatever must follow the closing bracket of a table. */
  finish<Name extends string, Columns extends string>(
    table: CreateTableBuilder<Name, Columns>,
  ): CreateTableBuilder<Name, Columns>;
}

export const sqliteSchema: SchemaDialect = {
  wholeNumber: "integer",
  text: "text",
  // A reused number would let a key that is restricted to a removed folder see somebody's new one.
  identity: (column) => column.primaryKey().autoIncrement(),
  // Without it SQLite stores any value, whatever the column's type.
  finish: (table) => table.modifyEnd(sql`strict`),
};
