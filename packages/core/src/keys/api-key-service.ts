import { hash } from "node:crypto";
import type { Account } from "../accounts/account.ts";
import type { AuditRecord } from "../audit/audit-record.ts";
import { auditRecord } from "../audit/audit-trail.ts";
import { DomainError } from "../errors.ts";
import { Listing, pagesByPosition } from "../listing.ts";
import { plainPattern } from "../policy/address-match.ts";
import { accountActor, type AccountActor, isAccountActor, type Principal } from "../policy/actor.ts";
import { requireAllowed } from "../policy/decision.ts";
import { transactionBy } from "../policy/fresh-actor.ts";
import { permit, type Permitted } from "../policy/permitted.ts";
import { can } from "../policy/policy.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import { newApiKeyText, newRecordId } from "../random-ids.ts";
import { noteEnd } from "../unwritable.ts";
import { type ApiKey, isOver, type KeyScopes, usualScopes } from "./api-key.ts";
import type { KeyPosition } from "./api-key-repository.ts";

/** The last use is a help for people, not a log: writing it more often would cost a commit for each call. */
const LAST_USE_GRAIN_MS = 60_000;
const KEY_FORM = /^[A-Za-z0-9_=-]{32}$/;
const HINT_LENGTH = 4;

export interface NewApiKey {
  name: string;
  scopes?: KeyScopes;
  fenceFolderId?: number | undefined;
  allowedAddresses?: string[];
  expiresAt?: Date | undefined;
  /** Given by the operator instead of drawn; must have the form of a key. */
  text?: string | undefined;
}

/** Makes, checks and ends API keys. */
export class ApiKeyService {
  readonly #database: Database;
  readonly #clock: Clock;
  /** By key id: when its use was last written or tried to be, so that a database that refuses is not asked at each call. */
  readonly #notedAtMs = new Map<string, number>();

  constructor(input: { database: Database; clock: Clock }) {
    this.#database = input.database;
    this.#clock = input.clock;
  }

  /**
   * The text is returned here and never again.
   * @throws {DomainError} `bad-argument`, `folder-not-found`, and what the policy says to who may not make such a key
   */
  async create(by: Principal, account: Account, input: NewApiKey): Promise<{ key: ApiKey; text: string }> {
    const text = input.text ?? newApiKeyText();
    if (!KEY_FORM.test(text)) {
      throw new DomainError("bad-argument", "A key has exactly 32 characters out of A-Z, a-z, 0-9, '-', '_' and '='.");
    }
    const allowedAddresses = (input.allowedAddresses ?? []).map((given) => {
      const pattern = plainPattern(given);
      if (pattern !== undefined) return pattern;
      throw new DomainError("bad-argument", `"${given}" is neither an address nor a CIDR block.`);
    });
    const now = this.#clock.now();
    const key: ApiKey = {
      id: newRecordId(),
      accountId: account.id,
      name: input.name,
      hash: hashKeyText(text),
      hint: text.slice(0, HINT_LENGTH),
      scopes: input.scopes ?? usualScopes,
      fenceFolderId: input.fenceFolderId,
      allowedAddresses,
      expiresAt: input.expiresAt,
      endedAt: undefined,
      revokedAt: undefined,
      lastUsedAt: undefined,
      createdAt: now,
    };
    await transactionBy(this.#database, by, async (rows, caller) => {
      await requireOwnFolder(rows, account, key.fenceFolderId);
      const id = await permitManagement(rows, caller, key, now);
      await rows.apiKeys.create({ ...key, id });
      await rows.audit.append([keyRecord(caller, now, "key.create", key)]);
    });
    return { key, text };
  }

  /**
   * Who holds this key. Whether it may do anything is for the policy to say.
   * @throws {DomainError} `unknown-credentials`
   */
  async authenticate(text: string, address: string): Promise<AccountActor> {
    const found = KEY_FORM.test(text)
      ? await this.#database.apiKeys.findWithAccountByHash(hashKeyText(text))
      : undefined;
    const now = this.#clock.now();
    if (found === undefined || isOver(found.key, now)) {
      if (found !== undefined) await noteEndOfKey(this.#database, found.key, now);
      throw new DomainError("unknown-credentials", "This API key is unknown, revoked or expired.");
    }
    const { key, account } = found;
    this.#noteUse(key, now);
    return accountActor({ account, key, address });
  }

  /** Beside the call: it must neither wait for this nor fail with it, as on a disk that is full or read-only. */
  #noteUse(key: ApiKey, now: Date): void {
    const notedAtMs = this.#notedAtMs.get(key.id) ?? key.lastUsedAt?.getTime() ?? -Infinity;
    if (Math.abs(now.getTime() - notedAtMs) < LAST_USE_GRAIN_MS) return;
    this.#notedAtMs.set(key.id, now.getTime());
    this.#database.apiKeys.noteUse(key.id, now).catch(() => undefined);
  }

  /** Oldest first. @throws {DomainError} what the policy says to who may not see them */
  async list(by: Principal, account: Account): Promise<Listing<ApiKey>> {
    const context = { now: this.#clock.now(), linkPassword: "not-needed" } as const;
    requireAllowed(can(by, { action: "key.list", account }, context));
    return Listing.from(keyPages(this.#database, account), async () => NaN);
  }

  /**
   * Sets when a key ends; undefined for never. Opens one again whose end had come, as when the clock was wrong.
   * @throws {DomainError} `key-not-found`; `bad-argument` for a revoked key or an end that has passed
   */
  async extend(by: Principal, keyId: string, expiresAt: Date | undefined): Promise<void> {
    const now = this.#clock.now();
    if (expiresAt !== undefined && expiresAt <= now) throw new DomainError("bad-argument", "That is in the past.");
    await transactionBy(this.#database, by, async (rows, caller) => {
      const key = await findOwn(rows, caller, keyId);
      if (key.revokedAt !== undefined)
        throw new DomainError("bad-argument", `Key ${keyId} is revoked, which cannot be undone; make a new one.`);
      await permitManagement(rows, caller, key, now);
      const id = await permitManagement(rows, caller, { ...key, expiresAt }, now);
      await rows.apiKeys.update(id, { expiresAt, endedAt: undefined });
      await rows.audit.append([keyRecord(caller, now, "key.extend", key)]);
    });
  }

  /** Ends the key at once, with the download tokens it was used for; one that is revoked stays as it is. @throws {DomainError} `key-not-found` */
  async revoke(by: Principal, keyId: string): Promise<void> {
    const now = this.#clock.now();
    await transactionBy(this.#database, by, async (rows, caller) => {
      const key = await findOwn(rows, caller, keyId);
      const id = await permitManagement(rows, caller, key, now);
      if (key.revokedAt !== undefined) return;
      await rows.apiKeys.update(id, { revokedAt: now });
      await rows.downloadTokens.removeByApiKeys([id]);
      await rows.audit.append([keyRecord(caller, now, "key.revoke", key)]);
    });
  }
}

