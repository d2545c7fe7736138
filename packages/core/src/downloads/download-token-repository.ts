import type { ChangeableAccountId } from "../accounts/account-repository.ts";
import type { ChangeableFileId, RemovableFileId } from "../files/file-repository.ts";
import type { ManageableKeyId } from "../keys/api-key-repository.ts";
import type { DownloadToken } from "./download-token.ts";

export interface DownloadTokenRepository {
  findByHash(hash: string): Promise<DownloadToken | undefined>;
  create(token: DownloadToken): Promise<void>;
  /**
   * Binds an unstarted token, and counts the download for its link and, unless `isCounted` is false, for its file and
   * account. Returns false if it was started meanwhile.
   * @throws {DomainError} `link-used-up` when the link has no downloads left; nothing is bound then
   */
  start(hash: string, startedAt: Date, clientAddress: string, options?: { isCounted: boolean }): Promise<boolean>;
  /** Ends it early and permanently, by setting `startBefore` to 1970. */
  expire(hash: string): Promise<void>;
  /** Permanently ends tokens that have expired at `now`, and unused ones that end by `unstarted`. Returns how many. */
  endExpired(ends: { now: Date; unstarted: Date }): Promise<number>;
  /** Returns how many were removed, like the other methods. */
  removeByFiles(fileIds: readonly (ChangeableFileId | RemovableFileId)[]): Promise<number>;
  /** Keeps the tokens of the own link of `from` valid when that link becomes an additional link of `to`. */
  moveWithOwnLink(from: RemovableFileId, to: ChangeableFileId): Promise<void>;
  removeByLinks(linkIds: readonly string[]): Promise<number>;
  removeByApiKeys(apiKeyIds: readonly ManageableKeyId[]): Promise<number>;
  /** Tokens made with the account's password or a session, not with a key. */
  removeKeylessByAccount(accountId: ChangeableAccountId): Promise<number>;
  /** Tokens made with one session, or with all sessions but one. */
  removeOfSessions(accountId: string, which: { only: string } | { but: string | undefined }): Promise<number>;
  /**
   * Tokens that have expired at `now`, unused ones that end by `unstarted`, and those that would last beyond `latest`,
   * which only a wrong clock can have made.
   */
  removeExpired(ends: { now: Date; unstarted: Date; latest: Date }): Promise<number>;
}
