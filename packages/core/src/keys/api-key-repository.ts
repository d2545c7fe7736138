import type { Account } from "../accounts/account.ts";
import type { RemovableAccountId } from "../accounts/account-repository.ts";
import type { Permitted } from "../policy/permitted.ts";
import type { ApiKey } from "./api-key.ts";
import type { KeyChanges } from "./new-key.ts";

export type ManageableKeyId = Permitted<"key.manage" | "server.manage" | "system", string>;

export interface ManageableKey extends ApiKey {
  readonly id: ManageableKeyId;
}

/** The position of a key among those of its account. */
export type KeyPosition = Pick<ApiKey, "createdAt" | "id">;

export interface ApiKeyRepository {
  findById(id: string): Promise<ApiKey | undefined>;
  /** Those that exist, in no particular order, without duplicates. */
  findByIds(ids: readonly string[]): Promise<ApiKey[]>;
  /** The key and its account in one query: every API call starts here. */
  findWithAccountByHash(hash: string): Promise<{ key: ApiKey; account: Account } | undefined>;
  /** Oldest first, then by id; starts behind `after`. */
  listByAccount(accountId: string, page: { after?: KeyPosition | undefined; limit: number }): Promise<ApiKey[]>;
  create(key: ManageableKey): Promise<void>;
  update(id: ManageableKeyId, changes: Partial<KeyChanges & Pick<ApiKey, "endedAt" | "revokedAt">>): Promise<void>;
  noteUse(id: string, use: Pick<ApiKey, "lastUsedAt" | "lastUsedFrom">): Promise<void>;
  /** Records that the key has expired, or all expired keys; returns how many. */
  endExpired(now: Date, id?: string): Promise<number>;
  /** Keys that are neither revoked nor recorded as expired. */
  countWorking(accountId: string): Promise<number>;
  /**
   * Keeps this many of the account's revoked or expired keys, the newest. Keys made by a removed key then count as made
   * by the key that made that one, if there is one.
   */
  removeEndedBut(accountId: string, newest: number): Promise<number>;
  removeByAccount(accountId: RemovableAccountId): Promise<void>;
}
