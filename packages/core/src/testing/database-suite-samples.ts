import assert from "node:assert/strict";
import { defaultAccountSettings } from "../accounts/account.ts";
import type { Account } from "../accounts/account.ts";
import type { AuditRecord } from "../audit/audit-record.ts";
import type { DownloadToken } from "../downloads/download-token.ts";
import { isDomainError } from "../errors.ts";
import type { DomainErrorCode } from "../errors.ts";
import type { Blob, ListedFile, StoredFile } from "../files/file.ts";
import type { NewFile } from "../files/file-repository.ts";
import type { FloodLock } from "../flood/flood-lock.ts";
import type { NewFolder } from "../folders/folder-repository.ts";
import type { Folder } from "../folders/folder.ts";
import type { ManageableKey } from "../keys/api-key-repository.ts";
import { fullScopes } from "../keys/api-key.ts";
import type { ApiKey } from "../keys/api-key.ts";
import type { Database, Repositories } from "../ports/database.ts";
import { bySystem } from "../policy/by-system.ts";
import { newBlobKey, newFileId, newRecordId, newRemovalCode, newUploadId } from "../random-ids.ts";
import type { Session } from "../sessions/session.ts";
import type { NewTrashEntry } from "../trash/trash.ts";
import type { UploadReport, UploadSession } from "../uploads/upload-session.ts";

/** Opens an empty database; disposing it removes it again. */
export type OpenDatabase = () => Promise<OpenedDatabase>;

export interface OpenedDatabase extends AsyncDisposable {
  database: Database;
  /** Opens the same rows again, as another process would. Disposing closes it too. */
  openBeside(): Promise<Database>;
}

/** A suite tests the rows themselves, without a policy. */
export const may = <Id extends string | number>(id: Id) => bySystem(id, "a test of the rows themselves");

/** A file in the place that it names. */
export const placed = (file: StoredFile): NewFile => ({
  ...file,
  folderId: file.folderId === undefined ? undefined : may(file.folderId),
});

const start = Date.parse("2026-01-31T09:20:30.123Z");

/** An instant `seconds` after a fixed one; the odd milliseconds must survive storing. */
export function at(seconds: number): Date {
  return new Date(start + seconds * 1000);
}

export function sampleAccount(changes: Partial<Account> = {}): Omit<Account, "rootFolderId"> {
  const id = newRecordId();
  return {
    id,
    email: `${id}@example.org`,
    passwordHash: "$scrypt$sample",
    planId: "unlimited",
    planEndsAt: undefined,
    quotaBytes: undefined,
    isAdmin: false,
    isLocked: false,
    removesAt: undefined,
    settings: defaultAccountSettings,
    createdAt: at(0),
    ...changes,
  };
}

export function sampleApiKey(accountId: string, changes: Partial<ApiKey> = {}): ManageableKey {
  return {
    accountId,
    name: "backup",
    hash: newBlobKey(),
    hint: "abcd",
    scopes: fullScopes,
    fenceFolderId: undefined,
    allowedAddresses: [],
    expiresAt: undefined,
    endedAt: undefined,
    revokedAt: undefined,
    lastUsedAt: undefined,
    lastUsedFrom: undefined,
    createdByKeyId: undefined,
    createdAt: at(0),
    ...changes,
    id: may(changes.id ?? newRecordId()),
  };
}

export function sampleSession(accountId: string, changes: Partial<Omit<Session, "accountId">> = {}) {
  return {
    id: newRecordId(),
    accountId: may(accountId),
    hash: newBlobKey(),
    life: "short",
    provedAt: at(0),
    createdAt: at(0),
    lastUsedAt: at(0),
    endsAt: at(3600),
    address: "192.0.2.7",
    boundAddress: undefined,
    userAgent: "Browser/1.0",
    ...changes,
  } satisfies Session;
}

export function sampleFolder(parent: { accountId: string; id: number }, changes: Partial<Folder> = {}) {
  const folder: NewFolder = {
    accountId: parent.accountId,
    name: "Photos",
    createdAt: at(0),
    publicShareId: undefined,
    sharePasswordHash: undefined,
    ...changes,
    parentId: may(changes.parentId ?? parent.id),
  };
  return folder;
}

type KnownBlob = Blob & { readonly whirlpool: string };

export function sampleBlob(changes: Partial<KnownBlob> = {}): KnownBlob {
  const key = newBlobKey();
  const whirlpool = key.repeat(4);
  return {
    id: key,
    key,
    whirlpool,
    sizeBytes: 1234,
    createdAt: at(0),
    damagedAt: undefined,
    hasLeaves: false,
    ...changes,
  };
}

