import type { Account } from "../accounts/account.ts";
import type { Principal } from "../policy/actor.ts";
import type { Repositories } from "../ports/database.ts";
import type { ApiKey } from "./api-key.ts";
import type { ManageableKeyId } from "./api-key-repository.ts";
import { workingCreatedKeys } from "./created-keys.ts";
import { asSeenBy, endKeys, keyPagesFor, keyRecord } from "./own-keys.ts";

/** A revoked key, and the working keys it made, directly or through others, as they are now. */
export interface RevokedKey {
  key: ApiKey;
  created: readonly ApiKey[];
}

/** A key that an administrator revoked, and whose it is. */
export interface RevokedUserKey extends RevokedKey {
  owner: Account;
}

interface Revocation {
  by: Principal;
  withCreated: boolean;
  now: Date;
  /** Asks the policy. @throws {DomainError} what it says to callers who may not end this key */
  permitEnd(key: ApiKey): Promise<ManageableKeyId>;
  /** For the records, besides the key. */
  details?: Readonly<Record<string, string>>;
}

/** Ends a key, and the working keys it made if `withCreated`: all or none. A revoked key stays as it is. */
export async function revokeIn(
  rows: Repositories,
  key: ApiKey,
  { by, withCreated, now, permitEnd, details = {} }: Revocation,
): Promise<RevokedKey> {
  const id = await permitEnd(key);
  const seen: ApiKey[] = [];
  for await (const page of keyPagesFor(rows, by, { id: key.accountId })) seen.push(...page);
  const created = workingCreatedKeys(seen, now)(key.id);
  const ids = key.revokedAt === undefined ? [id] : [];
  const records = ids.map(() => keyRecord(by, now, { action: "key.revoke", key, details }));
  for (const each of withCreated ? created : []) {
    ids.push(await permitEnd(each));
    records.push(keyRecord(by, now, { action: "key.revoke", key: each, details: { withMaker: key.id, ...details } }));
  }
  await endKeys(rows, ids, now);
  await rows.audit.append(records);
  const ended = { ...(await asSeenBy(rows, by, key)), revokedAt: key.revokedAt ?? now };
  return { key: ended, created: withCreated ? created.map((each) => ({ ...each, revokedAt: now })) : created };
}
