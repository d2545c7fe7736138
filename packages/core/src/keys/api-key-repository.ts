import type { Account } from "../accounts/account.ts";
import type { ApiKey } from "./api-key.ts";

export interface ApiKeyRepository {
  findById(id: string): Promise<ApiKey | undefined>;
  /** The key and its account in one look: every API call starts here. */
  findWithAccountByHash(hash: string): Promise<{ key: ApiKey; account: Account } | undefined>;
  listByAccount(accountId: string): Promise<ApiKey[]>;
  create(key: ApiKey): Promise<void>;
  update(
    id: string,
    changes: Partial<Pick<ApiKey, "name" | "expiresAt" | "endedAt" | "revokedAt" | "lastUsedAt">>,
  ): Promise<void>;
  /** Notes of the key, or of all, that its end has come; returns of how many. */
  endExpired(now: Date, id?: string): Promise<number>;
  removeByAccount(accountId: string): Promise<void>;
}
