import { type WireErrorName, wireErrors } from "@consigne/contract/wire-errors";
import * as errors from "../errors.ts";

type Kind =
  | "flood"
  | "missing"
  | "password"
  | "denied"
  | "key"
  | "customer"
  | "unsupported"
  | "conflict"
  | "quota"
  | "damaged"
  | "request"
  | "server";

/** What each error of the contract means to a caller; a new one does not compile until it is added here. */
const kinds: Readonly<Record<WireErrorName, Kind>> = {
  contentTypeNotJson: "request",
  notAuthenticated: "key",
  noSuchUser: "key",
  mustBeCustomer: "customer",
  mustBeCustomerForToken: "customer",
  resourceNotFound: "missing",
  resourceNotAllowed: "denied",
  invalidPassword: "password",
  passwordNotProvided: "password",
  noFileRenamed: "request",
  ownerLocked: "denied",
  oneLocationOnly: "denied",
  floodIp: "flood",
  floodIpUserInfo: "flood",
  floodIpGuesses: "flood",
  floodUser: "flood",
  floodUserListing: "flood",
  floodKey: "flood",
  ipLocked: "flood",
  badRequest: "request",
  endpointNotAvailable: "unsupported",
  methodNotAllowed: "unsupported",
  tooLarge: "request",
  keyInQueryRefused: "key",
  pageNotAllowed: "denied",
  scopeMissing: "denied",
  recentPasswordRequired: "denied",
  weakPassword: "request",
  badEmail: "request",
  tooManyEmails: "quota",
  folderNotEmpty: "conflict",
  fileExists: "conflict",
  folderExists: "conflict",
  folderNotFound: "missing",
  folderCycle: "conflict",
  folderTooDeep: "conflict",
  rootFolderProtected: "request",
  badName: "request",
  accountExists: "conflict",
  lastAdministrator: "conflict",
  ftpUserExists: "conflict",
  uploadNotFound: "missing",
  uploadInProgress: "conflict",
  uploadInterrupted: "request",
  noFileInUpload: "request",
  emptyFile: "request",
  fileTooLarge: "request",
  tooManyFiles: "request",
  tooManyKeys: "quota",
  tooManyRemoteUploads: "quota",
  downloadLinkNotFound: "missing",
  downloadLinkEnded: "missing",
  downloadLinkInUse: "server",
  downloadsBusy: "server",
  downloadWait: "server",
  uploadPartDiffers: "conflict",
  digestWrong: "request",
  uploadOffsetDiffers: "conflict",
  tusVersion: "request",
  notOffsetStream: "request",
  tooManyUploads: "quota",
  quota: "quota",
  storageFull: "quota",
  storageUnavailable: "server",
  fileBlocked: "denied",
  fileArriving: "server",
  fileDamaged: "damaged",
  serverBusy: "server",
  internal: "server",
};

const makers: Readonly<
  Record<Exclude<Kind, "flood">, (refusal: errors.Refusal, context: RefusalContext) => errors.ApiError>
> = {
  missing: (refusal) => new errors.NotFoundError(refusal),
  password: (refusal) => new errors.WrongPasswordError(refusal),
  denied: (refusal) => new errors.AccessDeniedError(refusal),
  key: (refusal) => new errors.NotAuthenticatedError(refusal),
  customer: (refusal) => new errors.NotCustomerError(refusal),
  unsupported: (refusal, { addressPath }) => new errors.NotSupportedError(refusal, addressPath),
  conflict: (refusal) => new errors.ConflictError(refusal),
  quota: (refusal) => new errors.QuotaError(refusal),
  damaged: (refusal) => new errors.FileDamagedError(refusal),
  request: (refusal) => new errors.BadRequestError(refusal),
  server: (refusal) => new errors.ServerError(refusal),
};

/** A lock, as the answer reports it. */
export interface LockNotice {
  kind: errors.FloodLockKind;
  /** From `Retry-After`; undefined if the answer does not say how long. */
  retryAfterMs: number | undefined;
  /** The address is banned, not only locked out for a moment. */
  isBan: boolean;
}

/** An error to throw, or a lock to wait for. */
export type Verdict = { error: errors.ApiError; lock?: undefined } | { lock: LockNotice; error?: undefined };

/** What is needed to judge an error answer, besides what the thrown error contains. */
export interface RefusalContext {
  retryAfterMs: number | undefined;
  /** False for a body that is not a JSON object: the page of a gateway says nothing about the API. */
  isApiAnswer: boolean;
  /** On 1fichier.com, our own numbers mean nothing. */
  isOriginal: boolean;
  /** The path of the server's URL, if it is not that of the API. */
  addressPath?: string | undefined;
}

/** Classifies an error answer by its text or number, then by its status. */
export function judgeRefusal(refusal: errors.Refusal, context: RefusalContext): Verdict {
  const known = context.isApiAnswer ? findKnown(refusal, context.isOriginal) : undefined;
  if (known !== undefined && kinds[known] === "flood") return { lock: lockOf(refusal.messageText, context) };
  // 1fichier.com answered floods with 429 until 2020, and still documents it.
  if (refusal.status === 429 || (context.isApiAnswer && isFloodText(refusal.messageText))) {
    return { lock: lockOf(refusal.messageText, context) };
  }
  const kind = known === undefined ? kindByStatus(refusal, context) : kinds[known];
  return {
    error: kind === undefined || kind === "flood" ? new errors.ApiError(refusal) : makers[kind](refusal, context),
  };
}

const byText = new Map<string, WireErrorName>();
const byNumber = new Map<number, WireErrorName>();
const originalByNumber = new Map<number, WireErrorName>();
for (const name of Object.keys(wireErrors) as WireErrorName[]) {
  const { text, number, origin } = wireErrors[name];
  if (!byText.has(text)) byText.set(text, name);
  if (!byNumber.has(number)) byNumber.set(number, name);
  if (origin === "original" && !originalByNumber.has(number)) originalByNumber.set(number, name);
}

/**
 * The text goes first: on 1fichier.com a number stands for a place in its code, so the same text comes with several
 * numbers. Our own numbers are reliable, while their text may vary.
 */
function findKnown({ messageText, number }: errors.Refusal, isOriginal: boolean): WireErrorName | undefined {
  const numbers = isOriginal ? originalByNumber : byNumber;
  return byText.get(messageText) ?? (number === undefined ? undefined : numbers.get(number));
}

const isFloodText = (text: string): boolean => /^flood detected\b/i.test(text) || /^ip locked$/i.test(text);

function lockOf(text: string, { retryAfterMs }: RefusalContext): LockNotice {
  const kind = /\bAPK\b/i.test(text) ? "key" : /\bUser\b/i.test(text) ? "account" : "ip";
  return { kind, retryAfterMs, isBan: /^ip locked$/i.test(text) };
}

/** For texts that are not in the contract: those of 1fichier.com end with their meaning. */
function kindByStatus({ status, messageText }: errors.Refusal, context: RefusalContext): Kind | undefined {
  // An HTML page with a 404 does not mean that a file is gone; it means that this is not the API.
  if (!context.isApiAnswer || status >= 500) return "server";
  if (/password/i.test(messageText)) return "password";
  if (/^must be a customer/i.test(messageText)) return "customer";
  if (/^owner locked/i.test(messageText)) return "denied";
  if (status === 401) return "key";
  if (status === 403) return "denied";
  if (status === 404 || status === 410) return "missing";
  if (status === 409) return "conflict";
  if (status === 405 || status === 501) return "unsupported";
  return status >= 400 ? "request" : undefined;
}
