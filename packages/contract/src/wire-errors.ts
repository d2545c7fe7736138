/** One error as sent on the wire. `number` identifies it for clients that never read the text (rclone). */
export interface WireError {
  status: number;
  text: string;
  number: number;
  /** JDownloader and others compare the whole text of 1fichier.com's errors, so it must not be replaced. */
  origin: "original" | "ours";
}

const original = (status: number, text: string, number: number): WireError => ({
  status,
  text,
  number,
  origin: "original",
});
const ours = (status: number, text: string, number: number): WireError => ({ status, text, number, origin: "ours" });

/**
 * Every error. Permanent ones have a status that rclone does not retry (it retries 403, 429 and most 5xx for about 45
 * s); 403 is reserved for authentication, access and flood control. Our numbers have three digits because rclone reads
 * no more.
 */
export const wireErrors = {
  contentTypeNotJson: original(400, "Content-Type not JSON", 24),
  notAuthenticated: original(403, "Not authenticated", 12),
  noSuchUser: original(403, "No such user", 93),
  mustBeCustomer: original(403, "Must be a customer (Premium, Access)", 200),
  mustBeCustomerForToken: original(403, "Must be a customer (Premium, Access)", 236),
  resourceNotFound: original(404, "Resource not found", 469),
  resourceNotAllowed: original(403, "Resource not allowed", 631),
  invalidPassword: original(403, "Invalid password. Resource not allowed", 403),
  passwordNotProvided: original(403, "Password not provided. Resource not allowed", 403),
  noFileRenamed: original(400, "No file has been renamed", 312),
  ownerLocked: original(403, "Owner locked", 620),
  oneLocationOnly: original(403, "Only 1 location(s) allowed at a time", 887),
  floodIp: original(403, "Flood detected: IP Locked", 374),
  floodIpUserInfo: original(403, "Flood detected: IP Locked", 38),
  floodIpGuesses: original(403, "Flood detected: IP Locked", 412),
  floodUser: original(403, "Flood detected: User Locked", 218),
  floodUserListing: original(403, "Flood detected: User Locked", 223),
  floodKey: original(403, "Flood detected: User APK Locked", 219),
  ipLocked: original(403, "IP Locked", 375),

  badRequest: ours(400, "Request not understood", 550),
  endpointNotAvailable: ours(404, "This server does not offer this call", 551),
  methodNotAllowed: ours(405, "This URL does not accept this method", 552),
  tooLarge: ours(413, "Request body larger than allowed", 553),
  keyInQueryRefused: ours(403, "Send the API key in the Authorization header", 554),
  pageNotAllowed: ours(403, "Pages of other sites may not call this server", 556),
  scopeMissing: ours(403, "This API key does not allow the call", 555),
  recentPasswordRequired: ours(403, "Give your password first", 557),
  weakPassword: ours(400, "This password is too easy to guess", 558),
  badEmail: ours(400, "This is not an e-mail address", 559),
  tooManyEmails: ours(409, "E-mail limit reached; try again in an hour", 560),
  folderNotEmpty: ours(409, "Folder not empty", 561),
  fileExists: ours(409, "Another file has that name", 579),
  folderExists: ours(409, "Another folder has that name", 562),
  folderNotFound: ours(404, "Folder not found", 563),
  folderCycle: ours(409, "A folder cannot be moved into itself", 564),
  rootFolderProtected: ours(400, "The root folder cannot be changed", 565),
  badName: ours(400, "Name not allowed", 566),
  accountExists: ours(409, "Another account has that address", 567),
  lastAdministrator: ours(409, "The last administrator of a server cannot be removed", 596),
  ftpUserExists: ours(409, "Another FTP user has that name", 568),
  folderTooDeep: ours(409, "Folders are nested too deeply", 569),
  uploadNotFound: ours(404, "No such upload", 570),
  uploadInProgress: ours(409, "The upload is still being received", 571),
  uploadInterrupted: ours(400, "The upload was interrupted", 572),
  noFileInUpload: ours(400, "No file in the upload", 573),
  emptyFile: ours(400, "Empty files are not accepted", 574),
  fileTooLarge: ours(413, "File larger than allowed", 575),
  tooManyKeys: ours(409, "API key limit reached on this account", 577),
  tooManyRemoteUploads: ours(409, "Limit of queued URLs reached on this account", 578),
  tooManyFiles: ours(400, "More files than one upload may contain", 576),
  downloadLinkNotFound: ours(404, "No such download link", 580),
  downloadLinkEnded: ours(410, "This download link is no longer valid", 581),
  downloadLinkInUse: ours(503, "This download link is in use", 582),
  downloadsBusy: ours(503, "Wait for another download to finish", 583),
  downloadWait: ours(503, "Wait before the next download", 584),
  uploadPartDiffers: ours(409, "This part was already uploaded with other bytes", 585),
  digestWrong: ours(400, "The bytes do not match the digest", 586),
  tooManyUploads: ours(409, "Limit of unfinished uploads reached on this account", 587),
  uploadOffsetDiffers: ours(409, "The upload is at another offset", 588),
  tusVersion: ours(412, "This server speaks tus 1.0.0", 589),
  notOffsetStream: ours(415, "Send bytes as application/offset+octet-stream", 597),
  quota: ours(409, "No room left on this account", 590),
  storageFull: ours(507, "No room left on this server", 591),
  storageUnavailable: ours(503, "Storage is not responding; try again later", 592),
  fileBlocked: ours(410, "The operator of this server has blocked this file", 595),
  fileDamaged: ours(503, "The stored data of this file is damaged", 594),
  fileArriving: ours(503, "Please wait until the file has been scanned", 600),
  serverBusy: ours(503, "Server busy; try again later", 593),
  internal: ours(500, "Internal error", 599),
} as const satisfies Record<string, WireError>;

