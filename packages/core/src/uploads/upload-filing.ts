import { requireEntries, requireRoom } from "../accounts/quota.ts";
import { DomainError, isDomainError } from "../errors.ts";
import type { StoredFile } from "../files/file.ts";
import { fileRecords } from "../files/file-records.ts";
import { admitToFolder, type FolderReference } from "../folders/folder-access.ts";
import type { Folder } from "../folders/folder.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Repositories } from "../ports/database.ts";
import { newFileId, newRemovalCode } from "../random-ids.ts";
import type { ReceivedFile } from "./incoming-file.ts";
import { storageRefusal } from "./storage-refusal.ts";
import type { UploadedFile } from "./upload-session.ts";

export interface FilingWishes {
  /** If it does not exist or belongs to somebody else, the files go to the root, as on 1fichier.com, unless it is required. */
  folder: FolderReference;
  isFolderRequired?: boolean | undefined;
  domain: number;
  passwordHash: string | undefined;
}

export interface Filing {
  uploaded: UploadedFile[];
  /** Contents that were marked as damaged and have sound bytes now. */
  healedBlobIds: string[];
  /** Bytes of equal content gave way to those that just came; they are listed for removal. */
  hasDiscarded: boolean;
}

/**
 * The last look before rows are made: bytes that an operator's repair took for leftovers must not be acknowledged.
 * @throws {DomainError} `storage-unavailable`
 */
export async function requireStored(blobs: BlobStore, received: readonly ReceivedFile[]): Promise<void> {
  for (const { blobKey, sizeBytes } of received) {
    if (await isStored(blobs, blobKey, sizeBytes)) continue;
    throw new DomainError("storage-unavailable", "The server lost bytes of this upload; nothing of it was kept.");
  }
}

async function isStored(blobs: BlobStore, key: string, sizeBytes: number): Promise<boolean> {
  try {
    return (await blobs.stat(key))?.sizeBytes === sizeBytes;
  } catch (error) {
    throw storageRefusal(error);
  }
}

/** Makes the rows of received files. Runs inside the transaction that also stores the report. */
export async function fileReceived(
  rows: Repositories,
  actor: Actor,
  input: { received: readonly ReceivedFile[]; wishes: FilingWishes; maxEntries: number; now: Date },
): Promise<Filing> {
  const { received, wishes, now } = input;
  const folder = await destinationOf(rows, actor, wishes, now);
  if (isAccountActor(actor)) {
    const sizes = received.map((file) => file.sizeBytes);
    await requireRoom(rows, actor.account, sizes, now);
    await requireEntries(rows, actor.account, { added: sizes.length, most: input.maxEntries });
  }
  const filing: Filing = { uploaded: [], healedBlobIds: [], hasDiscarded: false };
  const files: StoredFile[] = [];
  for (const part of received) {
    const { blobId, discardedKey, isHealed } = await placeContent(rows, part, now);
    if (discardedKey !== undefined) {
      await rows.discardedBytes.add([discardedKey], now);
      filing.hasDiscarded = true;
    }
    if (isHealed) filing.healedBlobIds.push(blobId);
    const file = newFile(part, { blobId, folder, wishes, now });
    await rows.files.create(file);
    files.push(file);
  }
  await rows.audit.append(fileRecords(actor, now, "file.upload", files));
  filing.uploaded = files.map((file) => reportLine(file));
  return filing;
}

async function destinationOf(
  rows: Repositories,
  actor: Actor,
  { folder: reference, isFolderRequired = false }: Pick<FilingWishes, "folder" | "isFolderRequired">,
  now: Date,
): Promise<Folder | undefined> {
  if (!isAccountActor(actor)) return undefined;
  try {
    return (await admitToFolder(rows, actor, reference, now)).folder;
  } catch (error) {
    if (!isDomainError(error, "folder-not-found") || reference === "root" || isFolderRequired) throw error;
    return (await admitToFolder(rows, actor, "root", now)).folder;
  }
}

/**
 * The content the file shall refer to. What just came was hashed on its way and is durable; of what was stored before
 * nobody knows whether it still is what it was, and reading it to find out would tell a stranger by the time it takes
 * that somebody has it. So the new bytes always take the place of the old ones, and sending a file again always heals it.
 */
async function placeContent(
  rows: Repositories,
  part: ReceivedFile,
  now: Date,
): Promise<{ blobId: string; discardedKey?: string; isHealed: boolean }> {
  const { blobKey, whirlpool, sizeBytes } = part;
  const known = await rows.blobs.findByIdentity(whirlpool, sizeBytes);
  if (known === undefined) {
    await rows.blobs.create({ id: blobKey, key: blobKey, whirlpool, sizeBytes, createdAt: now, damagedAt: undefined });
    return { blobId: blobKey, isHealed: false };
  }
  await rows.blobs.replaceKey(known.id, blobKey);
  return { blobId: known.id, discardedKey: known.key, isHealed: known.damagedAt !== undefined };
}

function newFile(
  part: ReceivedFile,
  input: { blobId: string; folder: Folder | undefined; wishes: FilingWishes; now: Date },
): StoredFile {
  return {
    id: newFileId(),
    accountId: input.folder?.accountId,
    folderId: input.folder?.id,
    name: part.name,
    blobId: input.blobId,
    blobKey: part.blobKey,
    isDamaged: false,
    sizeBytes: part.sizeBytes,
    whirlpool: part.whirlpool,
    contentType: part.contentType,
    domain: input.wishes.domain,
    description: "",
    passwordHash: input.wishes.passwordHash,
    accessList: undefined,
    isInline: false,
    isSslDisabled: false,
    isCdn: false,
    removalCode: newRemovalCode(),
    createdAt: input.now,
  };
}

function reportLine(file: StoredFile): UploadedFile {
  return {
    fileId: file.id,
    name: file.name,
    sizeBytes: file.sizeBytes,
    whirlpool: file.whirlpool,
    domain: file.domain,
    removalCode: file.accountId === undefined ? file.removalCode : "",
  };
}
