import type { AuditRecord } from "@consigne/core";

/** In a shared folder: who did it, as the owner knows them, or whose folder it is. */
export function neighbourOf(
  { accountId, ownerEmail, knownAs }: AuditRecord,
  toldTo: string,
): { actor_email?: string; owner_email?: string } {
  if (accountId === toldTo) return ownerEmail === undefined ? {} : { owner_email: ownerEmail };
  return knownAs === undefined ? {} : { actor_email: knownAs };
}