export type WireErrorName = keyof typeof wireErrors;

/**
 * Why a valid request cannot be carried out, sent beside the sentence of `badRequest` if a person may have caused it:
 * for programs that speak another language. Names are stable; new ones may be added.
 */
export const refusalReasons = [
  "access-list-too-long",
  "address-differs",
  "address-not-fetchable",
  "attributes-too-long",
  "credentials-not-stored",
  "email-invalid",
  "expiry-in-past",
  "grace-too-long",
  "key-address-invalid",
  "key-ended",
  "link-needs-key",
  "link-password-too-long",
  "link-password-too-short",
  "links-not-stored",
  "list-too-long",
  "not-ended",
  "note-too-long",
  "nothing-to-retry",
  "number-out-of-range",
  "own-account",
  "own-address",
  "own-link",
  "password-too-long",
  "password-too-short",
  "password-too-weak",
  "replaced-twice",
  "replacement-has-too-many-links",
  "replacement-has-versions",
  "source-address-invalid",
  "source-key-missing",
  "source-path-too-long",
  "source-secret-invalid",
  "text-empty",
  "text-too-long",
  "text-too-short",
  "too-many-addresses",
  "too-many-key-addresses",
  "too-many-links",
  "too-many-people",
  "too-many-same-names",
  "too-many-search-words",
  "too-many-shares",
  "too-many-source-links",
] as const;

export type RefusalReason = (typeof refusalReasons)[number];

/** A reason with the value in its sentence: a limit, or the given value that is not accepted. */
export interface WireReason {
  reason?: RefusalReason;
  reason_value?: string;
}

/** How much of a file has arrived that is still being uploaded, in bytes. */
export interface WireArrival {
  received_size?: number;
  size?: number;
}

/** Body of every failed call; `message` comes first, as on 1fichier.com. */
export interface WireErrorBody extends WireReason, WireArrival {
  message: string;
  status: "KO";
}

/**
 * Status and body of an error. `detail`, one sentence for a person, replaces the text of our own errors and is ignored
 * for 1fichier.com's.
 */
export function toWireError(name: WireErrorName, detail?: string): { status: number; body: WireErrorBody } {
  const error: WireError = wireErrors[name];
  const own = detail === undefined || error.origin === "original" ? "" : plainSentence(detail);
  return {
    status: error.status,
    body: { message: `${own === "" ? error.text : own} #${error.number}`, status: "KO" },
  };
}

/** rclone takes the first `#` with digits for the error number, so a detail must not contain one. */
function plainSentence(detail: string): string {
  return detail
    .replace(/[#\p{Cc}]+/gu, " ")
    .trim()
    .replace(/\.$/, "");
}
