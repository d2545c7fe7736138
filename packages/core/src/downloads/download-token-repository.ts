import type { DownloadToken } from "./download-token.ts";

export interface DownloadTokenRepository {
  findByHash(hash: string): Promise<DownloadToken | undefined>;
  create(token: DownloadToken): Promise<void>;
  /** Binds an unstarted token; false when it was started meanwhile. */
  start(hash: string, startedAt: Date, clientAddress: string): Promise<boolean>;
  removeByFile(fileId: string): Promise<void>;
  removeByApiKey(apiKeyId: string): Promise<void>;
  /** Those over at `now`, and those that would last beyond `latestEnd`, as none made by a right clock does. */
  removeExpired(now: Date, latestEnd: Date): Promise<number>;
}
