export type { AccountPosition, AccountRepository } from "./accounts/account-repository.ts";
export { defaultAccountSettings } from "./accounts/account.ts";
export type { Account, AccountSettings } from "./accounts/account.ts";
export { isPlanId, planInForce, plans } from "./accounts/plans.ts";
export type { Plan, PlanId } from "./accounts/plans.ts";
export type {
  AccountUsage,
  ComparedPage,
  CounterDeviation,
  CounterRepository,
  FolderCounters,
  Usage,
} from "./accounts/usage.ts";
export type { Yielding } from "./accounts/yielding.ts";
export { KEPT_RECORDS } from "./audit/audit-record.ts";
export type { AuditRecord, AuditRepository, NewAuditRecord } from "./audit/audit-record.ts";
export { copyContents, removeUnknown } from "./backup/copy-contents.ts";
export type { CopyFinding, CopyOrder, CopyReport } from "./backup/copy-contents.ts";
export { CopyRefusedError } from "./backup/proved-copy.ts";
export type { DownloadTokenRepository } from "./downloads/download-token-repository.ts";
export type { DownloadToken } from "./downloads/download-token.ts";
export { CHANGES_KEPT } from "./events/account-change.ts";
export type { AccountChange, ChangeTopic, NumberedChange } from "./events/account-change.ts";
export { MOST_STREAMS } from "./events/event-service.ts";
export type { AccountEvent, EventService } from "./events/event-service.ts";
export type { ChangeRepository } from "./events/change-repository.ts";
export { AccountLeavingError, ArgumentError, DomainError, FloodLockedError, isDomainError } from "./errors.ts";
export type { ArgumentReason, DomainErrorCode } from "./errors.ts";
export type { BlockId, ContentBlock, ContentBlockRepository } from "./blocks/content-block.ts";
export type { ContentBlocks } from "./blocks/content-blocks.ts";
export type { BlobRepository, DiscardedBytesRepository } from "./files/blob-repository.ts";
export { LEAF_BYTES, LEAF_DIGEST_BYTES, LEAVES_PER_PAGE } from "./files/manifest-format.ts";
export type { ManifestRepository } from "./files/manifest-repository.ts";
export type { CountedFolder, Entry, EntryFile, EntryOrder, EntrySort } from "./entries/entry.ts";
export type { EntryReference, FolderPlace } from "./entries/entry-place.ts";
export type {
  EntryCondition,
  EntryPart,
  EntryPosition,
  EntryRepository,
  EntrySpan,
  NameSearch,
  SearchStep,
} from "./entries/entry-repository.ts";
export type { EntryFilter, EntryPage, EntryQuery, EntryService } from "./entries/entry-service.ts";
export type { EntryCursor } from "./entries/entry-position.ts";
export type { FoundEntry } from "./entries/entry-search.ts";
export type { ChangeOutcome, EntryChange, EntryChanges, NameTaken } from "./entries/entry-changes.ts";
export type { FileKind } from "./entries/file-kinds.ts";
export type {
  NewTrashEntry,
  RemovedTarget,
  TrashedContent,
  TrashedFile,
  TrashedFolder,
  TrashedPlace,
  TrashEntry,
  TrashUsage,
} from "./trash/trash.ts";
export { trashedPath } from "./trash/trash-access.ts";
export type { TrashRepository } from "./trash/trash-repository.ts";
export type { RestoreOutcome, TrashPage, TrashService } from "./trash/trash-service.ts";
export type { FileVersion } from "./versions/file-version.ts";
export type { Replacement, ReplaceOutcome } from "./versions/replacement.ts";
export type { NewVersion, VersionRepository } from "./versions/version-repository.ts";
export type { VersionService } from "./versions/version-service.ts";
export { sortName } from "./entries/sort-name.ts";
export type {
  ChangeableFileId,
  ContentChange,
  FileChanges,
  FileFilter,
  FilePage,
  FilePosition,
  FileRepository,
  FileUpdate,
  NewFile,
  RemovableFileId,
  UnusedFile,
} from "./files/file-repository.ts";
export type { Blob, ListedFile, NewBlob, StoredFile } from "./files/file.ts";
export { storedName } from "./files/names.ts";
export type { FloodLockRepository, LockPosition } from "./flood/flood-lock-repository.ts";
export { lockReasons } from "./flood/flood-lock.ts";
export type { FloodLock, LockReason } from "./flood/flood-lock.ts";
export type { NamedLock } from "./flood/lock-subject.ts";
export type {
  FolderChanges,
  FolderPosition,
  FolderRepository,
  NewFolder,
  UsableFolderId,
} from "./folders/folder-repository.ts";
export type { Folder } from "./folders/folder.ts";
export { jobStates } from "./jobs/job.ts";
export type { Job, JobClaim, JobPayload, JobProgress, JobState } from "./jobs/job.ts";
export type {
  ClaimState,
  JobOutcome,
  JobRepository,
  JobBounds,
  JobRequest,
  JobTimes,
  NewJob,
} from "./jobs/job-repository.ts";
export type { ApiKeyRepository } from "./keys/api-key-repository.ts";
export { fullScopes, isOver, scopeAreas, servedScopeAreas, usualScopes } from "./keys/api-key.ts";
export type { ApiKey, KeyScopes, ScopeArea, ScopeRight } from "./keys/api-key.ts";
export { Listing } from "./listing.ts";
export type { AccessList } from "./policy/access-list.ts";
export {
  BlobNotFoundError,
  BlobStoreError,
  partCountOf,
  partSpanOf,
  StagedBlobEndedError,
  UnclearStoreError,
} from "./ports/blob-store.ts";
export type {
  BlobReader,
  ByteSource,
  BlobStat,
  BlobStore,
  BlobStoreFailure,
  ByteSpan,
  ListedBlob,
  ListedTransfer,
  PartedBlob,
  PartPlan,
  StagedBlob,
  StagedPart,
  StorageRoom,
  StoredPart,
  StoredTail,
} from "./ports/blob-store.ts";
export { VirtualClock, systemClock } from "./ports/clock.ts";
export type { Clock } from "./ports/clock.ts";
export type { ContentHash, ContentHasher, HashAlgorithm } from "./ports/content-hasher.ts";
export { type Countries, noCountries } from "./ports/countries.ts";
export { DatabaseError } from "./ports/database.ts";
export type { Database, Repositories, TransactionOptions } from "./ports/database.ts";
export type { Lock, Locker } from "./ports/locker.ts";
export type { BlobCopies, BlobCopy } from "./ports/blob-copies.ts";
export { MemoryBlobStore } from "./ports/memory-blob-store.ts";
export { MemoryLocker } from "./ports/memory-locker.ts";
export { MemoryRateLimiter } from "./ports/memory-rate-limiter.ts";
export type { Bucket, RateLimit, RateLimitAnswer, RateLimiter } from "./ports/rate-limiter.ts";
export { errnoOf, type RefusedWrite, refusedWriteOf } from "./ports/refused-write.ts";
export { SourceError } from "./ports/source-fetcher.ts";
export type { OpenedSource, SourceFailure, SourceFetcher, SourceOrder, SourceVersion } from "./ports/source-fetcher.ts";
export {
  newApiKeyText,
  newBlobKey,
  newDownloadTokenText,
  newFileId,
  newMailedToken,
  newPasswordText,
  newPublicShareId,
  newRecordId,
  newRemovalCode,
  newSessionToken,
  newUploadId,
} from "./random-ids.ts";
export { AesSealer } from "./ports/aes-sealer.ts";
export { type Sealer, SealError } from "./ports/sealer.ts";
export {
  NoThumbnailsError,
  PictureRefusedError,
  type StoredThumbnail,
  type ThumbnailMaker,
  type Thumbnails,
  type ThumbnailStore,
} from "./ports/thumbnails.ts";
export { IMPORT, IMPORT_ENTRY_BYTES, pageOfEntries } from "./imports/import.ts";
export { messageBytesOf, textBytesOf } from "./imports/import-texts.ts";
export type {
  EntryState,
  Import,
  ImportEnd,
  ImportEntry,
  ImportEntryQuery,
  ImportState,
  ImportTallies,
  PlacedEntry,
} from "./imports/import.ts";
export type {
  EntryEnd,
  FoundNames,
  ImportEntryPage,
  ImportRepository,
  NewImport,
  NewImportEntry,
} from "./imports/import-repository.ts";
export type { ImportOrder, ImportService } from "./imports/import-service.ts";
export {
  type ImportAccess,
  type ImportFailure,
  type ImportListing,
  type ImportSource,
  ImportSourceError,
  type ImportSources,
  type ListedSource,
  type LocatedSource,
} from "./ports/import-source.ts";
export { fetchEnglish } from "./remote/fetch-english.ts";
export { FetchError } from "./remote/fetch-error.ts";
export {
  type FetchCodeOfHost,
  type FetchMessage,
  type FetchMessages,
  type FetchRefusal,
  type FetchSentences,
  inSentences,
} from "./remote/fetch-message.ts";
export { isSourceAddress } from "./remote/source-address.ts";
export type { FetchOrder, OrderOwner } from "./remote/orderer.ts";
export { MOST_REMOTE_URLS, REMOTE_UPLOAD, remoteStateOf } from "./remote/remote-upload.ts";
export type { RemoteEnd, RemoteItem, RemoteItemNow, RemoteRequest, RemoteState } from "./remote/remote-upload.ts";
export type {
  NewRemoteItem,
  NewRemoteRequest,
  RemoteBounds,
  RemoteUploadRepository,
} from "./remote/remote-upload-repository.ts";
export type { Batch, BatchSink } from "./batches/batch-intake.ts";
export type { BatchService } from "./batches/batch-service.ts";
export { MOST_BATCH_FILES } from "./batches/batch.ts";
export type { BatchHead, BatchNameTaken, BatchOutcome, BatchQuestion, BatchOptions } from "./batches/batch.ts";
export { FileArrivingError } from "./part-uploads/arriving-file.ts";
export type { ChunkChecksum, IncomingStream } from "./part-uploads/incoming-stream.ts";
export type { StreamHead, StreamUploadService } from "./part-uploads/stream-upload-service.ts";
export type { IncomingPart } from "./part-uploads/incoming-part.ts";
export type {
  Arrival,
  NewPartUpload,
  PartUploadRepository,
  PromisedUpload,
  StreamStep,
} from "./part-uploads/part-upload-repository.ts";
export { leavesSha256Of } from "./part-uploads/part-proof.ts";
export type { PartProof } from "./part-uploads/part-proof.ts";
export type { PartUploadService, PartUploadOptions } from "./part-uploads/part-upload-service.ts";
export { UPLOAD_PAUSE_MS } from "./part-uploads/part-upload.ts";
export type { PartUpload, ReceivedPart, ReceivedTail } from "./part-uploads/part-upload.ts";
export type { UploadRepository } from "./uploads/upload-repository.ts";
export type { ReportBounds, ReportHolder, UploadReport } from "./uploads/upload-session.ts";
export type { UploadSession, UploadState, UploadedFile } from "./uploads/upload-session.ts";
export type { AccountHoldings } from "./accounts/account-removal.ts";
export type { Admission, EntryPoint, NeededRight, Operation } from "./admission/admission.ts";
export type { Credentials } from "./admission/credentials.ts";
export type { RememberedPassword } from "./admission/link-passwords.ts";
export { AccountService } from "./accounts/account-service.ts";
export { isWeakPassword } from "./accounts/weak-password.ts";
export { isEmailAddress, WeakPasswordError } from "./accounts/new-credentials.ts";
export type { AddressChange, AddressLink, AddressOutcome } from "./accounts/address-change.ts";
export type { MailedLinkOver } from "./mail/mailed-token.ts";
export type { PasswordReset, ResetLink, ResetOutcome } from "./accounts/password-reset.ts";
export type { Survivors } from "./accounts/reset-survivors.ts";
export type { Invitation, InvitationEnd } from "./invitations/invitation.ts";
export type {
  InvitationPosition,
  InvitationRenewal,
  InvitationRepository,
} from "./invitations/invitation-repository.ts";
export type { SettingInForce } from "./housekeeping/setting-in-force.ts";
export { exportParts } from "./accounts/account-export.ts";
export type { ExportCursor, ExportRecord } from "./accounts/account-export.ts";
export type { InvitationLink } from "./invitations/invitation-service.ts";
export type { MailedTokenRepository } from "./mail/mailed-token-repository.ts";
export type { MailedToken, MailedTokenEnd, MailedTokenPurpose } from "./mail/mailed-token.ts";
export { MailError } from "./ports/mailer.ts";
export type { Letter, Mailer, MailLanguage, MailPlace } from "./ports/mailer.ts";
export type { NewAccount } from "./accounts/account-service.ts";
export { ApiKeyService, LONGEST_GRACE_MS } from "./keys/api-key-service.ts";
export type { CreatedKey } from "./keys/api-key-service.ts";
export { workingCreatedKeys } from "./keys/created-keys.ts";
export type { RevokedKey, RevokedUserKey } from "./keys/key-revocation.ts";
export { keyTemplateNames, keyTemplates, scopesOf } from "./keys/key-templates.ts";
export type { KeyTemplate } from "./keys/key-templates.ts";
export { LONGEST_KEY_NAME, MOST_KEY_ADDRESSES, MOST_WORKING_KEYS, startingGrants } from "./keys/new-key.ts";
export type { KeyChanges, NewApiKey } from "./keys/new-key.ts";
export type { AuditPosition, OwnAuditFilter } from "./audit/audit-record.ts";
export type { OwnActivity } from "./audit/own-activity.ts";
export { auditRecord, OPERATOR_ADDRESS, SERVER_ADDRESS } from "./audit/audit-trail.ts";
export type { AccountActor, Actor, GuestActor, Principal } from "./policy/actor.ts";
export { guest, isAccountActor } from "./policy/actor.ts";
export { isAddressPattern, matchesAnyAddress, plainAddress } from "./policy/address-match.ts";
export { countedAddress, countedNetwork, mostOfNetwork } from "./policy/counted-address.ts";
export { type CountedSubject, countedSubject } from "./policy/counted-subject.ts";
export { matchStore, type StoreMatch } from "./storage/own-store.ts";
export { LONGEST_WAIT_MS } from "./places/bounded-wait.ts";
export { type Place, type PlaceLimits, Places } from "./places/places.ts";
export { requireAllowed } from "./policy/decision.ts";
export type { Decision } from "./policy/decision.ts";
export type { Permitted } from "./policy/permitted.ts";
export { proofEndsAt } from "./policy/authority.ts";
export { can } from "./policy/policy.ts";
export type { PolicyContext, PolicyQuestion } from "./policy/policy.ts";
export type { Reader } from "./policy/reading-right.ts";
export type { FolderReference } from "./folders/folder-access.ts";
export type { FolderListing, FolderService } from "./folders/folder-service.ts";
export type { FileReference } from "./files/file-access.ts";
export type { CheckedLink, LinkCheck, OwnLink } from "./files/link-check.ts";
export type { RemovalLinks } from "./files/removal-links.ts";
export type { AttributeChanges } from "./files/attribute-changes.ts";
export type { FileDetails, FileService } from "./files/file-service.ts";
export type { Upload, UploadRules, UploadOptions } from "./uploads/upload.ts";
export type { UploadService } from "./uploads/upload-service.ts";
export { DownloadWaitError } from "./downloads/free-downloads.ts";
export type { FreeRules } from "./downloads/free-downloads.ts";
export type { LeftOutReason } from "./archives/archive-contents.ts";
export type { ArchiveService, ArchiveStream, OpenableArchive } from "./archives/archive-service.ts";
export type { PlannedArchive } from "./archives/planned-archive.ts";
export type { DownloadService, DownloadStream, OpenableDownload } from "./downloads/download-service.ts";
export type { LinkedFile } from "./files/file-access.ts";
export { isLinkOver, isOwnLink, type Link, type LinkUse } from "./links/link.ts";
export type {
  FurtherLink,
  LinkChanges,
  LinkRepository,
  LinksOf,
  LinkTarget,
  NewLink,
} from "./links/link-repository.ts";
export type { LinkedEntry, LinkService, LinkOptions } from "./links/link-service.ts";
export type { FolderGrant, FolderShare, ReceivedShare, SharedRight, ShareRights } from "./shares/folder-share.ts";
export type { FolderShareRepository, NewFolderShare } from "./shares/folder-share-repository.ts";
export type { PersonRights } from "./shares/people.ts";
export type { PeopleService, ReceivedFolder } from "./shares/people-service.ts";
export type { SharedContents, ShareService } from "./shares/share-service.ts";
export { floodFigures, paceOf } from "./flood/flood-figures.ts";
export type { ClientPace, FloodFigures } from "./flood/flood-figures.ts";
export { floodProfiles, makeFloodProfile } from "./flood/flood-profile.ts";
export type { FloodProfile, FloodProfileName, FloodRule } from "./flood/flood-profile.ts";
export type { FloodService } from "./flood/flood-service.ts";
export type { BytesRemover } from "./housekeeping/bytes-remover.ts";
export type { CollectionReport, Collector } from "./housekeeping/collector.ts";
export { ClaimLostError, JobCancelledError, JobGivenUpError, JobRetryError, JobTimeoutError } from "./jobs/job-kind.ts";
export { type HousekeepingRules, usualHousekeeping } from "./housekeeping/housekeeping-jobs.ts";
export type { AffectedFile, ContentFinding, Damage } from "./housekeeping/content-check.ts";
export type { BytesCollection, BytesCollectionReport } from "./housekeeping/bytes-collection.ts";
export type { Notice, Notices } from "./housekeeping/notices.ts";
export type { Scrub, ScrubRules } from "./housekeeping/scrub.ts";
export type { ScrubRequests } from "./housekeeping/scrub-requests.ts";
export type { ScrubActivity, ScrubPass, ScrubState } from "./housekeeping/scrub-state.ts";
export { attentionEnglish, type AttentionReason } from "./housekeeping/attention.ts";
export { HEARTBEAT_MS } from "./housekeeping/server-status.ts";
export type { LoggedError, ServerNote, ServerStatus, StatusService } from "./housekeeping/server-status.ts";
export type { DayFigures, Holdings, Statistics } from "./housekeeping/statistics.ts";
export type { TransferCounts, TransferMeter } from "./housekeeping/transfer-meter.ts";
export type { Note, NoteRepository, NoteValue } from "./housekeeping/note-repository.ts";
export type { StorageCheck, StorageCheckReport, StorageFinding } from "./housekeeping/storage-check.ts";
export { WorkerStoppedError } from "./jobs/job-kind.ts";
export type { JobAttempt, JobEnd, JobKind } from "./jobs/job-kind.ts";
export { JobQueue } from "./jobs/job-queue.ts";
export type { JobChange, JobFilter, JobOrder } from "./jobs/job-queue.ts";
export { JobScheduler } from "./jobs/job-schedule.ts";
export type { JobSchedule } from "./jobs/job-schedule.ts";
export { JobWorker } from "./jobs/job-worker.ts";
export type { JobEvents, JobWorkerParts } from "./jobs/job-worker.ts";
export type { SessionRepository } from "./sessions/session-repository.ts";
export { isAged, MOST_ENDED_SESSIONS, MOST_SESSIONS, sessionSpans } from "./sessions/session.ts";
export type { EndedSession, Session, SessionEnd, SessionEnding, SessionLife } from "./sessions/session.ts";
export type { NewSession, SessionService } from "./sessions/session-service.ts";
export { isSameSecret } from "./same-secret.ts";
export type { RemoteOrder, RemoteUploadDetails, RemoteUploadService } from "./remote/remote-upload-service.ts";
export { createServices, USUAL_TRASH_DAYS, USUAL_VERSION_DAYS, usualRemoteRules } from "./services.ts";
export type { DomainRules, EdgeServices, Ports, RemoteRules, Services } from "./services.ts";
export { secretHash } from "./secret-hash.ts";
