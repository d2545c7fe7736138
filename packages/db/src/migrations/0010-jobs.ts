import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { SchemaDialect } from "../schema-dialect.ts";

/** Work that outlives a call, in the same database as its cause so that both commit together. */
export function addJobs({ text, wholeNumber, finish }: SchemaDialect): (db: Kysely<unknown>) => Promise<void> {
  return async (db) => {
    await finish(
      db.schema
        .createTable("jobs")
        .addColumn("id", text, (column) => column.notNull().primaryKey())
        .addColumn("kind", text, (column) => column.notNull())
        .addColumn("payload", text, (column) => column.notNull())
        .addColumn("account_id", text)
        .addColumn("unique_key", text)
        .addColumn("priority", wholeNumber, (column) => column.notNull())
        .addColumn("turn", wholeNumber)
        .addColumn("state", text, (column) => column.notNull())
        .addColumn("run_at", wholeNumber, (column) => column.notNull())
        .addColumn("attempts", wholeNumber, (column) => column.notNull())
        .addColumn("max_attempts", wholeNumber, (column) => column.notNull())
        .addColumn("progress_done", wholeNumber)
        .addColumn("progress_total", wholeNumber)
        .addColumn("last_error", text)
        .addColumn("is_cancel_requested", wholeNumber, (column) => column.notNull())
        .addColumn("claim_id", text)
        .addColumn("worker", text)
        .addColumn("lease_ends_at", wholeNumber)
        .addColumn("created_at", wholeNumber, (column) => column.notNull())
        .addColumn("started_at", wholeNumber)
        .addColumn("ended_at", wholeNumber),
    ).execute();
    const index = (name: string) => db.schema.createIndex(name).on("jobs");
    await index("jobs_unique").unique().column("unique_key").where(sql.ref("ended_at"), "is", null).execute();
    await index("jobs_ready")
      .columns(["priority", "turn", "id"])
      .where(sql.ref("state"), "=", sql.lit("ready"))
      .execute();
    await index("jobs_delayed").columns(["run_at", "id"]).where(sql.ref("state"), "=", sql.lit("delayed")).execute();
    await index("jobs_running").column("lease_ends_at").where(sql.ref("state"), "=", sql.lit("running")).execute();
    await index("jobs_turns")
      .columns(["account_id", "priority", "turn"])
      .where(sql.ref("ended_at"), "is", null)
      .execute();
    await index("jobs_created").columns(["created_at", "id"]).execute();
    await index("jobs_ended").columns(["ended_at", "id"]).execute();
    await finish(
      db.schema
        .createTable("job_marks")
        .addColumn("name", text, (column) => column.notNull().primaryKey())
        .addColumn("value", wholeNumber, (column) => column.notNull()),
    ).execute();
  };
}