/** Once a key was refused because its end had come, it stays over, also when the clock is set back. */
export async function noteEndOfKey(rows: Pick<Repositories, "apiKeys">, key: ApiKey, now: Date): Promise<void> {
  if (key.revokedAt !== undefined || key.endedAt !== undefined || !isOver(key, now)) return;
  await noteEnd(() => rows.apiKeys.endExpired(now, key.id));
}

/** A change to the account whose key it is: so it is found among what was done to that account. */
function keyRecord(by: Principal, at: Date, action: string, key: ApiKey): AuditRecord {
  return auditRecord(by, at, { action, objectId: key.accountId, details: { key: key.id } });
}

const noSuchKey = (id: string) => new DomainError("key-not-found", `There is no key ${id}.`);

/** All keys of an account, page by page. */
export function keyPages(
  { apiKeys }: Pick<Database, "apiKeys">,
  { id }: Pick<Account, "id">,
): AsyncGenerator<ApiKey[]> {
  const read = (after: KeyPosition | undefined, limit: number) => apiKeys.listByAccount(id, { after, limit });
  return pagesByPosition(read, (key) => key, Infinity);
}

/** The form in which a key is kept and looked up. */
export function hashKeyText(text: string): string {
  return hash("sha256", text, "hex");
}

/** A key of somebody else is as absent as one that never was. */
async function findOwn(rows: Pick<Repositories, "apiKeys">, by: Principal, keyId: string): Promise<ApiKey> {
  const key = await rows.apiKeys.findById(keyId);
  const isVisible = by === "operator" || (isAccountActor(by) && by.account.id === key?.accountId);
  if (key === undefined || !isVisible) throw noSuchKey(keyId);
  return key;
}

/** @throws {DomainError} `folder-not-found`, and what the policy says */
async function permitManagement(
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

async function requireOwnFolder(
  rows: Pick<Repositories, "folders">,
  account: Account,
  folderId: number | undefined,
): Promise<void> {
  if (folderId === undefined) return;
  const folder = await rows.folders.findById(folderId);
  if (folder?.accountId !== account.id)
    throw new DomainError("folder-not-found", `The account has no folder ${folderId}.`);
}
