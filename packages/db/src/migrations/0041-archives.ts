import { type Kysely, sql } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

const kept =
  "hash, file_id, account_id, api_key_id, session_id, is_inline, is_single, created_at, start_before, expires_at, " +
  "started_at, client_address";

/** Download tokens for archives, which have no single file. Each engine has its own way of making a column nullable. */
export function letTokensBeOfArchives({
  text,
  wholeNumber,
  finish,
}: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async (db) => {
    const { schema } = db;
    await finish(
      schema
        .createTable("download_tokens_next")
        .addColumn("hash", text, (column) => column.notNull().primaryKey())
        .addColumn("file_id", text, (column) => column.references("files.id").onDelete("cascade"))
        .addColumn("archive", text)
        .addColumn("account_id", text)
        .addColumn("api_key_id", text)
        .addColumn("session_id", text)
        .addColumn("is_inline", wholeNumber, (column) => column.notNull())
        .addColumn("is_single", wholeNumber, (column) => column.notNull())
        .addColumn("created_at", wholeNumber, (column) => column.notNull())
        .addColumn("start_before", wholeNumber, (column) => column.notNull())
        .addColumn("expires_at", wholeNumber, (column) => column.notNull())
        .addColumn("started_at", wholeNumber)
        .addColumn("client_address", text),
    ).execute();
    const columns = sql.raw(kept);
    await sql`insert into download_tokens_next (${columns}) select ${columns} from download_tokens`.execute(db);
    await schema.dropTable("download_tokens").execute();
    await schema.alterTable("download_tokens_next").renameTo("download_tokens").execute();
    const index = (name: string) => schema.createIndex(name).on("download_tokens");
    await index("download_tokens_file").column("file_id").execute();
    await index("download_tokens_key").column("api_key_id").execute();
    await index("download_tokens_expiry").column("expires_at").execute();
    await index("download_tokens_keyless")
      .column("account_id")
      .where(sql<boolean>`api_key_id is null and account_id is not null`)
      .execute();
  };
}
