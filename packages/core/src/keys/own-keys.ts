import type { Account } from "../accounts/account.ts";
import type { NewAuditRecord } from "../audit/audit-record.ts";
import { auditRecord } from "../audit/audit-trail.ts";
import { DomainError } from "../errors.ts";
import { pagesByPosition } from "../listing.ts";
import { isAccountActor, type Principal } from "../policy/actor.ts";
import { permit, type Permitted } from "../policy/permitted.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { ApiKey } from "./api-key.ts";
import type { KeyPosition, ManageableKey, ManageableKeyId } from "./api-key-repository.ts";
import { MOST_WORKING_KEYS } from "./new-key.ts";

/** Ended keys stay listed, so that people can look up which one a tool used; the oldest are removed. */
const KEPT_ENDED_KEYS = 100;

/** All keys of an account, page by page. */
export function keyPages(
  { apiKeys }: Pick<Database, "apiKeys">,
  { id }: Pick<Account, "id">,
): AsyncGenerator<ApiKey[]> {
  const read = (after: KeyPosition | undefined, limit: number) => apiKeys.listByAccount(id, { after, limit });
  return pagesByPosition(read, (key) => key, Infinity);
}

/**
 * Keys of the account that `by` may see, page by page: a key restricted to a folder sees the keys of that folder. Names
 * of others would reveal what is outside.
 */
export async function* keyPagesFor(
  rows: KeyRows,
  by: Principal,
  account: Pick<Account, "id">,
): AsyncGenerator<ApiKey[]> {
  const inSight = new Map<number | undefined, boolean>();
  const isMakerInSight = makersInSight(rows, by);
  for await (const page of keyPages(rows, account)) {
    for (const { fenceFolderId } of page) {
      if (!inSight.has(fenceFolderId)) inSight.set(fenceFolderId, await isInSight(rows, by, fenceFolderId));
    }
    const seen = page.filter(({ fenceFolderId }) => inSight.get(fenceFolderId) === true);
    const told: ApiKey[] = [];
    for (const key of seen) told.push(await withMakerInSight(key, isMakerInSight));
    yield told;
  }
}

/** The key as `by` sees it: a maker that `by` may not see is left out. */
export function asSeenBy(rows: KeyRows, by: Principal, key: ApiKey): Promise<ApiKey> {
  return withMakerInSight(key, makersInSight(rows, by));
}

type MakerCheck = (keyId: string) => Promise<boolean>;

async function withMakerInSight(key: ApiKey, isInSightOf: MakerCheck): Promise<ApiKey> {
  const { createdByKeyId } = key;
  if (createdByKeyId === undefined || (await isInSightOf(createdByKeyId))) return key;
  return { ...key, createdByKeyId: undefined };
}

/** Checks each maker once. Callers who see all keys are also told about makers that were removed. */
function makersInSight(rows: KeyRows, by: Principal): MakerCheck {
  const known = new Map<string, boolean>();
  return async (keyId) => {
    if (seesAll(by)) return true;
    const maker = known.has(keyId) ? undefined : await rows.apiKeys.findById(keyId);
    if (!known.has(keyId)) known.set(keyId, maker !== undefined && (await isInSight(rows, by, maker.fenceFolderId)));
    return known.get(keyId) === true;
  };
}

type KeyRows = Pick<Repositories, "apiKeys" | "folders">;

/** Whether the caller sees the whole account. */
function seesAll(by: Principal): boolean {
  return by === "operator" || !isAccountActor(by) || by.rootFolderId === by.account.rootFolderId;
}

async function isInSight(
  { folders }: Pick<Repositories, "folders">,
  by: Principal,
  fenceFolderId: number | undefined,
): Promise<boolean> {
  if (by === "operator" || !isAccountActor(by) || seesAll(by)) return true;
  if (fenceFolderId === undefined || fenceFolderId === by.rootFolderId) return fenceFolderId !== undefined;
  return (await folders.listAncestry(fenceFolderId)).some(({ id }) => id === by.rootFolderId);
}

