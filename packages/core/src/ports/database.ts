import type { AccountRepository } from "../accounts/account-repository.ts";
import type { CounterRepository } from "../accounts/usage.ts";
import type { AuditRepository } from "../audit/audit-record.ts";
import type { ContentBlockRepository } from "../blocks/content-block.ts";
import type { ChangeRepository } from "../events/change-repository.ts";
import type { DownloadTokenRepository } from "../downloads/download-token-repository.ts";
import type { EntryRepository } from "../entries/entry-repository.ts";
import type { BlobRepository, DiscardedBytesRepository } from "../files/blob-repository.ts";
import type { ManifestRepository } from "../files/manifest-repository.ts";
import type { FileRepository } from "../files/file-repository.ts";
import type { FloodLockRepository } from "../flood/flood-lock-repository.ts";
import type { FolderRepository } from "../folders/folder-repository.ts";
import type { LinkRepository } from "../links/link-repository.ts";
import type { NoteRepository } from "../housekeeping/note-repository.ts";
import type { JobRepository } from "../jobs/job-repository.ts";
import type { InvitationRepository } from "../invitations/invitation-repository.ts";
import type { ApiKeyRepository } from "../keys/api-key-repository.ts";
import type { MailedTokenRepository } from "../mail/mailed-token-repository.ts";
import type { ImportRepository } from "../imports/import-repository.ts";
import type { PartUploadRepository } from "../part-uploads/part-upload-repository.ts";
import type { RemoteUploadRepository } from "../remote/remote-upload-repository.ts";
import type { SessionRepository } from "../sessions/session-repository.ts";
import type { TrashRepository } from "../trash/trash-repository.ts";
import type { FolderShareRepository } from "../shares/folder-share-repository.ts";
import type { UploadRepository } from "../uploads/upload-repository.ts";
import type { VersionRepository } from "../versions/version-repository.ts";

/** All repositories. */
export interface Repositories {
  readonly accounts: AccountRepository;
  readonly apiKeys: ApiKeyRepository;
  readonly sessions: SessionRepository;
  readonly mailedTokens: MailedTokenRepository;
  readonly invitations: InvitationRepository;
  readonly folders: FolderRepository;
  readonly folderShares: FolderShareRepository;
  readonly files: FileRepository;
  readonly entries: EntryRepository;
  readonly trash: TrashRepository;
  readonly versions: VersionRepository;
  readonly blobs: BlobRepository;
  readonly manifests: ManifestRepository;
  readonly contentBlocks: ContentBlockRepository;
  readonly discardedBytes: DiscardedBytesRepository;
  readonly counters: CounterRepository;
  readonly uploads: UploadRepository;
  readonly partUploads: PartUploadRepository;
  readonly links: LinkRepository;
  readonly downloadTokens: DownloadTokenRepository;
  readonly floodLocks: FloodLockRepository;
  readonly audit: AuditRepository;
  readonly jobs: JobRepository;
  readonly remoteUploads: RemoteUploadRepository;
  readonly notes: NoteRepository;
  readonly imports: ImportRepository;
  readonly changes: ChangeRepository;
}

export interface TransactionOptions {
  /**
   * It touches a fixed, small number of rows. Brief transactions that wait at the same time may become durable in one
   * commit. Each can be rolled back by itself; if the commit fails, all of them fail. A long one would delay the
   * others.
   */
  readonly isBrief?: boolean;
}

/** Rows that survive a power cut once a write has resolved. */
export interface Database extends Repositories {
  /**
   * Runs `work` as one transaction and resolves once it is durable; an exception rolls back everything and is passed
   * on. Transactions are serializable, also with those of other processes on the same rows, so reading some rows may
   * decide what is written to others. `work` must only use the repositories it is given (the outer ones wait for the
   * transaction to end) and must do no other I/O. It may run again when the engine asks for a retry, so it must have no
   * effects outside its rows.
   */
  transaction<T>(work: (rows: Repositories) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Resolves if rows can be read and written. @throws {DatabaseError} saying why not */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** The database failed; everything that was acknowledged is kept. */
export class DatabaseError extends Error {
  override name = "DatabaseError";
  readonly failure: "busy" | "full" | "read-only" | "corrupt" | "unavailable";

  constructor(failure: DatabaseError["failure"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}
