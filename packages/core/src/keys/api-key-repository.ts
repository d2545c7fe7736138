import type { Account } from "../accounts/account.ts";
import type { ApiKey } from "./api-key.ts";

/** Where a key stands among those of its account. */
export type KeyPosition = Pick<ApiKey, "createdAt" | "id">;

export interface ApiKeyRepository {
  findById(id: string): Promise<ApiKey | undefined>;
  /** The key and its account in one look: every API call starts here. */
  findWithAccountByHash(hash: string): Promise<{ key: ApiKey; account: Account } | undefined>;
  /** Oldest first, then by id, after the position of `after`. */
  listByAccount(accountId: string, page: { after?: KeyPosition | undefined; limit: number }): Promise<ApiKey[]>;
  create(key: ApiKey): Promise<void>;
  update(
    id: string,
    changes: Partial<Pick<ApiKey, "name" | "expiresAt" | "endedAt" | "revokedAt" | "lastUsedAt">>,
  ): Promise<void>;
  /** Notes of the key, or of all, that its end has come; returns of how many. */
  endExpired(now: Date, id?: string): Promise<number>;
  removeByAccount(accountId: string): Promise<void>;
}
