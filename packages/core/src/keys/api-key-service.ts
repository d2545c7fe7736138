import type { Account } from "../accounts/account.ts";
import { ArgumentError, DomainError } from "../errors.ts";
import type { JobQueue } from "../jobs/job-queue.ts";
import { Listing } from "../listing.ts";
import { noticeBuckets, noticeOrder } from "../mail/mail-jobs.ts";
import { accountActor, type AccountActor, isAccountActor, type Principal } from "../policy/actor.ts";
import { requireAdministrator } from "../policy/administrator.ts";
import { requireAllowed } from "../policy/decision.ts";
import { transactionBy } from "../policy/fresh-actor.ts";
import { permitAdministrator } from "../policy/permitted.ts";
import { can } from "../policy/policy.ts";
import { type Reader, rightOf, whileRight } from "../policy/reading-right.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { MailLanguage } from "../ports/mailer.ts";
import type { RateLimiter } from "../ports/rate-limiter.ts";
import { RecentUses } from "../recent-uses.ts";
import { newRecordId } from "../random-ids.ts";
import { secretHash } from "../secret-hash.ts";
import { noteEnd } from "../unwritable.ts";
import { type ApiKey, isOver, usualScopes } from "./api-key.ts";
import type { KeyPosition } from "./api-key-repository.ts";
import { type RevokedKey, type RevokedUserKey, revokeIn } from "./key-revocation.ts";
import {
  checkEnd,
  checkKeyName,
  hasKeyForm,
  type KeyChanges,
  keyTextFor,
  type NewApiKey,
  readAddresses,
} from "./new-key.ts";
import {
  addKey,
  asSeenBy,
  endKeys,
  findOfUser,
  findOwn,
  keyPagesFor,
  keyRecord,
  permitManagement,
  requireOwnFolder,
  requireRoomForKey,
} from "./own-keys.ts";

const HINT_LENGTH = 4;
/**
 * How long a replaced key may remain valid: enough time to change it everywhere, without leaving a second key for good.
 */
export const LONGEST_GRACE_MS = 30 * 24 * 3_600_000;

/** A key and its text, which is returned only once. */
export interface CreatedKey {
  key: ApiKey;
  text: string;
}

/** Creates, checks, changes and revokes API keys. */
export class ApiKeyService {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #limiter: RateLimiter;
  readonly #jobs: JobQueue;
  /** Resolves when every use so far is recorded, or could not be. */
  #noted: Promise<void> = Promise.resolve();
  readonly #uses = new RecentUses();

  constructor(input: { database: Database; clock: Clock; limiter: RateLimiter; jobs: JobQueue }) {
    this.#database = input.database;
    this.#clock = input.clock;
    this.#limiter = input.limiter;
    this.#jobs = input.jobs;
  }

