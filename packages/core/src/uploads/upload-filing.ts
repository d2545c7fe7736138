import { requireRoom } from "../accounts/quota.ts";
import { auditRecord } from "../audit/audit-trail.ts";
import { DomainError, isDomainError } from "../errors.ts";
import type { StoredFile } from "../files/file.ts";
import { admitToFolder, type FolderReference } from "../folders/folder-access.ts";
import type { Folder } from "../folders/folder.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Repositories } from "../ports/database.ts";
import { newFileId, newRemovalCode } from "../random-ids.ts";
import { type ReceivedFile, storageRefusal } from "./incoming-file.ts";
import type { UploadedFile } from "./upload-session.ts";

export interface FilingWishes {
  /** Unknown or foreign: the files go to the root, as the original does. */
  folder: FolderReference;
  domain: number;
  passwordHash: string | undefined;
}

export interface Filing {
  uploaded: UploadedFile[];
  /** Blobs to drop once this is durable: bytes whose content was stored before, and damaged ones that were replaced. */
  spareBlobKeys: string[];
}

/** Keys of rows whose bytes are gone or cut short: looked up before the transaction, healed in it. */
export type LostBlobs = ReadonlySet<string>;

/**
 * Which rows of equal content have lost their bytes: content is never filed onto those.
 * @throws {DomainError} `storage-unavailable` when the store cannot say
 */
export async function findLostBlobs(
  rows: Pick<Repositories, "blobs">,
  blobs: BlobStore,
  received: readonly ReceivedFile[],
): Promise<LostBlobs> {
  const lost = new Set<string>();
  for (const { whirlpool, sizeBytes } of received) {
    const known = await rows.blobs.findByIdentity(whirlpool, sizeBytes);
    if (known !== undefined && !(await isStored(blobs, known.key, sizeBytes))) lost.add(known.key);
  }
  return lost;
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
  input: { received: readonly ReceivedFile[]; wishes: FilingWishes; lost: LostBlobs; now: Date },
): Promise<Filing> {
  const { received, wishes, now } = input;
  const folder = await destinationOf(rows, actor, wishes.folder, now);
  if (isAccountActor(actor))
    await requireRoom(
      rows,
      actor.account,
      received.map((file) => file.sizeBytes),
      now,
    );
  const filing: Filing = { uploaded: [], spareBlobKeys: [] };
  const files: StoredFile[] = [];
  for (const part of received) {
    const { blobKey, spareBlobKey } = await shareBlob(rows, part, input.lost, now);
    if (spareBlobKey !== undefined) filing.spareBlobKeys.push(spareBlobKey);
    const file = newFile(part, { blobKey, folder, wishes, now });
    await rows.files.create(file);
    files.push(file);
  }
  await rows.audit.append(
    files.map((file) =>
      auditRecord(actor, now, { action: "file.upload", objectId: file.id, details: { name: file.name } }),
    ),
  );
  filing.uploaded = files.map((file) => reportLine(file));
  return filing;
}

async function destinationOf(
  rows: Repositories,
  actor: Actor,
  reference: FolderReference,
  now: Date,
): Promise<Folder | undefined> {
  if (!isAccountActor(actor)) return undefined;
  try {
    return (await admitToFolder(rows, actor, reference, now)).folder;
  } catch (error) {
    if (!isDomainError(error, "folder-not-found") || reference === "root") throw error;
    return (await admitToFolder(rows, actor, "root", now)).folder;
  }
}

/** The key the file shall refer to: that of equal content when there is some, else the new bytes' own. */
async function shareBlob(
  rows: Repositories,
  part: ReceivedFile,
  lost: LostBlobs,
  now: Date,
): Promise<{ blobKey: string; spareBlobKey?: string }> {
  const { blobKey, whirlpool, sizeBytes } = part;
  const known = await rows.blobs.findByIdentity(whirlpool, sizeBytes);
  if (known === undefined) {
    await rows.blobs.create({ key: blobKey, whirlpool, sizeBytes, createdAt: now });
    return { blobKey };
  }
  // A row made or healed since the look-up is not among the lost: its bytes were completed before it.
  if (!lost.has(known.key)) return { blobKey: known.key, spareBlobKey: blobKey };
  await rows.blobs.replaceKey(known.key, blobKey);
  return { blobKey, spareBlobKey: known.key };
}

function newFile(
  part: ReceivedFile,
  input: { blobKey: string; folder: Folder | undefined; wishes: FilingWishes; now: Date },
): StoredFile {
  return {
    id: newFileId(),
    accountId: input.folder?.accountId,
    folderId: input.folder?.id,
    name: part.name,
    blobKey: input.blobKey,
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
