import { requireEntries, requireRoom } from "../accounts/quota.ts";
import { mapBounded } from "../bounded.ts";
import { DomainError, isDomainError } from "../errors.ts";
import type { NewBlob, StoredFile } from "../files/file.ts";
import type { NewFile } from "../files/file-repository.ts";
import { fileRecords } from "../files/file-records.ts";
import {
  admitToFillFolder,
  admitToFolder,
  type AdmittedFolder,
  type FolderReference,
  ownerOfFolder,
  type SharedFolderRows,
} from "../folders/folder-access.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Repositories } from "../ports/database.ts";
import { newFileId, newRemovalCode } from "../random-ids.ts";
import { uploadRefusal } from "../storage/storage-refusal.ts";
import type { ReceivedFile } from "./incoming-file.ts";
import type { UploadedFile } from "./upload-session.ts";

/** Uploads in parts have no Whirlpool checksum yet. */
export type ArrivedFile = Omit<ReceivedFile, "whirlpool"> & { readonly whirlpool: string | undefined };

export interface FilingOptions {
  /**
   * If it does not exist or belongs to somebody else, the files go to the root, as on 1fichier.com, unless it is
   * required.
   */
  folder: FolderReference;
  isFolderRequired?: boolean | undefined;
  domain: number;
  passwordHash: string | undefined;
  /** For a single file whose link was given out before it arrived. */
  fileId?: string | undefined;
}

export interface Filing {
  uploaded: UploadedFile[];
  /** Contents that were marked as damaged and have sound bytes now. */
  healedBlobIds: string[];
  /** Older bytes of the same content were replaced; they are listed for removal. */
  hasDiscarded: boolean;
}

/** A remote store takes a while for each check, and an upload may have hundreds of files. */
const LOOKS_AT_ONCE = 16;

/**
 * The last check before rows are made: bytes that an operator's repair mistook for leftovers must not be acknowledged.
 * @throws {DomainError} `storage-unavailable`
 */
export async function requireStored(blobs: BlobStore, received: readonly ArrivedFile[]): Promise<void> {
  try {
    await mapBounded(received, LOOKS_AT_ONCE, async ({ blobKey, sizeBytes }) => {
      if ((await blobs.stat(blobKey))?.sizeBytes === sizeBytes) return;
      throw new DomainError("storage-unavailable", "The server lost bytes of this upload; nothing of it was kept.");
    });
  } catch (error) {
    throw uploadRefusal(error);
  }
}

/** Makes the rows of received files, in the transaction that also stores the report. */
export async function fileReceived(
  rows: Repositories,
  actor: Actor,
  input: { received: readonly ArrivedFile[]; options: FilingOptions; maxEntries: number; now: Date },
): Promise<Filing> {
  const { received, options, now } = input;
  const folder = await destinationOf(rows, actor, options, now);
  let hasDiscarded = false;
  if (folder !== undefined) {
    const owner = await ownerOfFolder(rows, folder);
    const sizes = received.map((file) => file.sizeBytes);
    hasDiscarded = await requireRoom(rows, owner, sizes, now);
    const hasMore = await requireEntries(rows, owner, { added: sizes.length, most: input.maxEntries, now });
    hasDiscarded = hasDiscarded || hasMore;
  }
  const { blobIds, healedBlobIds, discardedKeys } = await placeContents(rows, received, now);
  await rows.discardedBytes.add(discardedKeys, now);
  const files = received.map((part, at) =>
    newFile(part, { blobId: blobIds[at] ?? part.blobKey, folder, options, now }),
  );
  await rows.files.createMany(files);
  await rows.audit.append(fileRecords(actor, now, "file.upload", files));
  return { uploaded: files.map(reportLine), healedBlobIds, hasDiscarded: hasDiscarded || discardedKeys.length > 0 };
}

/** Undefined for a guest's upload. @throws {DomainError} `folder-not-found` if it is required; `not-allowed` */
export async function destinationOf(
  rows: SharedFolderRows,
  actor: Actor,
  { folder: reference, isFolderRequired = false }: Pick<FilingOptions, "folder" | "isFolderRequired">,
  now: Date,
): Promise<AdmittedFolder | undefined> {
  if (!isAccountActor(actor)) return undefined;
  try {
    return await admitToFillFolder(rows, actor, reference, now);
  } catch (error) {
    if (!isDomainError(error, "folder-not-found") || reference === "root" || isFolderRequired) throw error;
    return admitToFolder(rows, actor, "root", now);
  }
}

/**
 * The contents that the files will refer to, one for each part. The new bytes were hashed on arrival and are durable.
 * Bytes stored earlier may have changed since, and reading them to find out would take time that reveals to a stranger
 * that somebody has the content. So the new bytes always replace the old ones, and sending a file again always heals
 * it. Of identical parts the last one stays.
 */
export async function placeContents(
  rows: Repositories,
  received: readonly ArrivedFile[],
  now: Date,
): Promise<{ blobIds: string[]; healedBlobIds: string[]; discardedKeys: string[] }> {
  const equals = await rows.blobs.findByIdentities(received);
  const known = new Map(equals.map((blob) => [identityOf({ ...blob, blobKey: blob.key }), blob]));
  const placed = new Map<string, NewBlob>();
  const discardedKeys: string[] = [];
  for (const part of received) {
    const { blobKey: key, whirlpool, sizeBytes } = part;
    const identity = identityOf(part);
    const before = placed.get(identity) ?? known.get(identity);
    if (before !== undefined) discardedKeys.push(before.key);
    const id = before?.id ?? key;
    placed.set(identity, { id, key, whirlpool, sizeBytes, createdAt: now, damagedAt: undefined });
  }
  const contents = [...placed];
  await rows.blobs.createMany(contents.flatMap(([identity, content]) => (known.has(identity) ? [] : content)));
  await rows.blobs.replaceKeys(contents.flatMap(([identity, content]) => (known.has(identity) ? content : [])));
  return {
    blobIds: received.map((part) => placed.get(identityOf(part))?.id ?? part.blobKey),
    healedBlobIds: [...known.values()].filter(({ damagedAt }) => damagedAt !== undefined).map(({ id }) => id),
    discardedKeys,
  };
}

/** A content without a Whirlpool checksum cannot be compared with others. */
function identityOf({
  whirlpool,
  sizeBytes,
  blobKey,
}: Pick<ArrivedFile, "whirlpool" | "sizeBytes" | "blobKey">): string {
  return `${whirlpool ?? blobKey} ${sizeBytes}`;
}

export function newFile(
  part: ArrivedFile,
  input: {
    blobId: string;
    folder: AdmittedFolder | undefined;
    options: Pick<FilingOptions, "domain" | "passwordHash" | "fileId">;
    now: Date;
  },
): NewFile {
  return {
    id: input.options.fileId ?? newFileId(),
    accountId: input.folder?.folder.accountId,
    folderId: input.folder?.id,
    name: part.name,
    blobId: input.blobId,
    blobKey: part.blobKey,
    isDamaged: false,
    isBlocked: false,
    sizeBytes: part.sizeBytes,
    whirlpool: part.whirlpool,
    contentType: part.contentType,
    domain: input.options.domain,
    description: "",
    passwordHash: input.options.passwordHash,
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
