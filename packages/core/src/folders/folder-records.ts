import type { NewAuditRecord } from "../audit/audit-record.ts";
import { auditRecord, recordedName } from "../audit/audit-trail.ts";
import type { Actor } from "../policy/actor.ts";
import type { Folder } from "./folder.ts";

/** Records of folders by themselves; of more one for each owner tells how many. */
const MOST_RECORDS = 20;

/** Of the folders that one call changed, as they are called now. */
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