/**
 * A key that belongs to somebody else, or may not be seen, is treated as missing.
 * @throws {DomainError} `key-not-found`
 */
export async function findOwn(rows: KeyRows, by: Principal, keyId: string): Promise<ApiKey> {
  const key = await rows.apiKeys.findById(keyId);
  const isOwn = by === "operator" || (isAccountActor(by) && by.account.id === key?.accountId);
  if (key === undefined || !isOwn || !(await isInSight(rows, by, key.fenceFolderId))) {
    throw keyNotFound(keyId);
  }
  return key;
}

/** Of any account. @throws {DomainError} `key-not-found` */
export async function findOfUser(
  rows: Pick<Repositories, "accounts" | "apiKeys">,
  keyId: string,
): Promise<{ key: ApiKey; owner: Account }> {
  const key = await rows.apiKeys.findById(keyId);
  const owner = key === undefined ? undefined : await rows.accounts.findById(key.accountId);
  if (key === undefined || owner === undefined) throw keyNotFound(keyId);
  return { key, owner };
}

const keyNotFound = (keyId: string) => new DomainError("key-not-found", `There is no key ${keyId}.`);

/** @throws {DomainError} `folder-not-found`, and what the policy says */
export async function permitManagement(
  rows: Pick<Repositories, "folders">,
  by: Principal,
  key: ApiKey,
  now: Date,
): Promise<Permitted<"key.manage", string>> {
  const { fenceFolderId } = key;
  const fence = fenceFolderId === undefined ? undefined : await rows.folders.listAncestry(fenceFolderId);
  const grants = { ...key, fenceAncestorIds: fence?.map(({ id }) => id) };
  return permit(by, { action: "key.manage", key, grants }, { now, linkPassword: "not-needed" });
}

/** @throws {DomainError} `folder-not-found` */
export async function requireOwnFolder(
  rows: Pick<Repositories, "folders">,
  { accountId, fenceFolderId }: Pick<ApiKey, "accountId" | "fenceFolderId">,
): Promise<void> {
  if (fenceFolderId === undefined) return;
  const folder = await rows.folders.findById(fenceFolderId);
  if (folder?.accountId !== accountId)
    throw new DomainError("folder-not-found", `The account has no folder ${fenceFolderId}.`);
}

/** Checked for a key that is new or becomes valid again. @throws {DomainError} `too-many-keys` */
export async function requireRoomForKey(
  rows: Pick<Repositories, "apiKeys">,
  { accountId }: Pick<ApiKey, "accountId">,
  now: Date,
): Promise<void> {
  await rows.apiKeys.endExpired(now);
  if ((await rows.apiKeys.countWorking(accountId)) < MOST_WORKING_KEYS) return;
  throw new DomainError(
    "too-many-keys",
    `An account can have at most ${MOST_WORKING_KEYS} working API keys; revoke one that is no longer used.`,
  );
}

/** Adds the key if the account may have one more. @throws {DomainError} `too-many-keys` */
export async function addKey(rows: Pick<Repositories, "apiKeys">, key: ManageableKey, now: Date): Promise<void> {
  await requireRoomForKey(rows, key, now);
  await rows.apiKeys.removeEndedBut(key.accountId, KEPT_ENDED_KEYS);
  await rows.apiKeys.create(key);
}

/** Ends keys and the downloads started with them. They stay in the list, as ended. */
export async function endKeys(
  rows: Pick<Repositories, "apiKeys" | "downloadTokens">,
  ids: readonly ManageableKeyId[],
  now: Date,
): Promise<void> {
  for (const id of ids) await rows.apiKeys.update(id, { revokedAt: now });
  await rows.downloadTokens.removeByApiKeys(ids);
}

/** Recorded as a change to the key's account, so that it is found in that account's records. */
export function keyRecord(
  by: Principal,
  at: Date,
  { action, key, details }: { action: string; key: ApiKey; details?: NewAuditRecord["details"] },
): NewAuditRecord {
  return auditRecord(by, at, { action, objectId: key.accountId, details: { key: key.id, name: key.name, ...details } });
}
