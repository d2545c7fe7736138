import type { Principal } from "../policy/actor.ts";
import { newRecordId } from "../random-ids.ts";
import type { AuditRecord, NewAuditRecord } from "./audit-record.ts";

/** Address written for changes made from the operator's command line. */
export const OPERATOR_ADDRESS = "operator";

/** Address written for changes that the server makes by itself. */
export const SERVER_ADDRESS = "server";

const NAME_CHARACTERS = 200;

/** A name, shortened to what a record can hold. */
export function recordedName(name: string): string {
  return [...name].slice(0, NAME_CHARACTERS).join("");
}

export interface AuditedChange {
  action: string;
  objectId: string | number;
  details?: AuditRecord["details"];
  /** Owner of the file or folder, whose activity shows the change as well. */
  ownerId?: string | undefined;
}

const addresses = { operator: OPERATOR_ADDRESS, server: SERVER_ADDRESS } as const;

/** A record of `change`, to be appended in the same transaction. */
export function auditRecord(actor: Principal | "server", at: Date, change: AuditedChange): NewAuditRecord {
  const who = typeof actor === "string" || actor.kind === "guest" ? undefined : actor;
  return {
    id: newRecordId(),
    at,
    accountId: who?.account.id,
    apiKeyId: who?.key?.id,
    address: typeof actor === "string" ? addresses[actor] : actor.address,
    action: change.action,
    objectId: String(change.objectId),
    details: change.details ?? {},
    ownerId: change.ownerId === who?.account.id ? undefined : change.ownerId,
  };
}
