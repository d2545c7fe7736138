import type { KeysAddRequest, KeysChangeRequest } from "@consigne/contract";
import type { ApiCaller, CallOptions } from "../calls/api-caller.ts";
import { asListing, type Listing } from "./listing.ts";
import { fieldsOf, findInstant, findNumber, findText, present, readList, readText, readTexts } from "./wire-values.ts";

/** What a key may access; each area has a right of its own. */
export type KeyArea = "account" | "files" | "uploads" | "downloads" | "shares" | "remote" | "keys";
export type KeyRight = "read" | "write";
/** Areas that are absent are not granted. */
export type KeyScopes = Partial<Record<KeyArea, KeyRight>>;
/** Usual sets of scopes. */
export type KeyTemplate = "rclone" | "upload-only" | "read-only" | "everything";

/** A key as the server lists it. The key itself is stored nowhere. */
export interface AccountKey {
  id: string;
  name: string;
  /** First characters of the key. */
  hint: string;
  /** Only an active key is accepted. */
  state: "active" | "expired" | "revoked";
  scopes: KeyScopes;
  /** The folder it sees as its root; undefined if it sees everything. */
  folderId: number | undefined;
  /** Addresses and CIDR blocks it may be used from; empty is any. */
  addresses: string[];
  createdAt: Date | undefined;
  /** Undefined if it never expires. */
  expiresAt: Date | undefined;
  /** To the minute. */
  lastUsedAt: Date | undefined;
  lastUsedFrom: string | undefined;
  /**
   * Id of the key that created it; undefined if a person or the operator did, or if the caller does not see that key.
   */
  createdBy: string | undefined;
  raw: Readonly<Record<string, unknown>>;
}

/** Settings of a key. What is left out of a new one stays within what the caller's key allows. */
export interface KeyChanges {
  /** One line of at most 100 characters. */
  name?: string | undefined;
  scopes?: KeyScopes | undefined;
  /** 0 is the root of the caller. */
  folderId?: number | undefined;
  addresses?: readonly string[] | undefined;
  /** `null` for never. */
  expiresAt?: Date | null | undefined;
}

export interface NewKey extends KeyChanges {
  name: string;
  /** In place of scopes. With neither, the key may do everything except manage keys. */
  template?: KeyTemplate | undefined;
}

/** A key that was revoked. */
export interface RevokedKey extends AccountKey {
  /** The keys it created, directly or through others, that worked until then; revoked too if that was requested. */
  createdKeys: AccountKey[];
}

/** A new key with its text, which no later answer has. */
export interface CreatedKey {
  key: AccountKey;
  apiKey: string;
}

/**
 * The API keys of the account. Needs a key with the scope `keys`, which manages only keys with no more rights than
 * itself. 1fichier.com has no such calls: there every method rejects with `NotSupportedError`.
 */
export class Keys {
  readonly #caller: ApiCaller;

  constructor(caller: ApiCaller) {
    this.#caller = caller;
  }

  /** Oldest first; of those that have ended, the last 100. */
  list(options: CallOptions = {}): Listing<AccountKey> {
    return asListing(this.#list(options));
  }

  async #list(options: CallOptions): Promise<AccountKey[]> {
    return readList(fieldsOf(await this.#caller.call("keysLs", {}, options))["keys"]).map(toKey);
  }

  /**
   * Creates a key. Not retried if the answer is lost: the key would be lost too.
   * @throws {AccessDeniedError} it would have more rights than the caller's key
   * @throws {QuotaError} the account has too many keys
   */
  async create(key: NewKey, options: CallOptions = {}): Promise<CreatedKey> {
    const body: KeysAddRequest = { ...present({ template: key.template }), ...wireChanges(key), name: key.name };
    return toCreatedKey(fieldsOf(await this.#caller.call("keysAdd", body, options)));
  }

  /** Changes the given settings. @throws {NotFoundError} there is no such key */
  async update(id: string, changes: KeyChanges, options: CallOptions = {}): Promise<AccountKey> {
    const body: KeysChangeRequest = { id, ...wireChanges(changes) };
    return keyIn(fieldsOf(await this.#caller.call("keysChange", body, options)), "key");
  }

  /**
   * Creates a key with the same name and rights. The old one keeps working for `graceMs`, at most 30 days; with 0 it
   * ends at once. Not retried if the answer is lost.
   */
  async rotate(
    id: string,
    { graceMs }: { graceMs: number },
    options: CallOptions = {},
  ): Promise<CreatedKey & { replaced: AccountKey }> {
    const body = { id, grace_seconds: Math.round(graceMs / 1000) };
    const answer = fieldsOf(await this.#caller.call("keysRotate", body, options));
    return { ...toCreatedKey(answer), replaced: keyIn(answer, "replaced") };
  }

  /**
   * Revokes a key at once, with the download links made with it. The keys it created keep working, unless `withCreated`
   * revokes them too.
   * @throws {AccessDeniedError} one of the keys has more rights than the caller's key; none was revoked
   */
  async revoke(id: string, options: CallOptions & { withCreated?: boolean | undefined } = {}): Promise<RevokedKey> {
    const body = options.withCreated === true ? ({ id, with_created: 1 } as const) : { id };
    const answer = fieldsOf(await this.#caller.call("keysRm", body, options));
    return { ...keyIn(answer, "key"), createdKeys: readList(answer["created_keys"]).map(toKey) };
  }

  /** The active keys that a key created, directly or through others. */
  async listCreated(id: string, options: CallOptions = {}): Promise<AccountKey[]> {
    const keys = await this.#list(options);
    const seen = new Set([id]);
    const createdKeys: AccountKey[] = [];
    // A set that grows is walked to its end.
    for (const maker of seen) {
      for (const key of keys) {
        if (key.createdBy !== maker || seen.has(key.id)) continue;
        seen.add(key.id);
        createdKeys.push(key);
      }
    }
    return createdKeys.filter(({ state }) => state === "active");
  }
}

function wireChanges({ name, scopes, folderId, addresses, expiresAt }: KeyChanges) {
  return present({
    name,
    scopes,
    folder_id: folderId,
    addresses: addresses?.slice(),
    expires_at: expiresAt === null ? "never" : expiresAt?.toISOString(),
  });
}

function toCreatedKey(answer: Record<string, unknown>): CreatedKey {
  return { key: keyIn(answer, "key"), apiKey: readText(answer["api_key"]) };
}

function keyIn(answer: Record<string, unknown>, name: "key" | "replaced"): AccountKey {
  const [raw = {}] = readList([answer[name]]);
  return toKey(raw);
}

/** A key as the server describes it. */
export function toKey(raw: Record<string, unknown>): AccountKey {
  const state = findText(raw["state"]);
  const scopes = raw["scopes"];
  return {
    id: readText(raw["id"]),
    name: readText(raw["name"]),
    hint: readText(raw["hint"]),
    state: state === "expired" || state === "revoked" ? state : "active",
    scopes: typeof scopes === "object" && scopes !== null ? scopes : {},
    folderId: findNumber(raw["folder_id"]),
    addresses: readTexts(raw["addresses"]),
    createdAt: findInstant(raw["created_at"]),
    expiresAt: findInstant(raw["expires_at"]),
    lastUsedAt: findInstant(raw["last_used_at"]),
    lastUsedFrom: findText(raw["last_used_from"]),
    createdBy: findText(raw["created_by"]),
    raw,
  };
}
