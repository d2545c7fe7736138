import {
  floodErrorOf,
  toWireError,
  type WireArrival,
  type WireErrorBody,
  type WireErrorName,
  type WireReason,
} from "@consigne/contract";
import {
  ArgumentError,
  DatabaseError,
  DomainError,
  type DomainErrorCode,
  DownloadWaitError,
  FileArrivingError,
  FloodLockedError,
} from "@consigne/core";
import { MultipartError, type MultipartErrorCode } from "../multipart/multipart-error.ts";

/** The answer to a refused or failed request, for any format. */
export interface ErrorAnswer {
  /** Its name in the API, for callers with their own words. */
  name: WireErrorName;
  status: number;
  body: WireErrorBody;
  /** Seconds, for `Retry-After`. */
  retryAfterSeconds?: number;
  /** A fault of the server: the caller did nothing wrong. */
  isFault: boolean;
}

/** A request that fails before it reaches a service. `detail` is a sentence for people. */
export class RequestError extends Error {
  override name = "RequestError";
  readonly wire: WireErrorName;
  readonly reason: WireReason;

  constructor(wire: WireErrorName, detail: string, reason: WireReason = {}) {
    super(detail);
    this.wire = wire;
    this.reason = reason;
  }
}

/** There is no capacity for this request right now. */
export class OverloadError extends RequestError {
  override name = "OverloadError";

  constructor() {
    super("serverBusy", "Too many requests are in progress; try again in a moment.");
  }
}

const BUSY_SECONDS = 5;

const wireNames: Readonly<Record<Exclude<DomainErrorCode, "flood-locked">, WireErrorName>> = {
  "account-exists": "accountExists",
  "invitation-not-found": "resourceNotFound",
  "last-administrator": "lastAdministrator",
  "account-locked": "ownerLocked",
  "bad-argument": "badRequest",
  "bad-name": "badName",
  "customer-required": "mustBeCustomer",
  "digest-wrong": "digestWrong",
  "download-wait": "downloadWait",
  "download-token-expired": "downloadLinkEnded",
  "download-token-in-use": "downloadLinkInUse",
  "download-token-not-found": "downloadLinkNotFound",
  "empty-file-refused": "emptyFile",
  "file-arriving": "fileArriving",
  "file-blocked": "fileBlocked",
  "file-damaged": "fileDamaged",
  "file-exists": "fileExists",
  "file-not-found": "resourceNotFound",
  "file-too-large": "fileTooLarge",
  "folder-cycle": "folderCycle",
  "fresh-proof-required": "recentPasswordRequired",
  "folder-exists": "folderExists",
  "folder-not-empty": "folderNotEmpty",
  "folder-not-found": "folderNotFound",
  "folder-too-deep": "folderTooDeep",
  "key-not-found": "resourceNotFound",
  "link-ended": "resourceNotAllowed",
  "link-not-found": "resourceNotFound",
  "link-off": "resourceNotAllowed",
  "link-password-required": "passwordNotProvided",
  "link-password-wrong": "invalidPassword",
  "link-used-up": "resourceNotAllowed",
  "no-file-in-upload": "noFileInUpload",
  "not-allowed": "resourceNotAllowed",
  "not-authenticated": "notAuthenticated",
  "nothing-renamed": "noFileRenamed",
  "offset-differs": "uploadOffsetDiffers",
  "owner-locked": "ownerLocked",
  "part-differs": "uploadPartDiffers",
  "quota-exceeded": "quota",
  "remote-upload-not-found": "resourceNotFound",
  "root-folder-protected": "rootFolderProtected",
  "scope-missing": "scopeMissing",
  "session-not-found": "resourceNotFound",
  "storage-full": "storageFull",
  "storage-unavailable": "storageUnavailable",
  "too-busy": "serverBusy",
  "too-many-downloads": "downloadsBusy",
  "too-many-files": "tooManyFiles",
  "too-many-keys": "tooManyKeys",
  "too-many-remote-uploads": "tooManyRemoteUploads",
  "too-many-uploads": "tooManyUploads",
  "trash-entry-not-found": "resourceNotFound",
  "unknown-credentials": "noSuchUser",
  "upload-in-progress": "uploadInProgress",
  "upload-not-found": "uploadNotFound",
  "version-not-found": "resourceNotFound",
};