  /**
   * The owner is told by mail, unless the operator made the key.
   * @param language of the mail
   * @throws {DomainError} `bad-name`, `bad-argument`, `folder-not-found`, `too-many-keys`, and what the policy says to
   *   callers who may not make such a key
   */
  async create(by: Principal, account: Account, input: NewApiKey, language?: MailLanguage): Promise<CreatedKey> {
    checkKeyName(input.name);
    const text = keyTextFor(input.text);
    const now = this.#clock.now();
    // The operator may also make expired keys, to try out what happens with them.
    if (by !== "operator") checkEnd(input.expiresAt, now);
    const key = newKey(text, now, {
      accountId: account.id,
      name: input.name,
      scopes: input.scopes ?? usualScopes,
      fenceFolderId: input.fenceFolderId,
      allowedAddresses: readAddresses(input.allowedAddresses ?? []),
      expiresAt: input.expiresAt,
      createdByKeyId: keyIdOf(by),
    });
    await transactionBy(this.#database, by, async (rows, caller) => {
      const id = await permitManagement(rows, caller, key, now);
      // Checked after the policy: a key must not find out which folders exist beyond its own.
      await requireOwnFolder(rows, key);
      await addKey(rows, { ...key, id }, now);
      await rows.audit.append([keyRecord(caller, now, { action: "key.create", key })]);
      await this.#tell(rows, caller, key, language);
    });
    this.#jobs.wake();
    return { key, text };
  }

  /**
   * Orders the mail about a new key, so that a thief who makes one is noticed. Keys made by the operator are not
   * announced.
   */
  async #tell(rows: Repositories, by: Principal, key: ApiKey, language: MailLanguage | undefined): Promise<void> {
    if (by === "operator" || !isAccountActor(by)) return;
    if (!(await this.#limiter.consume(noticeBuckets("key-made", key.accountId))).isAllowed) return;
    const notice = { account: by.account, by, at: key.createdAt, language };
    await this.#jobs.add(rows, noticeOrder("key-made", notice, { name: key.name, hint: key.hint }));
  }

  /**
   * Who holds this key. Whether the holder may do anything is up to the policy.
   * @throws {DomainError} `unknown-credentials`
   */
  async authenticate(text: string, address: string): Promise<AccountActor> {
    const found = hasKeyForm(text) ? await this.#database.apiKeys.findWithAccountByHash(secretHash(text)) : undefined;
    const now = this.#clock.now();
    if (found === undefined || isOver(found.key, now)) {
      if (found !== undefined) await noteEndOfKey(this.#database, found.key, now);
      throw new DomainError("unknown-credentials", "This API key is unknown, revoked or expired.");
    }
    const { key, account } = found;
    const actor = accountActor({ account, key, address });
    this.#noteUse(key, actor.address, now);
    return actor;
  }

  /** In the background: the call must neither wait for this nor fail with it, as on a full or read-only disk. */
  #noteUse(key: ApiKey, lastUsedFrom: string, now: Date): void {
    if (!this.#uses.isDue(key, now)) return;
    this.#noted = this.#database.apiKeys.noteUse(key.id, { lastUsedAt: now, lastUsedFrom }).catch(() => undefined);
  }

  /**
   * Oldest first; a key restricted to a folder sees the keys of that folder.
   * @throws {DomainError} what the policy says to callers who may not see them
   */
  async list(by: Principal, account: Account, reader: Reader = {}): Promise<Listing<ApiKey>> {
    const ask = (caller: Principal) => {
      const context = { now: this.#clock.now(), linkPassword: "not-needed" } as const;
      requireAllowed(can(caller, { action: "key.list", account }, context));
    };
    ask(by);
    await this.#noted;
    const right = rightOf({ database: this.#database, clock: this.#clock }, by, reader, ask);
    return Listing.from(whileRight(keyPagesFor(this.#database, by, account), right), async () => NaN, right);
  }

  /**
   * Sets the given fields. Changing the expiry date makes an expired key usable again, for example after a clock error.
   * @throws {DomainError} `key-not-found`, `bad-name`, `folder-not-found`, `too-many-keys`; `bad-argument` for a
   *   revoked key or an expiry date in the past; and what the policy says to callers who may not manage the key as it
   *   is or as it becomes
   */
  async change(by: Principal, keyId: string, changes: KeyChanges): Promise<ApiKey> {
    const now = this.#clock.now();
    if (changes.name !== undefined) checkKeyName(changes.name);
    checkEnd(changes.expiresAt, now);
    const { allowedAddresses } = changes;
    const set = {
      ...changes,
      ...(allowedAddresses === undefined ? {} : { allowedAddresses: readAddresses(allowedAddresses) }),
      ...("expiresAt" in changes ? { endedAt: undefined } : {}),
    };
    return transactionBy(this.#database, by, async (rows, caller) => {
      const key = await findOwn(rows, caller, keyId);
      const changed = { ...key, ...set };
      await permitManagement(rows, caller, key, now);
      if (key.revokedAt !== undefined) throw endedForGood(key);
      const id = await permitManagement(rows, caller, changed, now);
      await requireOwnFolder(rows, changed);
      if (isOver(key, now) && !isOver(changed, now)) await requireRoomForKey(rows, key, now);
      await rows.apiKeys.update(id, set);
      const details = { changed: Object.keys(changes).toSorted().join(",") };
      await rows.audit.append([keyRecord(caller, now, { action: "key.change", key, details })]);
      return asSeenBy(rows, caller, changed);
    });
  }

  /**
   * Makes a new key with the same name and grants. The old one remains valid for `graceMs`, never beyond its own
   * expiry; with 0 it ends at once, with its download links. If a key makes this call, the new key counts as made by
   * it, because its holder knows the text; a person leaves the maker of the old key unchanged.
   * @throws {DomainError} `key-not-found`; `bad-argument` for a key that has ended or a grace period out of range;
   *   `too-many-keys`; and what the policy says
   */
  async rotate(
    by: Principal,
    keyId: string,
    graceMs: number,
    language?: MailLanguage,
  ): Promise<CreatedKey & { replaced: ApiKey }> {
    if (!(graceMs >= 0 && graceMs <= LONGEST_GRACE_MS)) {
      const days = LONGEST_GRACE_MS / (24 * 3_600_000);
      throw new ArgumentError("grace-too-long", `A replaced key can keep working for at most ${days} days.`, days);
    }
    const text = keyTextFor(undefined);
    const now = this.#clock.now();
    const created = await transactionBy(this.#database, by, async (rows, caller) => {
      const old = await findOwn(rows, caller, keyId);
      const oldId = await permitManagement(rows, caller, old, now);
      if (isOver(old, now)) throw endedForGood(old);
      const replaced = graceMs === 0 ? { ...old, revokedAt: now } : { ...old, expiresAt: sooner(old, now, graceMs) };
      if (graceMs === 0) await endKeys(rows, [oldId], now);
      else await rows.apiKeys.update(oldId, { expiresAt: replaced.expiresAt });
      const key = newKey(text, now, { ...old, createdByKeyId: keyIdOf(caller) ?? old.createdByKeyId });
      const id = await permitManagement(rows, caller, key, now);
      await addKey(rows, { ...key, id }, now);
      const details = { replacement: key.id, graceMs };
      await rows.audit.append([keyRecord(caller, now, { action: "key.rotate", key: old, details })]);
      await this.#tell(rows, caller, key, language);
      const [seen, seenOld] = [await asSeenBy(rows, caller, key), await asSeenBy(rows, caller, replaced)];
      return { key: seen, text, replaced: seenOld };
    });
    this.#jobs.wake();
    return created;
  }

  /**
   * Ends the key at once, with the download tokens made with it; a revoked key stays as it is. The working keys that it
   * made, as far as `by` sees them, remain valid unless `withCreated` ends them too, all or none.
   * @throws {DomainError} `key-not-found`, and what the policy says to callers who may not manage one of the keys to
   *   end
   */
  async revoke(
    by: Principal,
    keyId: string,
    { withCreated = false }: { withCreated?: boolean } = {},
  ): Promise<RevokedKey> {
    const now = this.#clock.now();
    return transactionBy(this.#database, by, async (rows, caller) => {
      const key = await findOwn(rows, caller, keyId);
      const permitEnd = (each: ApiKey) => permitManagement(rows, caller, each, now);
      return revokeIn(rows, key, { by: caller, withCreated, now, permitEnd });
    });
  }

  /**
   * Keys of any account, for administrators: oldest first, at most `limit`.
   * @throws {DomainError} what the policy says to others
   */
  async pageOfUser(
    by: Principal,
    account: Pick<Account, "id">,
    after: KeyPosition | undefined,
    limit: number,
  ): Promise<ApiKey[]> {
    requireAdministrator(by, this.#clock);
    await this.#noted;
    return this.#database.apiKeys.listByAccount(account.id, { after, limit });
  }

  /**
   * Like `revoke`, for administrators and keys of any account.
   * @throws {DomainError} `key-not-found`, and what the policy says to others
   */
  async revokeOfUser(
    by: Principal,
    keyId: string,
    { withCreated = false }: { withCreated?: boolean } = {},
  ): Promise<RevokedUserKey> {
    const now = this.#clock.now();
    return transactionBy(this.#database, by, async (rows, caller) => {
      // Before the key is looked up: others must not find out which keys exist.
      permitAdministrator(caller, keyId, { now });
      const { key, owner } = await findOfUser(rows, keyId);
      const isOwn = caller !== "operator" && isAccountActor(caller) && caller.account.id === owner.id;
      const revocation = {
        by: caller,
        withCreated,
        now,
        permitEnd: async (each: ApiKey) => permitAdministrator(caller, each.id, { now }),
        ...(isOwn ? {} : { details: { account: owner.email } }),
      };
      return { ...(await revokeIn(rows, key, revocation)), owner };
    });
  }
}

const keyIdOf = (by: Principal): string | undefined =>
  by !== "operator" && isAccountActor(by) ? by.key?.id : undefined;

/** Once a key was refused because it had expired, it stays expired, even if the clock is set back. */
export async function noteEndOfKey(rows: Pick<Repositories, "apiKeys">, key: ApiKey, now: Date): Promise<void> {
  if (key.revokedAt !== undefined || key.endedAt !== undefined || !isOver(key, now)) return;
  await noteEnd(() => rows.apiKeys.endExpired(now, key.id));
}

type Given = Pick<
  ApiKey,
  "accountId" | "name" | "scopes" | "fenceFolderId" | "allowedAddresses" | "expiresAt" | "createdByKeyId"
>;

function newKey(text: string, createdAt: Date, given: Given): ApiKey {
  return {
    id: newRecordId(),
    accountId: given.accountId,
    name: given.name,
    hash: secretHash(text),
    hint: text.slice(0, HINT_LENGTH),
    scopes: given.scopes,
    fenceFolderId: given.fenceFolderId,
    allowedAddresses: given.allowedAddresses,
    expiresAt: given.expiresAt,
    endedAt: undefined,
    revokedAt: undefined,
    lastUsedAt: undefined,
    lastUsedFrom: undefined,
    createdAt,
    createdByKeyId: given.createdByKeyId,
  };
}

function sooner({ expiresAt }: ApiKey, now: Date, graceMs: number): Date {
  return new Date(Math.min(now.getTime() + graceMs, expiresAt?.getTime() ?? Infinity));
}

function endedForGood({ id, revokedAt }: ApiKey): DomainError {
  const text =
    revokedAt === undefined
      ? `Key ${id} has ended; make a new one.`
      : `Key ${id} is revoked, which cannot be undone; make a new one.`;
  return new ArgumentError("key-ended", text);
}
