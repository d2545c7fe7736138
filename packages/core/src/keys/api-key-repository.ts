import type { Account } from "../accounts/account.ts";
import type { RemovableAccountId } from "../accounts/account-repository.ts";
import type { Permitted } from "../policy/permitted.ts";
import type { ApiKey } from "./api-key.ts";
import type { KeyChanges } from "./new-key.ts";

export type ManageableKeyId = Permitted<"key.manage" | "system", string>;

export interface ManageableKey extends ApiKey {
  readonly id: ManageableKeyId;
}

/** Where a key stands among those of its account. */
export type KeyPosition = Pick<ApiKey, "createdAt" | "id">;

export interface ApiKeyRepository {
  findById(id: string): Promise<ApiKey | undefined>;
  /** Those that exist, in no order; each once. */
  findByIds(ids: readonly string[]): Promise<ApiKey[]>;
  /** The key and its account in one look: every API call starts here. */
  findWithAccountByHash(hash: string): Promise<{ key: ApiKey; account: Account } | undefined>;
  /** Oldest first, then by id, after the position of `after`. */
  listByAccount(accountId: string, page: { after?: KeyPosition | undefined; limit: number }): Promise<ApiKey[]>;
  create(key: ManageableKey): Promise<void>;
  update(id: ManageableKeyId, changes: Partial<KeyChanges & Pick<ApiKey, "endedAt" | "revokedAt">>): Promise<void>;
  noteUse(id: string, use: Pick<ApiKey, "lastUsedAt" | "lastUsedFrom">): Promise<void>;
  /** Notes of the key, or of all, that its end has come; returns of how many. */
  endExpired(now: Date, id?: string): Promise<number>;
  /** Those that are neither revoked nor noted to have ended. */
  countWorking(accountId: string): Promise<number>;
  /**
   * Leaves that many, the newest, of the keys of the account that are revoked or noted to have ended. What a removed key
   * made counts as made by the key that made it, if there is one.
   */
  removeEndedBut(accountId: string, newest: number): Promise<number>;
  removeByAccount(accountId: RemovableAccountId): Promise<void>;
}
