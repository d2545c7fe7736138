import {
  type EntryEnd,
  type FoundNames,
  type ImportEntryPage,
  type ImportEntryQuery,
  type Import,
  type ImportEnd,
  type ImportEntry,
  type ImportRepository,
  type NewImport,
  type NewImportEntry,
  type OrderOwner,
  messageBytesOf,
  pageOfEntries,
  type Permitted,
  textBytesOf,
} from "@consigne/core";
import { sql, type SqlBool, type Updateable } from "kysely";
import { toDate, toFlag, toInstant } from "../columns.ts";
import type { RowSource } from "../row-source.ts";
import type { ImportsTable } from "../tables.ts";
import { partsBySize, ROWS_PER_INSERT, textBytes } from "./batches.ts";
import {
  add,
  entryColumns,
  importColumns,
  tallied,
  type TallyColumn,
  toImport,
  toImportEntry,
} from "./import-columns.ts";
import { type ImportAgain, reopenFailedEntries, reopenImport, retriable } from "./import-reopening.ts";
import { removeImports, removeSomeImports, removeSomeOfImport, surplusImports } from "./import-removal.ts";
import { countedBefore, namesOnceKnown, tallyUp } from "./import-tallies.ts";
import { importPaths } from "./import-paths.ts";
import { messageColumns } from "./order-columns.ts";
import { unfinishedEntries } from "./unfinished-entries.ts";

