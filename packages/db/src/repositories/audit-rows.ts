import type { AuditRecord, AuditRepository } from "@consigne/core";
import type { Insertable } from "kysely";
import { parseJson, toDate, toInstant } from "../columns.ts";
import type { RowSource } from "../row-source.ts";
import type { AuditRecordsTable } from "../tables.ts";
import { inBatches } from "./batches.ts";

/** Keeps a statement far below the engines' limits on parameters. */
const RECORDS_PER_INSERT = 100;

export class AuditRows implements AuditRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async append(records: readonly AuditRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.#rows.atomically(async ({ write }) => {
      for (let start = 0; start < records.length; start += RECORDS_PER_INSERT) {
        const some = records.slice(start, start + RECORDS_PER_INSERT);
        await write.insertInto("audit_records").values(some.map(toRow)).execute();
      }
    });
  }

  async list(filter: Parameters<AuditRepository["list"]>[0]): Promise<AuditRecord[]> {
    let query = this.#rows.read.selectFrom("audit_records").selectAll();
    if (filter.accountId !== undefined) query = query.where("account_id", "=", filter.accountId);
    if (filter.objectId !== undefined) query = query.where("object_id", "=", filter.objectId);
    if (filter.action !== undefined) query = query.where("action", "=", filter.action);
    const rows = await query.orderBy("at", "desc").orderBy("sequence", "desc").limit(filter.limit).execute();
    return rows.map((row) => ({
      id: row.id,
      at: toDate(row.at),
      accountId: row.account_id ?? undefined,
      apiKeyId: row.api_key_id ?? undefined,
      address: row.address,
      action: row.action,
      objectId: row.object_id,
      details: parseJson<AuditRecord["details"]>(row.details),
    }));
  }

  async removeBefore(time: Date): Promise<number> {
    const { write } = this.#rows;
    const old = write.selectFrom("audit_records").select("sequence").where("at", "<", toInstant(time));
    return inBatches((limit) =>
      write.deleteFrom("audit_records").where("sequence", "in", old.limit(limit)).executeTakeFirst(),
    );
  }
}

function toRow(record: AuditRecord): Insertable<AuditRecordsTable> {
  return {
    id: record.id,
    at: toInstant(record.at),
    account_id: record.accountId ?? null,
    api_key_id: record.apiKeyId ?? null,
    address: record.address,
    action: record.action,
    object_id: record.objectId,
    details: JSON.stringify(record.details),
  };
}
