import type { AuditRecord } from "../audit/audit-record.ts";
import { auditRecord, recordedName } from "../audit/audit-trail.ts";
import type { Actor } from "../policy/actor.ts";
import type { BriefFile } from "./file.ts";

/** A call may change thousands of files, and back again: what it writes of them must not grow with their number. */
const MOST_RECORDS = 20;

/** Of the files that one call changed: a record each, or of more than 20 one that tells how many and where they are now. */
export function fileRecords(
  actor: Actor,
  at: Date,
  action: string,
  files: readonly BriefFile[],
  /** Of the record of one file, besides its name. */
  detailsOf: (file: BriefFile) => AuditRecord["details"] = () => ({}),
): AuditRecord[] {
  const [first] = files;
  if (first === undefined || files.length <= MOST_RECORDS) {
    return files.map((file) => {
      const details = { name: recordedName(file.name), ...detailsOf(file) };
      return auditRecord(actor, at, { action, objectId: file.id, details });
    });
  }
  const { folderId } = first;
  const areTogether = folderId !== undefined && files.every((file) => file.folderId === folderId);
  const details = { count: files.length, ...(areTogether ? { folder: folderId } : {}) };
  return [auditRecord(actor, at, { action, objectId: first.id, details })];
}
