import type { NewAuditRecord } from "../audit/audit-record.ts";
import { auditRecord, recordedName } from "../audit/audit-trail.ts";
import type { Actor } from "../policy/actor.ts";
import type { Folder } from "./folder.ts";

/** Up to this many folders get a record each; beyond that, one record per owner gives their number. */
const MOST_RECORDS = 20;

/** Records for the folders that one call changed, with their current names. */
export function folderRecords(
  actor: Actor,
  at: Date,
  action: string,
  folders: readonly Pick<Folder, "id" | "name" | "accountId">[],
): NewAuditRecord[] {
  if (folders.length > MOST_RECORDS) {
    return [...Map.groupBy(folders, ({ accountId }) => accountId)].map(([ownerId, ofOwner]) =>
      auditRecord(actor, at, { action, objectId: ofOwner[0]?.id ?? "", details: { count: ofOwner.length }, ownerId }),
    );
  }
  return folders.map(({ id, name, accountId: ownerId }) =>
    auditRecord(actor, at, { action, objectId: id, details: { name: recordedName(name) }, ownerId }),
  );
}
