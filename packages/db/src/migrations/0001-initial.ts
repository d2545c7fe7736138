import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Instants, flags and JSON are stored as described in tables.ts. */
export function createInitialSchema(dialect: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async (db) => {
    await createAccounts(db, dialect);
    await createFolders(db, dialect);
    await createBlobsAndFiles(db, dialect);
    await createApiKeys(db, dialect);
    await createUploads(db, dialect);
    await createDownloadTokens(db, dialect);
    await createFloodLocks(db, dialect);
    await createAuditRecords(db, dialect);
  };
}

async function createAccounts(db: Kysely<unknown>, { text, wholeNumber, finish }: SchemaDialect): Promise<void> {
  await finish(
    db.schema
      .createTable("accounts")
      .addColumn("id", text, (column) => column.notNull().primaryKey())
      .addColumn("email", text, (column) => column.notNull())
      .addColumn("email_key", text, (column) => column.notNull().unique())
      .addColumn("password_hash", text, (column) => column.notNull())
      .addColumn("plan_id", text, (column) => column.notNull())
      .addColumn("plan_ends_at", wholeNumber)
      .addColumn("is_admin", wholeNumber, (column) => column.notNull())
      .addColumn("is_locked", wholeNumber, (column) => column.notNull())
      .addColumn("settings", text, (column) => column.notNull())
      .addColumn("created_at", wholeNumber, (column) => column.notNull()),
  ).execute();
}

async function createFolders(
  db: Kysely<unknown>,
  { text, wholeNumber, identity, finish }: SchemaDialect,
): Promise<void> {
  await finish(
    db.schema
      .createTable("folders")
      .addColumn("id", wholeNumber, (column) => identity(column))
      .addColumn("account_id", text, (column) => column.notNull().references("accounts.id"))
      .addColumn("parent_id", wholeNumber, (column) => column.references("folders.id"))
      .addColumn("name", text, (column) => column.notNull())
      .addColumn("created_at", wholeNumber, (column) => column.notNull())
      .addColumn("public_share_id", text, (column) => column.unique())
      .addColumn("share_password_hash", text)
      .addUniqueConstraint("folders_parent_name", ["parent_id", "name"]),
  ).execute();
  await db.schema
    .createIndex("folders_root")
    .unique()
    .on("folders")
    .column("account_id")
    .where(sql.ref("parent_id"), "is", null)
    .execute();
}

async function createBlobsAndFiles(db: Kysely<unknown>, dialect: SchemaDialect): Promise<void> {
  const { text, wholeNumber, finish } = dialect;
  await finish(
    db.schema
      .createTable("blobs")
      .addColumn("key", text, (column) => column.notNull().primaryKey())
      .addColumn("whirlpool", text, (column) => column.notNull())
      .addColumn("size_bytes", wholeNumber, (column) => column.notNull())
      .addColumn("created_at", wholeNumber, (column) => column.notNull())
      .addUniqueConstraint("blobs_identity", ["whirlpool", "size_bytes"]),
  ).execute();
  await db.schema.createIndex("blobs_created").on("blobs").columns(["created_at", "key"]).execute();
  await finish(
    db.schema
      .createTable("files")
      .addColumn("id", text, (column) => column.notNull().primaryKey())
      .addColumn("account_id", text, (column) => column.references("accounts.id"))
      .addColumn("folder_id", wholeNumber, (column) => column.references("folders.id"))
      .addColumn("name", text, (column) => column.notNull())
      .addColumn("blob_key", text, (column) => column.notNull().references("blobs.key").onUpdate("cascade"))
      .addColumn("size_bytes", wholeNumber, (column) => column.notNull())
      .addColumn("content_type", text, (column) => column.notNull())
      .addColumn("domain", wholeNumber, (column) => column.notNull())
      .addColumn("description", text, (column) => column.notNull())
      .addColumn("password_hash", text)
      .addColumn("access_list", text)
      .addColumn("is_inline", wholeNumber, (column) => column.notNull())
      .addColumn("is_ssl_disabled", wholeNumber, (column) => column.notNull())
      .addColumn("is_cdn", wholeNumber, (column) => column.notNull())
      .addColumn("removal_code", text, (column) => column.notNull())
      .addColumn("created_at", wholeNumber, (column) => column.notNull())
      .addCheckConstraint("files_placed_or_guest", sql`(account_id is null) = (folder_id is null)`),
  ).execute();
  const { schema } = db;
  // The size comes last so that lists keep their order and sums never touch the table.
  await schema
    .createIndex("files_folder")
    .on("files")
    .columns(["folder_id", "created_at", "id", "size_bytes"])
    .execute();
  await schema
    .createIndex("files_account")
    .on("files")
    .columns(["account_id", "created_at", "id", "size_bytes"])
    .execute();
  await schema.createIndex("files_name").on("files").columns(["folder_id", "name", "created_at", "id"]).execute();
  await schema.createIndex("files_blob").on("files").columns(["blob_key", "id"]).execute();
}

