import { sql } from "kysely";
import type { ColumnDefinitionBuilder, CreateTableBuilder, Expression } from "kysely";

/** Where the engines differ in the words that make tables. Queries are the same for all of them. */
export interface SchemaDialect {
  /** Holds any safe integer. */
  readonly wholeNumber: "integer" | "bigint";
  /** Text that is compared and sorted by its UTF-8 bytes. */
  readonly text: "text" | Expression<unknown>;
  /** Makes the column a primary key the engine counts up and never gives out twice. */
  identity(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder;
  /** Whatever must stand behind the closing bracket of a table. */
  finish<Name extends string, Columns extends string>(
    table: CreateTableBuilder<Name, Columns>,
  ): CreateTableBuilder<Name, Columns>;
}

export const sqliteSchema: SchemaDialect = {
  wholeNumber: "integer",
  text: "text",
  // A number used again would let a key fenced to a removed folder see somebody's new one.
  identity: (column) => column.primaryKey().autoIncrement(),
  // Without it SQLite stores whatever it is given, whatever the column says.
  finish: (table) => table.modifyEnd(sql`strict`),
};
