export type { AccountRepository } from "./accounts/account-repository.ts";
export { defaultAccountSettings } from "./accounts/account.ts";
export type { Account, AccountSettings } from "./accounts/account.ts";
export { isPlanId, planInForce, plans } from "./accounts/plans.ts";
export type { Plan, PlanId } from "./accounts/plans.ts";
export type { AuditRecord, AuditRepository } from "./audit/audit-record.ts";
export type { DownloadTokenRepository } from "./downloads/download-token-repository.ts";
export type { DownloadToken } from "./downloads/download-token.ts";
export { DomainError, FloodLockedError, isDomainError } from "./errors.ts";
export type { DomainErrorCode } from "./errors.ts";
export type { BlobRepository } from "./files/blob-repository.ts";
export type { FileFilter, FileRepository } from "./files/file-repository.ts";
export type { Blob, StoredFile } from "./files/file.ts";
export type { FloodLockRepository } from "./flood/flood-lock-repository.ts";
export type { FloodLock } from "./flood/flood-lock.ts";
export type { FolderRepository } from "./folders/folder-repository.ts";
export type { Folder, FolderContents } from "./folders/folder.ts";
export type { ApiKeyRepository } from "./keys/api-key-repository.ts";
export { fullScopes, scopeAreas } from "./keys/api-key.ts";
export type { ApiKey, KeyScopes, ScopeArea, ScopeRight } from "./keys/api-key.ts";
export type { AccessList } from "./policy/access-list.ts";
export { BlobNotFoundError, BlobStoreError } from "./ports/blob-store.ts";
export type {
  BlobReader,
  BlobStat,
  BlobStore,
  BlobStoreFailure,
  ByteSpan,
  ListedBlob,
  StagedBlob,
} from "./ports/blob-store.ts";
export { VirtualClock, systemClock } from "./ports/clock.ts";
export type { Clock } from "./ports/clock.ts";
export type { ContentHash, ContentHasher } from "./ports/content-hasher.ts";
export { DatabaseError } from "./ports/database.ts";
export type { Database, Repositories } from "./ports/database.ts";
export type { Lock, Locker } from "./ports/locker.ts";
export type { RateLimit, RateLimitAnswer, RateLimiter } from "./ports/rate-limiter.ts";
export {
  newApiKeyText,
  newBlobKey,
  newDownloadTokenText,
  newFileId,
  newPasswordText,
  newPublicShareId,
  newRecordId,
  newRemovalCode,
  newUploadId,
} from "./random-ids.ts";
export type { UploadRepository } from "./uploads/upload-repository.ts";
export type { UploadReport, UploadSession, UploadState, UploadedFile } from "./uploads/upload-session.ts";