async function createApiKeys(db: Kysely<unknown>, { text, wholeNumber, finish }: SchemaDialect): Promise<void> {
  await finish(
    db.schema
      .createTable("api_keys")
      .addColumn("id", text, (column) => column.notNull().primaryKey())
      .addColumn("account_id", text, (column) => column.notNull().references("accounts.id"))
      .addColumn("name", text, (column) => column.notNull())
      .addColumn("hash", text, (column) => column.notNull().unique())
      .addColumn("hint", text, (column) => column.notNull())
      .addColumn("scopes", text, (column) => column.notNull())
      // No reference: it would either keep the folder from being removed or lift the key's restriction with it.
      .addColumn("fence_folder_id", wholeNumber)
      .addColumn("allowed_addresses", text, (column) => column.notNull())
      .addColumn("expires_at", wholeNumber)
      .addColumn("revoked_at", wholeNumber)
      .addColumn("last_used_at", wholeNumber)
      .addColumn("created_at", wholeNumber, (column) => column.notNull()),
  ).execute();
  await db.schema.createIndex("api_keys_account").on("api_keys").columns(["account_id", "created_at", "id"]).execute();
}

async function createUploads(db: Kysely<unknown>, { text, wholeNumber, finish }: SchemaDialect): Promise<void> {
  await finish(
    db.schema
      .createTable("uploads")
      .addColumn("id", text, (column) => column.notNull().primaryKey())
      .addColumn("state", text, (column) => column.notNull())
      .addColumn("report", text)
      .addColumn("created_at", wholeNumber, (column) => column.notNull())
      .addColumn("expires_at", wholeNumber, (column) => column.notNull()),
  ).execute();
  await db.schema.createIndex("uploads_expiry").on("uploads").column("expires_at").execute();
}

async function createDownloadTokens(db: Kysely<unknown>, { text, wholeNumber, finish }: SchemaDialect): Promise<void> {
  await finish(
    db.schema
      .createTable("download_tokens")
      .addColumn("hash", text, (column) => column.notNull().primaryKey())
      .addColumn("file_id", text, (column) => column.notNull().references("files.id").onDelete("cascade"))
      .addColumn("account_id", text)
      .addColumn("api_key_id", text)
      .addColumn("is_inline", wholeNumber, (column) => column.notNull())
      .addColumn("is_single", wholeNumber, (column) => column.notNull())
      .addColumn("created_at", wholeNumber, (column) => column.notNull())
      .addColumn("start_before", wholeNumber, (column) => column.notNull())
      .addColumn("expires_at", wholeNumber, (column) => column.notNull())
      .addColumn("started_at", wholeNumber)
      .addColumn("client_address", text),
  ).execute();
  const { schema } = db;
  await schema.createIndex("download_tokens_file").on("download_tokens").column("file_id").execute();
  await schema.createIndex("download_tokens_key").on("download_tokens").column("api_key_id").execute();
  await schema.createIndex("download_tokens_expiry").on("download_tokens").column("expires_at").execute();
}

async function createFloodLocks(db: Kysely<unknown>, { text, wholeNumber, finish }: SchemaDialect): Promise<void> {
  await finish(
    db.schema
      .createTable("flood_locks")
      .addColumn("id", text, (column) => column.notNull().primaryKey())
      .addColumn("kind", text, (column) => column.notNull())
      .addColumn("subject", text, (column) => column.notNull())
      .addColumn("rule_number", wholeNumber, (column) => column.notNull())
      .addColumn("locked_at", wholeNumber, (column) => column.notNull())
      .addColumn("locked_until", wholeNumber, (column) => column.notNull())
      .addColumn("released_at", wholeNumber),
  ).execute();
  const { schema } = db;
  await schema.createIndex("flood_locks_end").on("flood_locks").column("locked_until").execute();
  await schema
    .createIndex("flood_locks_subject")
    .on("flood_locks")
    .columns(["kind", "subject", "locked_at", "id"])
    .execute();
}

async function createAuditRecords(db: Kysely<unknown>, dialect: SchemaDialect): Promise<void> {
  const { text, wholeNumber, identity, finish } = dialect;
  await finish(
    db.schema
      .createTable("audit_records")
      .addColumn("sequence", wholeNumber, (column) => identity(column))
      .addColumn("id", text, (column) => column.notNull())
      .addColumn("at", wholeNumber, (column) => column.notNull())
      .addColumn("account_id", text)
      .addColumn("api_key_id", text)
      .addColumn("address", text, (column) => column.notNull())
      .addColumn("action", text, (column) => column.notNull())
      .addColumn("object_id", text, (column) => column.notNull())
      .addColumn("details", text, (column) => column.notNull()),
  ).execute();
  const { schema } = db;
  await schema.createIndex("audit_records_time").on("audit_records").columns(["at", "sequence"]).execute();
  await schema
    .createIndex("audit_records_account")
    .on("audit_records")
    .columns(["account_id", "at", "sequence"])
    .execute();
  await schema
    .createIndex("audit_records_object")
    .on("audit_records")
    .columns(["object_id", "at", "sequence"])
    .execute();
  await finish(
    db.schema
      .createTable("write_probe")
      .addColumn("id", wholeNumber, (column) => column.notNull().primaryKey())
      .addColumn("written_at", wholeNumber, (column) => column.notNull()),
  ).execute();
}
