import type { AuditRecord } from "../audit/audit-record.ts";
import { auditRecord, recordedName } from "../audit/audit-trail.ts";
import type { Actor } from "../policy/actor.ts";
import type { Folder } from "./folder.ts";

/** Records of folders by themselves; of more one tells how many. */
const MOST_RECORDS = 20;

/** Of the folders that one call changed, as they are called now. */
export function folderRecords(
  actor: Actor,
  at: Date,
  action: string,
  folders: readonly Pick<Folder, "id" | "name">[],
): AuditRecord[] {
  const [first] = folders;
  if (first === undefined) return [];
  if (folders.length > MOST_RECORDS) {
    return [auditRecord(actor, at, { action, objectId: first.id, details: { count: folders.length } })];
  }
  return folders.map(({ id, name }) =>
    auditRecord(actor, at, { action, objectId: id, details: { name: recordedName(name) } }),
  );
}
