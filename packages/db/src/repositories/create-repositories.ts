import type { Repositories } from "@consigne/core";
import type { RowSource } from "../row-source.ts";
import { AccountRows } from "./account-rows.ts";
import { ApiKeyRows } from "./api-key-rows.ts";
import { AuditRows } from "./audit-rows.ts";
import { BlobRows } from "./blob-rows.ts";
import { ChangeRows } from "./change-rows.ts";
import { ContentBlockRows } from "./content-block-rows.ts";
import { DiscardedBytesRows } from "./discarded-bytes-rows.ts";
import { CounterRows } from "./counter-rows.ts";
import { DownloadTokenRows } from "./download-token-rows.ts";
import { EntryRows } from "./entry-rows.ts";
import { FileRows } from "./file-rows.ts";
import { FloodLockRows } from "./flood-lock-rows.ts";
import { FolderShareRows } from "./folder-share-rows.ts";
import { FolderRows } from "./folder-rows.ts";
import { ImportRows } from "./import-rows.ts";
import { InvitationRows } from "./invitation-rows.ts";
import { JobRows } from "./job-rows.ts";
import { LinkRows } from "./link-rows.ts";
import { MailedTokenRows } from "./mailed-token-rows.ts";
import { PartUploadRows } from "./part-upload-rows.ts";
import { RemoteUploadRows } from "./remote-upload-rows.ts";
import { ManifestRows } from "./manifest-rows.ts";
import { NoteRows } from "./note-rows.ts";
import { SessionRows } from "./session-rows.ts";
import { TrashRows } from "./trash-rows.ts";
import { UploadRows } from "./upload-rows.ts";
import { VersionRows } from "./version-rows.ts";

export function createRepositories(rows: RowSource): Repositories {
  return {
    accounts: new AccountRows(rows),
    apiKeys: new ApiKeyRows(rows),
    sessions: new SessionRows(rows),
    mailedTokens: new MailedTokenRows(rows),
    invitations: new InvitationRows(rows),
    folders: new FolderRows(rows),
    folderShares: new FolderShareRows(rows),
    files: new FileRows(rows),
    entries: new EntryRows(rows),
    trash: new TrashRows(rows),
    versions: new VersionRows(rows),
    blobs: new BlobRows(rows),
    manifests: new ManifestRows(rows),
    contentBlocks: new ContentBlockRows(rows),
    discardedBytes: new DiscardedBytesRows(rows),
    counters: new CounterRows(rows),
    uploads: new UploadRows(rows),
    partUploads: new PartUploadRows(rows),
    links: new LinkRows(rows),
    downloadTokens: new DownloadTokenRows(rows),
    floodLocks: new FloodLockRows(rows),
    audit: new AuditRows(rows),
    jobs: new JobRows(rows),
    remoteUploads: new RemoteUploadRows(rows),
    notes: new NoteRows(rows),
    imports: new ImportRows(rows),
    changes: new ChangeRows(rows),
  };
}
