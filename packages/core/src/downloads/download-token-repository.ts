import type { DownloadToken } from "./download-token.ts";

export interface DownloadTokenRepository {
  findByHash(hash: string): Promise<DownloadToken | undefined>;
  create(token: DownloadToken): Promise<void>;
  /** Binds an unstarted token; false when it was started meanwhile. */
  start(hash: string, startedAt: Date, clientAddress: string): Promise<boolean>;
  removeByFile(fileId: string): Promise<void>;
  removeByApiKey(apiKeyId: string): Promise<void>;
  removeExpired(now: Date): Promise<number>;
}
