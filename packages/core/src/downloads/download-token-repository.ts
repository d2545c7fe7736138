import type { ChangeableAccountId } from "../accounts/account-repository.ts";
import type { ChangeableFileId, RemovableFileId } from "../files/file-repository.ts";
import type { ManageableKeyId } from "../keys/api-key-repository.ts";
import type { DownloadToken } from "./download-token.ts";

export interface DownloadTokenRepository {
  findByHash(hash: string): Promise<DownloadToken | undefined>;
  create(token: DownloadToken): Promise<void>;
  /**
   * Binds an unstarted token, and counts the download with its link and, unless `isCounted` is false, with its file and
   * account; false when it was started meanwhile.
   * @throws {DomainError} `link-used-up` when the link has no download left: then nothing is bound
   */
  start(hash: string, startedAt: Date, clientAddress: string, options?: { isCounted: boolean }): Promise<boolean>;
  /** Ends it for good, before its time: its `startBefore` is 1970 from now on. */
  expire(hash: string): Promise<void>;
  /** Ends for good those over at `now`, and those that end by `unstarted` and were never used. Returns how many. */
  endExpired(ends: { now: Date; unstarted: Date }): Promise<number>;
  /** Returns how many went, as the others do. */
  removeByFiles(fileIds: readonly (ChangeableFileId | RemovableFileId)[]): Promise<number>;
  removeByLinks(linkIds: readonly string[]): Promise<number>;
  removeByApiKeys(apiKeyIds: readonly ManageableKeyId[]): Promise<number>;
  /** Those that the account got by its password, or by a session, and not by a key. */
  removeKeylessByAccount(accountId: ChangeableAccountId): Promise<number>;
  /** Those that the account got by one session, or by all but one. */
  removeOfSessions(accountId: string, which: { only: string } | { but: string | undefined }): Promise<number>;
  /**
   * Those over at `now`, those that end by `unstarted` and were never used, and those that would last beyond `latest`, as
   * none made by a right clock does.
   */
  removeExpired(ends: { now: Date; unstarted: Date; latest: Date }): Promise<number>;
}
