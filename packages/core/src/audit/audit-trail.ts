import type { Principal } from "../policy/actor.ts";
import { newRecordId } from "../random-ids.ts";
import type { AuditRecord } from "./audit-record.ts";

/** Address written for changes made from the operator's command line. */
export const OPERATOR_ADDRESS = "operator";

export interface AuditedChange {
  action: string;
  objectId: string | number;
  details?: AuditRecord["details"];
}

/** A record of `change`, to be appended in the transaction that makes it. */
export function auditRecord(actor: Principal, at: Date, change: AuditedChange): AuditRecord {
  const who = actor === "operator" || actor.kind === "guest" ? undefined : actor;
  return {
    id: newRecordId(),
    at,
    accountId: who?.account.id,
    apiKeyId: who?.key?.id,
    address: actor === "operator" ? OPERATOR_ADDRESS : actor.address,
    action: change.action,
    objectId: String(change.objectId),
    details: change.details ?? {},
  };
}
