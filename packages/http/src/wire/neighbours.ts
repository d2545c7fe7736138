import type { AuditRecord } from "@consigne/core";

/** In a shared folder: who did it, as the owner knows them, or whose folder it is. */
export function neighbourOf(
  { accountId, ownerEmail: owner, knownAs: who }: AuditRecord,
  toldTo: string,
): { who?: string; owner?: string } {
  if (accountId === toldTo) return owner === undefined ? {} : { owner };
  return who === undefined ? {} : { who };
}
