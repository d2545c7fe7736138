import type { AuditRecord, NewAuditRecord } from "../audit/audit-record.ts";
import { auditRecord, recordedName } from "../audit/audit-trail.ts";
import type { Actor } from "../policy/actor.ts";
import type { BriefFile } from "./file.ts";

/** A call may change thousands of files, and change them back: its records must not grow with their number. */
const MOST_RECORDS = 20;

/**
 * Records for the files that one call changed: one each or, for more than 20, one per owner with their number and
 * current place.
 */
export function fileRecords(
  actor: Actor,
  at: Date,
  action: string,
  files: readonly BriefFile[],
  /** Details for the record of one file, besides its name. */
  detailsOf: (file: BriefFile) => AuditRecord["details"] = () => ({}),
): NewAuditRecord[] {
  if (files.length <= MOST_RECORDS) {
    return files.map((file) => {
      const details = { name: recordedName(file.name), ...detailsOf(file) };
      return auditRecord(actor, at, { action, objectId: file.id, details, ownerId: file.accountId });
    });
  }
  return [...Map.groupBy(files, ({ accountId }) => accountId)].map(([ownerId, ofOwner]) => {
    const folderIds = new Set(ofOwner.map(({ folderId }) => folderId));
    const [folder] = folderIds.size === 1 ? folderIds : [];
    const details = { count: ofOwner.length, ...(folder === undefined ? {} : { folder }) };
    return auditRecord(actor, at, { action, objectId: ofOwner[0]?.id ?? "", details, ownerId });
  });
}
