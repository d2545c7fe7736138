import type { Migration } from "kysely/migration";
import type { SchemaDialect } from "../schema-dialect.ts";
import { createInitialSchema } from "./0001-initial.ts";
import { letBytesBeReplaced } from "./0002-replaceable-bytes.ts";

/** Names sort in the order in which they run; a name that was released never changes. */
export function schemaMigrations(dialect: SchemaDialect): Record<string, Migration> {
  return {
    "0001-initial": { up: createInitialSchema(dialect) },
    "0002-replaceable-bytes": { up: letBytesBeReplaced(dialect) },
  };
}
