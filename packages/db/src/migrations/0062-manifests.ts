import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/**
 * Digests of the leaves of contents, and of parts being received; contents that turned out to be identical to others.
 * Blocks are found by the size of the blocked content.
 */
export function addManifests({ text, wholeNumber, finish }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async ({ schema }) => {
    await finish(
      schema
        .createTable("content_leaves")
        .addColumn("content_id", text, (column) => column.notNull())
        .addColumn("place", wholeNumber, (column) => column.notNull())
        .addColumn("digests", text, (column) => column.notNull())
        .addPrimaryKeyConstraint("content_leaves_pk", ["content_id", "place"]),
    ).execute();
    await finish(
      schema
        .createTable("merged_contents")
        .addColumn("id", text, (column) => column.notNull().primaryKey())
        .addColumn("into_id", text, (column) => column.notNull())
        .addColumn("merged_at", wholeNumber, (column) => column.notNull()),
    ).execute();
    await schema.createIndex("merged_contents_age").on("merged_contents").column("merged_at").execute();
    await schema
      .alterTable("blobs")
      .addColumn("has_leaves", wholeNumber, (column) => column.notNull().defaultTo(0))
      .execute();
    await schema
      .alterTable("upload_parts")
      .addColumn("leaves", text, (column) => column.notNull().defaultTo(""))
      .execute();
    await schema.createIndex("content_blocks_size").on("content_blocks").column("size_bytes").execute();
  };
}
