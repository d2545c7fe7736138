import type { EntryState, Import, ImportEntry, NewImport, NewImportEntry } from "@consigne/core";
import type { Insertable, Selectable } from "kysely";
import { toDate, toFlag, toInstant } from "../columns.ts";
import type { ImportEntriesTable, ImportsTable } from "../tables.ts";
import { messageColumns, orderColumns, toMessages, toOrder } from "./order-columns.ts";

const noTallies = {
  folders_open: 0,
  folders_done: 0,
  folders_failed: 0,
  files_open: 0,
  files_done: 0,
  files_present: 0,
  files_failed: 0,
  bytes_open: 0,
  bytes_done: 0,
  bytes_present: 0,
  bytes_failed: 0,
  collisions: 0,
  maybe_present: 0,
  text_bytes: 0,
};

/** Counts of an import. */
export type TallyColumn = keyof typeof noTallies;

export function importColumns(order: NewImport): Insertable<ImportsTable> {
  return {
    ...noTallies,
    ...orderColumns(order),
    kind: order.kind,
    source_url: order.sourceUrl,
    source_path: order.sourcePath,
    sealed_access: order.sealedAccess ?? null,
    is_plan: toFlag(order.isPlan),
    job_id: order.jobId,
    state: "walking",
    ...messageColumns([]),
    pauses: 0,
    entry_count: 0,
  };
}

export function toImport(row: Selectable<ImportsTable>): Import {
  return {
    ...toOrder(row),
    id: row.id,
    kind: row.kind,
    sourceUrl: row.source_url,
    sourcePath: row.source_path,
    sealedAccess: row.sealed_access ?? undefined,
    isPlan: row.is_plan === 1,
    jobId: row.job_id,
    state: row.state,
    messages: toMessages(row),
    pauses: row.pauses,
    paceMs: row.pace_ms ?? undefined,
    tallies: {
      folders: { open: row.folders_open, done: row.folders_done, failed: row.folders_failed },
      files: {
        open: { count: row.files_open, bytes: row.bytes_open },
        done: { count: row.files_done, bytes: row.bytes_done },
        present: { count: row.files_present, bytes: row.bytes_present },
        failed: { count: row.files_failed, bytes: row.bytes_failed },
      },
      collisions: row.collisions,
      maybePresent: row.maybe_present,
    },
    textBytes: row.text_bytes,
  };
}

export function entryColumns(importId: number, place: number, entry: NewImportEntry): Insertable<ImportEntriesTable> {
  return {
    import_id: importId,
    place,
    is_folder: toFlag(entry.isFolder),
    parent: entry.parent ?? null,
    reference: entry.reference,
    name: entry.name,
    folder_id: entry.folderId ?? null,
    size_bytes: entry.sizeBytes ?? null,
    whirlpool: entry.whirlpool ?? null,
    state: entry.state,
    attempts: 0,
    not_before: toInstant(entry.notBefore),
    ...messageColumns(entry.messages),
    collides: toFlag(entry.collides),
    maybe_present: toFlag(entry.isMaybePresent),
  };
}

export function toImportEntry(row: Selectable<ImportEntriesTable>): ImportEntry {
  return {
    place: row.place,
    isFolder: row.is_folder === 1,
    parent: row.parent ?? undefined,
    reference: row.reference,
    name: row.name,
    folderId: row.folder_id ?? undefined,
    sizeBytes: row.size_bytes ?? undefined,
    whirlpool: row.whirlpool ?? undefined,
    state: row.state,
    attempts: row.attempts,
    notBefore: toDate(row.not_before),
    messages: toMessages(row),
    fileId: row.file_id ?? undefined,
    collides: row.collides === 1,
    isMaybePresent: row.maybe_present === 1,
  };
}

/** The changes for one more entry in this state. */
export function tallied(
  state: EntryState,
  { isFolder, sizeBytes }: { isFolder: boolean; sizeBytes: number | undefined },
): Partial<Record<TallyColumn, number>> {
  if (isFolder) return { [`folders_${state === "present" ? "done" : state}`]: 1 };
  return { [`files_${state}`]: 1, [`bytes_${state}`]: sizeBytes ?? 0 };
}

export function add(
  to: Partial<Record<TallyColumn, number>>,
  more: Partial<Record<TallyColumn, number>>,
  times = 1,
): void {
  for (const [name, by = 0] of Object.entries(more))
    to[name as TallyColumn] = (to[name as TallyColumn] ?? 0) + times * by;
}
