export type {
  ApiCaller,
  CallAnswer,
  CallOptions,
  CallRequest,
  CallResponse,
  PathCallOptions,
} from "./calls/api-caller.ts";
export type { Call } from "./calls/call.ts";
export type { ApiKey } from "./calls/key-source.ts";
export type { Person } from "./calls/person-proof.ts";
export type { ServerDescription } from "./calls/server-description.ts";
export type { ServerAnswer } from "./calls/server-inquiry.ts";
export { type Client, createClient, type WireCall } from "./client.ts";
export type { CallAttempt, ClientHooks, ClientOptions, Logger, PacingOptions, Wait } from "./client-options.ts";
export {
  isAccessDeniedError,
  isApiError,
  isBadRequestError,
  isChecksumMismatchError,
  isConflictError,
  isConsigneError,
  isDownloadFailedError,
  isFloodLockError,
  isLocalFileError,
  isNetworkError,
  isNotAuthenticatedError,
  isNotCustomerError,
  isNotFoundError,
  isNotSupportedError,
  isFileDamagedError,
  isQuotaError,
  isServerError,
  isTimeoutError,
  isTooLargeError,
  isUploadFailedError,
  isWrongPasswordError,
} from "./error-guards.ts";
export {
  AccessDeniedError,
  ApiError,
  BadRequestError,
  ChecksumMismatchError,
  ConflictError,
  ConsigneError,
  type ConsigneErrorCode,
  DownloadFailedError,
  FloodLockError,
  type FloodLockKind,
  LocalFileError,
  NetworkError,
  NotAuthenticatedError,
  NotCustomerError,
  NotFoundError,
  NotSupportedError,
  FileDamagedError,
  QuotaError,
  type Refusal,
  type RefusedPart,
  ServerError,
  TimeoutError,
  TooLargeError,
  UploadFailedError,
  WrongPasswordError,
  type Arrival,
} from "./errors.ts";
export { fromRemoteName, isSameName, toRemoteName } from "@consigne/contract/remote-names";
export type { Clock } from "./pacing/clock.ts";
export type { PathTarget } from "./paths/path-lookup.ts";
export type { PathStatus, RemotePath } from "./paths/remote-path.ts";
export type {
  AccountResource,
  Account,
  AccountContents,
  ExportedRecord,
  AccountChoices,
  AccountProfile,
  AccountSettings,
  EmailLanguage,
  Offer,
} from "./resources/account.ts";
export type { AccessRules } from "./resources/access-rules.ts";
export type { FileDescription } from "./resources/file-description.ts";
export type { FileEntry } from "./resources/file-entry.ts";
export type {
  FileAttributes,
  FileReference,
  Files,
  FileToRemove,
  ListFilesOptions,
  ScanResult,
} from "./resources/files.ts";
export type { FolderEntry, FolderListing, FolderShare } from "./resources/folder-listing.ts";
export { isPlaceAddress } from "./resources/place-address.ts";
export type { Folders, GetFolderOptions, WalkedFolder } from "./resources/folders.ts";
export type { Listing } from "./resources/listing.ts";
export type { FtpUser, FtpUsers } from "./resources/ftp-users.ts";
export type {
  AccountKey,
  CreatedKey,
  KeyArea,
  KeyChanges,
  KeyRight,
  Keys,
  KeyScopes,
  KeyTemplate,
  NewKey,
  RevokedKey,
} from "./resources/keys.ts";
export type { RemoteUploadItem, RemoteUploadProgress, RemoteUploadState } from "./resources/remote-progress.ts";
export type {
  ChangedEntry,
  DescribedEntry,
  Entries,
  EntriesPage,
  EntryChange,
  FolderPlace,
  ListEntriesOptions,
  ListEntriesPageOptions,
  OnConflict,
  SearchMatch,
  SearchPage,
  SharedRight,
  ThumbnailOptions,
} from "./resources/entries.ts";
export type { AccountEvent } from "./resources/event-text.ts";
export type { EventOptions } from "./resources/events.ts";
export type { Entry, EntrySort, FileKind, ListedEntryFile, ListedFolder } from "./resources/entry.ts";
export type { WaitOptions } from "./resources/waiting.ts";
export type { Import, ImportEntry, ImportEntryState, Imports, ImportSource, ImportTally } from "./resources/imports.ts";
export type { RemoteUpload, RemoteUploadEntry, RemoteUploadResult, RemoteUploads } from "./resources/remote-uploads.ts";
export type { Activity, ActivityFilter, ActivityPage, ActivityRecord } from "./resources/activity.ts";
export type {
  Admin,
  Invitation,
  NewInvitation,
  RevokedUserKey,
  ServerJob,
  ServerJobDetails,
  ServerSetting,
  ServerLock,
  ServerState,
  ServerUser,
  UserChanges,
  UserKey,
} from "./resources/admin.ts";
export type { AccountSession, Sessions } from "./resources/sessions.ts";
export type { FolderPerson, PublicFile, PublicFolder, ReceivedFolder, Shares } from "./resources/shares.ts";
export type { RestoredEntry, Trash, TrashEntry, TrashPage } from "./resources/trash.ts";
export type { NewPartUpload, PartUpload, PartUploadedFile, PartUploads, SentPart } from "./uploads/part-uploads.ts";
export type { PartSource, SendPartOptions } from "./uploads/part-sending.ts";
export type { BatchFile } from "./uploads/batch-body.ts";
export type { BatchOptions, BatchResult } from "./uploads/batch-upload.ts";
export type { UploadMemory } from "./uploads/upload-memory.ts";
export type { FileVersion, ReplacedFile, Replacement, Versions } from "./resources/versions.ts";
export type { Voucher, Vouchers } from "./resources/vouchers.ts";
export type { DirectLinkOptions } from "./downloads/direct-links.ts";
export type { DownloadProgress } from "./downloads/download-progress.ts";
export type {
  BytesOptions,
  DownloadedFile,
  DownloadedStream,
  Downloads,
  LinkOptions,
  OpenOptions,
  ToFileOptions,
} from "./downloads/downloads.ts";
export { type Draft, findUnfinishedFiles, openDraft } from "./downloads/drafts.ts";
export type { ByteSpan } from "./downloads/ranged-answer.ts";
export { createBuiltInHasher } from "./hashing/built-in-hasher.ts";
export type { HasherFactory, RunningHash } from "./hashing/hasher.ts";
export type { UploadProgress } from "./uploads/upload-progress.ts";
export type { UploadedFile, UploadReport } from "./uploads/upload-report.ts";
export {
  type ByteStream,
  fromBlob,
  fromBytes,
  fromIterable,
  fromPath,
  fromStream,
  type SourceOptions,
  type SourceRange,
  type StreamOptions,
  type UploadSource,
} from "./uploads/upload-source.ts";
export type { UploadOptions, Uploads } from "./uploads/uploads.ts";
export type { Link, LinkedEntry, LinkRules, Links } from "./resources/links.ts";