const multipartNames: Readonly<Record<MultipartErrorCode, WireErrorName>> = {
  "not-multipart": "badRequest",
  malformed: "badRequest",
  "unreadable-name": "badName",
  "encoded-part": "badRequest",
  "not-utf8": "badRequest",
  truncated: "uploadInterrupted",
  "too-many-files": "tooManyFiles",
  "too-many-fields": "badRequest",
  "field-too-large": "tooLarge",
  idle: "uploadInterrupted",
  "too-slow": "uploadInterrupted",
  aborted: "uploadInterrupted",
};

/** Turns any exception into an answer. An unknown error is a fault, and the caller learns nothing about its cause. */
export function answerOf(error: unknown): ErrorAnswer {
  if (error instanceof FloodLockedError) return floodAnswer(error);
  if (error instanceof DomainError && error.code !== "flood-locked") {
    const isFault =
      error.code === "file-damaged" || error.code === "storage-unavailable" || error.code === "storage-full";
    const tells = error instanceof DownloadWaitError || error instanceof FileArrivingError;
    const seconds = tells ? secondsOf(error.retryAfterMs) : BUSY_SECONDS;
    const wait = error.code === "too-busy" || tells ? { retryAfterSeconds: seconds } : {};
    return { ...answerAs(wireNames[error.code], error.message, detailsOf(error)), ...wait, isFault };
  }
  if (error instanceof OverloadError)
    return { ...answerAs(error.wire, error.message), retryAfterSeconds: BUSY_SECONDS };
  if (error instanceof RequestError) return answerAs(error.wire, error.message, error.reason);
  if (error instanceof MultipartError) return answerAs(multipartNames[error.code], error.message);
  if (error instanceof DatabaseError) return databaseAnswer(error);
  return frameworkAnswer(error) ?? { ...answerAs("internal"), isFault: true };
}

function answerAs(name: WireErrorName, detail?: string, details?: WireReason & WireArrival): ErrorAnswer {
  const { status, body } = toWireError(name, detail);
  return { name, status, body: { ...body, ...details }, isFault: false };
}

function detailsOf(error: DomainError): WireReason & WireArrival {
  if (error instanceof FileArrivingError)
    return { received_size: error.arrival.receivedBytes, size: error.file.sizeBytes };
  if (!(error instanceof ArgumentError) || error.reason === "other") return {};
  const { reason, value } = error;
  return { reason, ...(value === undefined ? {} : { reason_value: value }) };
}

/** The error of one result among several. */
export function refusedResult(error: unknown): WireReason & { status: number; message: string } {
  const { status, body } = answerOf(error);
  return { ...body, status };
}

/** Statuses that 1fichier.com counts towards a ban of the address. A refusal by flood control is a 403 too. */
const countedStatuses: ReadonlySet<number> = new Set([401, 403, 404, 410, 429]);

export function isCountedRefusal(error: unknown): boolean {
  // A visitor is not responsible for what another site's page sends.
  if (error instanceof RequestError && error.wire === "pageNotAllowed") return false;
  return countedStatuses.has(answerOf(error).status);
}

function floodAnswer(error: FloodLockedError): ErrorAnswer {
  const name = floodErrorOf(error.kind, error.reason);
  return { ...answerAs(name), retryAfterSeconds: secondsOf(error.retryAfterMs) };
}

/** Rounded up, so that waiting this long is enough. */
const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));

function databaseAnswer(error: DatabaseError): ErrorAnswer {
  if (error.failure === "full") {
    const text = "The server's disk is full, and nothing was changed; only its operator can make room";
    return { ...answerAs("storageFull", text), isFault: true };
  }
  if (error.failure === "read-only") {
    const text = "The server cannot write to its disk, and nothing was changed; its operator has to fix that";
    return { ...answerAs("serverBusy", text), isFault: true };
  }
  return { ...answerAs("serverBusy"), isFault: true, retryAfterSeconds: BUSY_SECONDS };
}

/** Refusals by the framework itself: bodies that are too large, broken headers and the like have their own status. */
function frameworkAnswer(error: unknown): ErrorAnswer | undefined {
  if (!(error instanceof Error) || !("statusCode" in error) || typeof error.statusCode !== "number") return undefined;
  if (error.statusCode === 413) return answerAs("tooLarge", "The request body is too large.");
  if (error.statusCode >= 400 && error.statusCode < 500) {
    return answerAs("badRequest", "The request is malformed.");
  }
  return undefined;
}