/** A guest's file when `place` is undefined. */
export function sampleFile(blob: Blob, place?: Place, changes: Partial<StoredFile> = {}): NewFile {
  return placed({
    id: newFileId(),
    accountId: place?.accountId,
    folderId: place?.folderId,
    name: "photo.jpg",
    blobId: blob.id,
    blobKey: blob.key,
    isDamaged: blob.damagedAt !== undefined,
    isBlocked: false,
    sizeBytes: blob.sizeBytes,
    whirlpool: blob.whirlpool,
    contentType: "image/jpeg",
    domain: 0,
    description: "",
    passwordHash: undefined,
    accessList: undefined,
    isInline: false,
    isSslDisabled: false,
    isCdn: false,
    removalCode: newRemovalCode(),
    createdAt: at(0),
    ...changes,
  });
}

/** In the form of lists. */
export function asListed(file: StoredFile | undefined): ListedFile {
  assert.ok(file);
  const { id, name, blobId, isDamaged, isBlocked, sizeBytes, whirlpool, contentType, domain, isCdn, createdAt } = file;
  const content = { blobId, isDamaged, isBlocked, sizeBytes, whirlpool, contentType };
  const shown = { id, name, ...content, domain, isCdn, createdAt };
  return { ...shown, hasPassword: file.passwordHash !== undefined, isRestricted: file.accessList !== undefined };
}

export interface Place {
  accountId: string;
  folderId: number;
}

export function sampleUpload(changes: Partial<UploadSession> = {}): UploadSession {
  return {
    id: newUploadId(),
    state: "offered",
    report: undefined,
    createdAt: at(0),
    expiresAt: at(3600),
    ...changes,
  };
}

export function sampleReport(changes: Partial<UploadReport> = {}): UploadReport {
  const file = { fileId: newFileId(), name: "é;\t\n.bin", sizeBytes: 2 ** 40 + 1, whirlpool: "0f".repeat(64) };
  return { isIncoming: false, files: [{ ...file, domain: 3, removalCode: "" }], ...changes };
}

export function sampleDownloadToken(fileId: string, changes: Partial<DownloadToken> = {}): DownloadToken {
  return {
    hash: newBlobKey(),
    fileId,
    blobId: "content",
    linkId: undefined,
    archive: undefined,
    accountId: undefined,
    apiKeyId: undefined,
    sessionId: undefined,
    isInline: false,
    isSingle: false,
    createdAt: at(0),
    startBefore: at(300),
    expiresAt: at(3600),
    startedAt: undefined,
    clientAddress: undefined,
    ...changes,
  };
}

export function sampleFloodLock(changes: Partial<FloodLock> = {}): FloodLock {
  return {
    id: newRecordId(),
    kind: "ip",
    subject: "192.0.2.7",
    reason: "calls",
    lockedAt: at(0),
    lockedUntil: at(60),
    releasedAt: undefined,
    ...changes,
  };
}

export function sampleAuditRecord(changes: Partial<AuditRecord> = {}): AuditRecord {
  return {
    id: newRecordId(),
    at: at(0),
    accountId: "account",
    apiKeyId: undefined,
    address: "192.0.2.7",
    action: "file.move",
    objectId: "object",
    details: { name: "é", count: 2 ** 40, isForced: true },
    ...changes,
  };
}

export function sampleTrashEntry(place: Place, changes: Partial<NewTrashEntry> = {}): NewTrashEntry {
  return {
    accountId: place.accountId,
    kind: "file",
    targetId: "target",
    name: 'a"b.txt',
    place: [
      { id: place.folderId, name: "" },
      { id: 7, name: 'é"/' },
    ],
    levels: 0,
    removedAt: at(1),
    endsAt: at(100),
    removedByKeyId: undefined,
    isOpen: false,
    ...changes,
  };
}

/** An account with its root as a place for files. */
export async function createOwner(rows: Repositories): Promise<{ account: Account; place: Place; root: Folder }> {
  const account = await rows.accounts.create(sampleAccount());
  const root = await rows.folders.findById(account.rootFolderId);
  assert.ok(root);
  return { account, root, place: { accountId: account.id, folderId: root.id } };
}

export async function createBlob(rows: Repositories, changes: Partial<KnownBlob> = {}): Promise<KnownBlob> {
  const blob = sampleBlob(changes);
  await rows.blobs.createMany([blob]);
  return blob;
}

/** The file and its own blob. */
export async function createFile(
  rows: Repositories,
  place?: Place,
  changes: Partial<StoredFile> = {},
): Promise<StoredFile> {
  const blob = await createBlob(rows, { sizeBytes: changes.sizeBytes ?? 1234 });
  const file = sampleFile(blob, place, changes);
  await rows.files.createMany([file]);
  return file;
}

export async function assertRefused(work: Promise<unknown>, code: DomainErrorCode): Promise<void> {
  await assert.rejects(work, (error) => isDomainError(error, code));
}
