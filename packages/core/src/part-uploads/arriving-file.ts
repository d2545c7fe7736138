import { DomainError } from "../errors.ts";
import type { StoredFile } from "../files/file.ts";
import type { SharedFolderRows } from "../folders/folder-access.ts";
import type { Folder } from "../folders/folder.ts";
import { accountActor } from "../policy/actor.ts";
import type { Repositories } from "../ports/database.ts";
import { mayUseFolder } from "./part-upload-access.ts";
import type { PromisedUpload } from "./part-upload-repository.ts";
import { type PartUpload, type PromisedLink, UPLOAD_PAUSE_MS } from "./part-upload.ts";

const SECOND_MS = 1000;
/** Shortest interval between two requests of a waiting client. */
const LEAST_WAIT_MS = 10 * SECOND_MS;
const MOST_WAIT_MS = 300 * SECOND_MS;
/** If the remaining time is unknown. */
const USUAL_WAIT_MS = 60 * SECOND_MS;
/** All bytes are there: the sender only has to make one more call. */
const LAST_STEP_MS = 5 * SECOND_MS;

/** How much of a file has arrived, while its link already works. */
export interface ArrivalState {
  readonly receivedBytes: number;
  /** Estimated from the pace since its last pause; undefined if that is impossible. */
  readonly readyInMs: number | undefined;
  /** Nothing has arrived for a while. */
  readonly isPaused: boolean;
}

/** A file that is still being uploaded, as its link shows it. */
export interface ArrivingFile extends StoredFile {
  readonly arrival: ArrivalState;
}

type ArrivingRows = SharedFolderRows & { readonly accounts: Pick<Repositories["accounts"], "findById"> };

/** The link leads to a file that has not arrived yet. Only callers who may download it are told so. */
export class FileArrivingError extends DomainError {
  override name = "FileArrivingError";
  readonly file: Pick<StoredFile, "name" | "sizeBytes" | "contentType">;
  readonly arrival: ArrivalState;

  constructor(file: ArrivingFile) {
    super("file-arriving", `${SCANNED}: ${percentOf(file)} % of it has arrived${whenReady(file.arrival)}`);
    const { name, sizeBytes, contentType } = file;
    this.file = { name, sizeBytes, contentType };
    this.arrival = file.arrival;
  }

  /** From 0 to 99, rounded down. */
  get percent(): number {
    return percentOf({ sizeBytes: this.file.sizeBytes, arrival: this.arrival });
  }

  /** When to ask again. */
  get retryAfterMs(): number {
    const { isPaused, readyInMs } = this.arrival;
    if (isPaused) return MOST_WAIT_MS;
    return Math.min(Math.max(readyInMs ?? USUAL_WAIT_MS, LEAST_WAIT_MS), MOST_WAIT_MS);
  }
}

/** The words of 1fichier.com, on which plowshare waits. */
const SCANNED = "Please wait until the file has been scanned";

function percentOf({ sizeBytes, arrival }: Pick<ArrivingFile, "sizeBytes" | "arrival">): number {
  return Math.min(99, Math.floor((arrival.receivedBytes / Math.max(1, sizeBytes)) * 100));
}

function whenReady({ readyInMs, isPaused }: ArrivalState): string {
  if (isPaused) return "; nothing has arrived for a while";
  if (readyInMs === undefined) return "";
  const minutes = Math.ceil(readyInMs / (60 * SECOND_MS));
  return `, and it should be ready in about ${minutes} ${minutes === 1 ? "minute" : "minutes"}`;
}

/** Undefined if it can no longer be completed, or has become a file. */
export async function arrivingFile(
  rows: ArrivingRows,
  upload: PromisedUpload,
  now: Date,
): Promise<ArrivingFile | undefined> {
  const { link, blob } = upload;
  if (link === undefined || upload.file !== undefined || upload.expiresAt <= now) return undefined;
  const [folder] = await rows.folders.listAncestry(upload.folderId);
  if (folder === undefined || !(await mayStillCome(rows, upload, folder, now))) return undefined;
  const { name, contentType, domain, passwordHash, createdAt, isSizeBlocked } = upload;
  return {
    id: link.id,
    // In a shared folder, the file belongs to the folder's owner.
    accountId: folder.accountId,
    folderId: folder.id,
    name,
    blobId: blob.key,
    blobKey: blob.key,
    isDamaged: false,
    isBlocked: isSizeBlocked,
    sizeBytes: blob.sizeBytes,
    whirlpool: undefined,
    contentType,
    domain,
    description: "",
    passwordHash,
    accessList: undefined,
    isInline: false,
    isSslDisabled: false,
    isCdn: false,
    removalCode: "",
    createdAt,
    arrival: stateOf(upload, link, now),
  };
}

/** In somebody else's folder, only as long as it is shared for writing. */
async function mayStillCome(
  rows: ArrivingRows,
  upload: PromisedUpload,
  folder: Pick<Folder, "accountId">,
  now: Date,
): Promise<boolean> {
  if (folder.accountId === upload.accountId) return true;
  const account = await rows.accounts.findById(upload.accountId);
  if (account === undefined || account.isLocked) return false;
  return mayUseFolder(rows, accountActor({ account, address: "::" }), upload, now);
}

function stateOf({ blob, receivedBytes }: PartUpload, link: PromisedLink, now: Date): ArrivalState {
  // Setting the clock back must not make anything arrive later.
  const idleMs = Math.max(0, now.getTime() - link.lastBytesAt.getTime());
  const isPaused = idleMs > UPLOAD_PAUSE_MS;
  const leftBytes = blob.sizeBytes - receivedBytes;
  if (isPaused) return { receivedBytes, isPaused, readyInMs: undefined };
  if (leftBytes === 0) return { receivedBytes, isPaused, readyInMs: LAST_STEP_MS };
  const tookMs = link.lastBytesAt.getTime() - link.pacedSince.getTime();
  const cameBytes = receivedBytes - link.pacedBytes;
  const isMeasured = tookMs > 0 && cameBytes > 0;
  const readyInMs = isMeasured ? Math.max((leftBytes / cameBytes) * tookMs - idleMs, LAST_STEP_MS) : undefined;
  return { receivedBytes, isPaused, readyInMs };
}
