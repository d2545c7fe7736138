import { requireRoom } from "../accounts/quota.ts";
import { auditRecord } from "../audit/audit-trail.ts";
import { isDomainError } from "../errors.ts";
import type { StoredFile } from "../files/file.ts";
import { admitToFolder, type FolderReference } from "../folders/folder-access.ts";
import type { Folder } from "../folders/folder.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Repositories } from "../ports/database.ts";
import { newFileId, newRemovalCode } from "../random-ids.ts";
import type { ReceivedFile } from "./incoming-file.ts";
import type { UploadedFile } from "./upload-session.ts";

export interface FilingWishes {
  /** Unknown or foreign: the files go to the root, as the original does. */
  folder: FolderReference;
  domain: number;
  passwordHash: string | undefined;
}

export interface Filing {
  uploaded: UploadedFile[];
  /** Completed blobs that turned out to be needless: their content was stored before. */
  spareBlobKeys: string[];
}

/** Keys of stored blobs whose bytes are really there, by identity: looked up before the transaction, checked again in it. */
export type KnownBlobs = ReadonlySet<string>;

/** Which of the identities are stored with their bytes present: content is never filed onto bytes that were lost. */
export async function findPresentBlobs(
  rows: Pick<Repositories, "blobs">,
  blobs: BlobStore,
  received: readonly ReceivedFile[],
): Promise<KnownBlobs> {
  const present = new Set<string>();
  for (const { whirlpool, sizeBytes } of received) {
    const known = await rows.blobs.findByIdentity(whirlpool, sizeBytes);
    if (known === undefined) continue;
    const stat = await blobs.stat(known.key);
    if (stat?.sizeBytes === sizeBytes) present.add(known.key);
  }
  return present;
}

/** Makes the rows of received files. Runs inside the transaction that also stores the report. */
export async function fileReceived(
  rows: Repositories,
  actor: Actor,
  input: { received: readonly ReceivedFile[]; wishes: FilingWishes; present: KnownBlobs; now: Date },
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
    const blobKey = await shareBlob(rows, part, input.present, now);
    if (blobKey !== part.blobKey) filing.spareBlobKeys.push(part.blobKey);
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
async function shareBlob(rows: Repositories, part: ReceivedFile, present: KnownBlobs, now: Date): Promise<string> {
  const known = await rows.blobs.findByIdentity(part.whirlpool, part.sizeBytes);
  if (known === undefined) {
    await rows.blobs.create({
      key: part.blobKey,
      whirlpool: part.whirlpool,
      sizeBytes: part.sizeBytes,
      createdAt: now,
    });
    return part.blobKey;
  }
  // A row made since the look-up belongs to bytes completed moments ago.
  const isFresh = now.getTime() - known.createdAt.getTime() < 60_000;
  if (present.has(known.key) || isFresh) return known.key;
  await rows.blobs.replaceKey(known.key, part.blobKey);
  return part.blobKey;
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