export class ImportRows implements ImportRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async create(order: NewImport): Promise<number> {
    return this.#rows.atomically(async (rows) => {
      const { id } = await rows.write
        .insertInto("imports")
        .values(importColumns(order))
        .returning("id")
        .executeTakeFirstOrThrow();
      const nothing = { parent: undefined, reference: "", name: "", sizeBytes: undefined, whirlpool: undefined };
      const start = {
        ...nothing,
        isFolder: true,
        folderId: order.folderId,
        state: "open",
        messages: [],
        collides: false,
        isMaybePresent: false,
      } as const;
      await new ImportRows(rows).addEntries(id, [{ ...start, notBefore: order.requestedAt }], { collisions: 0 });
      return id;
    });
  }

  async findById(id: number): Promise<Import | undefined> {
    const row = await this.#rows.read.selectFrom("imports").selectAll().where("id", "=", id).executeTakeFirst();
    return row === undefined ? undefined : toImport(row);
  }

  async list(
    { accountId, rootFolderId }: OrderOwner,
    { before, limit }: { before: number | undefined; limit: number },
  ): Promise<Import[]> {
    let query = this.#rows.read.selectFrom("imports").selectAll().where("account_id", "=", accountId);
    if (rootFolderId !== undefined) query = query.where("root_folder_id", "=", rootFolderId);
    if (before !== undefined) query = query.where("id", "<", before);
    return (await query.orderBy("id", "desc").limit(limit).execute()).map(toImport);
  }

  async countOpen(accountId: string): Promise<number> {
    const { count } = await this.#rows.read
      .selectFrom("imports")
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .where("account_id", "=", accountId)
      .where("ended_at", "is", null)
      .executeTakeFirstOrThrow();
    return count;
  }

  async listDue(
    id: number,
    kind: "folder" | "file",
    { now, limit }: { now: Date; limit: number },
  ): Promise<ImportEntry[]> {
    const rows = await this.#open(id, kind)
      .selectAll()
      .where("not_before", "<=", toInstant(now))
      .orderBy("not_before")
      .orderBy("place")
      .limit(limit)
      .execute();
    return rows.map(toImportEntry);
  }

  async findEntry(id: number, place: number): Promise<ImportEntry | undefined> {
    const entries = this.#rows.read.selectFrom("import_entries").selectAll();
    const row = await entries.where("import_id", "=", id).where("place", "=", place).executeTakeFirst();
    return row === undefined ? undefined : toImportEntry(row);
  }

  async nextDueAt(id: number, kind: "folder" | "file"): Promise<Date | undefined> {
    const row = await this.#open(id, kind).select("not_before").orderBy("not_before").limit(1).executeTakeFirst();
    return row === undefined ? undefined : toDate(row.not_before);
  }

  #open(id: number, kind: "folder" | "file") {
    return this.#rows.read
      .selectFrom("import_entries")
      .where("import_id", "=", id)
      .where("is_folder", "=", toFlag(kind === "folder"))
      .where("state", "=", sql.lit("open"));
  }

  async addEntries(
    id: number,
    entries: readonly NewImportEntry[],
    { collisions, maybePresent = 0 }: FoundNames,
  ): Promise<void> {
    await this.#rows.atomically(async (rows) => {
      const { read, write } = rows;
      const { entry_count: first } = await read
        .selectFrom("imports")
        .select("entry_count")
        .where("id", "=", id)
        .executeTakeFirstOrThrow();
      const values = entries.map((entry, at) => entryColumns(id, first + at, entry));
      for (const part of partsBySize(values, textBytes, ROWS_PER_INSERT)) {
        await write.insertInto("import_entries").values(part).execute();
      }
      const changes: Partial<Record<TallyColumn, number>> = { collisions, maybe_present: maybePresent, text_bytes: 0 };
      for (const entry of entries) add(changes, { ...tallied(entry.state, entry), text_bytes: textBytesOf(entry) });
      await tallyUp(rows, id, changes, { entry_count: first + entries.length });
    });
  }

  async removeUnfinished(id: number, limit: number): Promise<number> {
    return this.#rows.atomically(async (rows) => {
      const { read, write } = rows;
      const unfinished = await unfinishedEntries(read, id, limit);
      const first = unfinished.at(-1)?.place;
      if (first === undefined) return 0;
      await write.deleteFrom("import_entries").where("import_id", "=", id).where("place", ">=", first).execute();
      const changes: Partial<Record<TallyColumn, number>> = {};
      for (const { is_folder, state, size_bytes: bytes, text_bytes } of unfinished) {
        const entry = { isFolder: is_folder === 1, sizeBytes: bytes ?? undefined };
        add(changes, { ...tallied(state, entry), text_bytes }, -1);
      }
      await tallyUp(rows, id, changes, { entry_count: first });
      return unfinished.length;
    });
  }

  async endEntry(id: number, place: number, { state, messages, fileId }: EntryEnd): Promise<boolean> {
    return this.#rows.atomically(async (rows) => {
      const before = await countedBefore(rows.read, id, place);
      const names = namesOnceKnown(state, before);
      const more = { ...(fileId === undefined ? {} : { file_id: fileId }), ...names };
      const row = await rows.write
        .updateTable("import_entries")
        .set({ state, ...messageColumns(messages), ...more })
        .where("import_id", "=", id)
        .where("place", "=", place)
        .where("state", "=", "open")
        .returning(["is_folder", "size_bytes"])
        .executeTakeFirst();
      if (row === undefined) return false;
      const entry = { isFolder: row.is_folder === 1, sizeBytes: row.size_bytes ?? undefined };
      const changes = tallied(state, entry);
      for (const [name, count = 0] of Object.entries(tallied("open", entry))) changes[name as TallyColumn] = -count;
      changes.text_bytes = messageBytesOf(messages) - before.messageBytes;
      changes.collisions = names.collides - before.collisions;
      changes.maybe_present = names.maybe_present - before.maybePresent;
      await tallyUp(rows, id, changes);
      return true;
    });
  }

  /** False if it has ended. */
  async #changeOpen(id: number, changes: Updateable<ImportsTable>): Promise<boolean> {
    return this.#rows.atomically(async ({ write, note }) => {
      const open = await write
        .updateTable("imports")
        .set(changes)
        .where("id", "=", id)
        .where("ended_at", "is", null)
        .returning("account_id")
        .executeTakeFirst();
      if (open === undefined) return false;
      note(open.account_id, { topic: "import", id });
      return true;
    });
  }

  async noteAttempt(
    id: number,
    place: number,
    {
      attempts,
      notBefore,
      messages,
    }: Pick<ImportEntry, "attempts" | "notBefore"> & Partial<Pick<ImportEntry, "messages">>,
  ): Promise<void> {
    await this.#rows.atomically(async (rows) => {
      const before = messages === undefined ? undefined : await countedBefore(rows.read, id, place);
      const { numUpdatedRows } = await rows.write
        .updateTable("import_entries")
        .set({ attempts, not_before: toInstant(notBefore), ...(messages && messageColumns(messages)) })
        .where("import_id", "=", id)
        .where("place", "=", place)
        .where("state", "=", "open")
        .executeTakeFirst();
      if (messages === undefined || before === undefined || numUpdatedRows === 0n) return;
      await tallyUp(rows, id, { text_bytes: messageBytesOf(messages) - before.messageBytes });
    });
  }

  async handOver(
    id: number,
    { jobId, messages, pauses }: Pick<Import, "jobId" | "messages" | "pauses">,
  ): Promise<void> {
    await this.#changeOpen(id, { job_id: jobId, ...messageColumns(messages), pauses });
  }

  async endPause(id: number): Promise<void> {
    await this.#changeOpen(id, { ...messageColumns([]), pauses: 0 });
  }

  async beginCopying(id: number, paceMs: number): Promise<void> {
    await this.#changeOpen(id, { state: "copying", pace_ms: paceMs });
  }

  async end(id: number, { state, at, messages, paceMs }: ImportEnd & { paceMs?: number }): Promise<boolean> {
    return this.#changeOpen(id, {
      state,
      ...messageColumns(messages),
      ended_at: toInstant(at),
      sealed_access: null,
      ...(paceMs === undefined ? {} : { pace_ms: paceMs }),
    });
  }

  async hasRetriable(id: number): Promise<boolean> {
    return (await retriable(this.#rows, id).select("place").limit(1).executeTakeFirst()) !== undefined;
  }

  async reopen(id: Permitted<"remote.manage", number>, again: ImportAgain): Promise<void> {
    await this.#rows.atomically((rows) => reopenImport(rows, id, again));
  }

  async reopenFailed(id: number, page: { after: number; limit: number; now: Date }): Promise<number | undefined> {
    return this.#rows.atomically((rows) => reopenFailedEntries(rows, id, page));
  }

  async listEntries(
    id: number,
    { states, areCollisions = false, after, limit }: ImportEntryQuery,
  ): Promise<ImportEntryPage> {
    if (states.length === 0) return { entries: [], isLast: true };
    let chosen = this.#rows.read
      .selectFrom("import_entries")
      .selectAll()
      .where("import_id", "=", id)
      .where("state", "in", states)
      // The starting folder has no name of its own.
      .where("place", ">", after ?? 0);
    // As a literal, so that the partial index matches.
    if (areCollisions) chosen = chosen.where(sql<SqlBool>`collides = 1`);
    const rows = await chosen.orderBy("place").limit(limit).execute();
    const entries = rows.map(toImportEntry);
    const pathOf = await importPaths(this.#rows.read, id, entries);
    const page = pageOfEntries(entries, pathOf);
    return { entries: page, isLast: page.length === entries.length && entries.length < limit };
  }

  async removeSome(id: number): Promise<boolean> {
    return this.#rows.atomically((rows) => removeSomeOfImport(rows, id));
  }

  async removeOldestEnded(accountId: string, most: { imports: number; bytes: number }): Promise<number> {
    return removeImports(this.#rows, await surplusImports(this.#rows, accountId, most));
  }

  async removeEndedBefore(time: Date): Promise<number> {
    const ended = this.#rows.read.selectFrom("imports").select("id").where("ended_at", "<", toInstant(time));
    return removeImports(
      this.#rows,
      (await ended.execute()).map(({ id }) => id),
    );
  }

  async removeSomeByAccount(id: string): Promise<number> {
    return this.#rows.atomically((rows) => removeSomeImports(rows, id));
  }
}
