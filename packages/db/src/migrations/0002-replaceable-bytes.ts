import { type Kysely, sql } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Lets the bytes of contents be replaced and marked as damaged, and adds a list of bytes without a row. */
export function letBytesBeReplaced({
  text,
  wholeNumber,
  finish,
}: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async (db) => {
    const { schema } = db;
    await schema
      .alterTable("blobs")
      .addColumn("bytes_key", text, (column) => column.notNull().defaultTo(""))
      .execute();
    await schema.alterTable("blobs").addColumn("damaged_at", wholeNumber).execute();
    await sql`update blobs set bytes_key = key`.execute(db);
    await schema.createIndex("blobs_bytes").unique().on("blobs").column("bytes_key").execute();
    await finish(
      schema
        .createTable("discarded_bytes")
        .addColumn("key", text, (column) => column.notNull().primaryKey())
        .addColumn("discarded_at", wholeNumber, (column) => column.notNull()),
    ).execute();
    // Contents without a file, which used to be searched for among all contents, by this index.
    const unreferenced = sql`not exists (select 1 from files where files.blob_key = blobs.key)`;
    await sql`insert into discarded_bytes (key, discarded_at) select key, created_at from blobs where ${unreferenced}`.execute(
      db,
    );
    await sql`delete from blobs where ${unreferenced}`.execute(db);
    await schema.dropIndex("blobs_created").execute();
  };
}
