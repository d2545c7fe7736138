/** What kind of failure an error is; stable, so that programs may branch on it. */
export type ConsigneErrorCode =
  | "api"
  | "flood-lock"
  | "not-found"
  | "wrong-password"
  | "access-denied"
  | "not-authenticated"
  | "not-customer"
  | "not-supported"
  | "conflict"
  | "quota"
  | "damaged"
  | "bad-request"
  | "server"
  | "network"
  | "timeout"
  | "too-large"
  | "upload-failed"
  | "download-failed"
  | "checksum-mismatch"
  | "local-file";

/**
 * Base of everything this library throws on purpose. An abort is not among them: an aborted call rejects with the
 * `reason` of its signal.
 */
export class ConsigneError extends Error {
  override readonly name: string = "ConsigneError";
  readonly code: ConsigneErrorCode;

  constructor(code: ConsigneErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** How far a file is that is still being uploaded, by what its server has stored. */
export interface Arrival {
  receivedBytes: number;
  sizeBytes: number;
}

/** What is known about a refusal. */
export interface Refusal {
  /** The call, e.g. `file.ls`. */
  endpoint: string;
  /** HTTP status. */
  status: number;
  /** Number of the refusal, the `374` of `IP Locked #374`; undefined when the answer carried none. */
  number?: number | undefined;
  /** Text of the server without the number; a note of ours when it sent none. */
  messageText: string;
  /** Of some wrong requests a name for what cannot be, e.g. `password-short`: for programs that say it in other words. */
  reason?: string | undefined;
  /** What the text names: how much may be, or which of what was given cannot be. */
  reasonValue?: string | undefined;
  /** `X-Request-Id` of the answer: what an operator finds the call by. */
  requestId?: string | undefined;
  /** From `Retry-After`, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** Of the refusal of a file that is still being uploaded. */
  arrival?: Arrival | undefined;
  /** An earlier attempt of the same call may have been carried out, so this may be the answer to a second execution. */
  isAfterUnclearAttempt?: boolean;
  /** Beginning of the body as it came, up to 4,096 characters; the key and the secrets of the request are taken out. */
  rawBody?: string | undefined;
}

/** Why one of several was not done, as a call refused alike says it; `message` with the number. */
export interface RefusedPart {
  /** HTTP status. */
  status: number;
  message: string;
  reason?: string | undefined;
  reasonValue?: string | undefined;
}

/** The server answered, and the answer is a refusal. */
export class ApiError extends ConsigneError {
  override readonly name: string = "ApiError";
  readonly endpoint: string;
  readonly status: number;
  readonly number: number | undefined;
  readonly messageText: string;
  /** Of some wrong requests a name for what cannot be, e.g. `password-short`: for programs that say it in other words. */
  readonly reason: string | undefined;
  /** What the text names: how much may be, or which of what was given cannot be. */
  readonly reasonValue: string | undefined;
  readonly requestId: string | undefined;
  /** How long the server asks to wait before another attempt; undefined when it does not say. */
  readonly retryAfterMs: number | undefined;
  /** Set when the file is still being uploaded; number 600. */
  readonly arrival: Arrival | undefined;
  readonly isAfterUnclearAttempt: boolean;
  /** Beginning of the body as it came, up to 4,096 characters; the key and the secrets of the request are taken out. */
  readonly rawBody: string | undefined;

  constructor(refusal: Refusal, code: ConsigneErrorCode = "api", message?: string) {
    super(code, message ?? `${refusal.endpoint}: ${described(refusal)}`);
    this.endpoint = refusal.endpoint;
    this.status = refusal.status;
    this.number = refusal.number;
    this.messageText = refusal.messageText;
    this.reason = refusal.reason;
    this.reasonValue = refusal.reasonValue;
    this.requestId = refusal.requestId;
    this.retryAfterMs = refusal.retryAfterMs;
    this.arrival = refusal.arrival;
    this.isAfterUnclearAttempt = refusal.isAfterUnclearAttempt ?? false;
    this.rawBody = refusal.rawBody;
  }
}

/** Who is locked: the address the calls come from, the whole account, or this key alone. */
export type FloodLockKind = "ip" | "account" | "key";

/**
 * The server locked the caller out for calling too often. Nothing was done. Calls of all clients of this user wait for
 * the end of a lock by themselves; this is thrown only when that lasts longer than `pacing.maxWaitMs`.
 */
export class FloodLockError extends ApiError {
  override readonly name: string = "FloodLockError";
  readonly kind: FloodLockKind;
  /** Milliseconds until the lock is expected to end. */
  override readonly retryAfterMs: number;
  readonly until: Date;

  constructor(refusal: Refusal, lock: { kind: FloodLockKind; retryAfterMs: number; until: Date }) {
    const until = lock.until.toISOString();
    super(refusal, "flood-lock", `${refusal.endpoint}: locked out until ${until} (${described(refusal)})`);
    this.kind = lock.kind;
    this.retryAfterMs = lock.retryAfterMs;
    this.until = lock.until;
  }
}

/** There is no such file, folder, link or request, or not for this account. */
export class NotFoundError extends ApiError {
  override readonly name: string = "NotFoundError";
  /** For a path: the first part of it that is not there, e.g. `2026` of `/backup/2026/june`. */
  readonly missingSegment: string | undefined;

  constructor(refusal: Refusal, missingSegment?: string) {
    super(refusal, "not-found");
    this.missingSegment = missingSegment;
  }
}

/** The link or the shared page asks for a password; none was given, or a wrong one. */
export class WrongPasswordError extends ApiError {
  override readonly name: string = "WrongPasswordError";
  constructor(refusal: Refusal) {
    super(refusal, "wrong-password");
  }
}

/** The caller is known and may not do this: access list, scope of the key, locked owner, address not accepted, or a password is asked for again. */
export class AccessDeniedError extends ApiError {
  override readonly name: string = "AccessDeniedError";
  constructor(refusal: Refusal) {
    super(refusal, "access-denied");
  }
}

/** The key is missing, wrong or revoked. */
export class NotAuthenticatedError extends ApiError {
  override readonly name: string = "NotAuthenticatedError";
  constructor(refusal: Refusal) {
    super(refusal, "not-authenticated");
  }
}

/** The call is for customers (Premium, Access) only. */
export class NotCustomerError extends ApiError {
  override readonly name: string = "NotCustomerError";
  constructor(refusal: Refusal) {
    super(refusal, "not-customer");
  }
}

/** This server does not offer the call. */
export class NotSupportedError extends ApiError {
  override readonly name: string = "NotSupportedError";
  /** The path of the server's address, where it is an unusual one: without it the call may be there. */
  readonly addressPath: string | undefined;

  constructor(refusal: Refusal, addressPath?: string) {
    super(refusal, "not-supported");
    this.addressPath = addressPath;
  }
}

/** Something stands in the way: the name is taken, the folder is not empty, a folder would go into itself. */
export class ConflictError extends ApiError {
  override readonly name: string = "ConflictError";
  constructor(refusal: Refusal) {
    super(refusal, "conflict");
  }
}

/** No room left, on the account or on the server. */
export class QuotaError extends ApiError {
  override readonly name: string = "QuotaError";
  constructor(refusal: Refusal) {
    super(refusal, "quota");
  }
}

/** The server can no longer read the bytes it stored: asking again does not help, uploading the same file does. */
export class FileDamagedError extends ApiError {
  override readonly name: string = "FileDamagedError";
  constructor(refusal: Refusal) {
    super(refusal, "damaged");
  }
}

/** The server does not accept what was asked for: a name it does not allow, a field it does not understand. */
export class BadRequestError extends ApiError {
  override readonly name: string = "BadRequestError";
  constructor(refusal: Refusal) {
    super(refusal, "bad-request");
  }
}

/** The server failed (5xx), or answered with something that is no answer of this API, such as a page of HTML. */
export class ServerError extends ApiError {
  override readonly name: string = "ServerError";
  constructor(refusal: Refusal) {
    super(refusal, "server");
  }
}

/** A success without what it has to say. Another attempt may bring the whole of it. */
export class IncompleteAnswerError extends ServerError {
  constructor(refusal: Refusal, missing: string) {
    super({ ...refusal, messageText: `The answer is incomplete: ${missing}` });
  }
}

/** No answer: the name does not resolve, nobody listens, the connection broke, a certificate is not trusted. */
export class NetworkError extends ConsigneError {
  override readonly name: string = "NetworkError";
  /** True when the request certainly did not reach the server, so that nothing can have been done. */
  readonly isUnsent: boolean;
  /** True when the server's certificate is not accepted, so that asking again is of no use. */
  readonly isUntrusted: boolean;
  /** True when the server answered an `https:` address without TLS: asking again is of no use either. */
  readonly isWithoutTls: boolean;
  /**
   * True when this machine does not allow the connection: fetch blocks the port, or a firewall forbids it. Asking again is
   * of no use either.
   */
  readonly isBlocked: boolean;
  /** True when the user's proxy lets nobody through, or cannot be used: asking again is of no use either. */
  readonly isRefusedByProxy: boolean;

  constructor(
    message: string,
    options: {
      cause?: unknown;
      isUnsent?: boolean;
      isUntrusted?: boolean;
      isWithoutTls?: boolean;
      isBlocked?: boolean;
      isRefusedByProxy?: boolean;
    } = {},
  ) {
    super("network", message, options);
    this.isUnsent = options.isUnsent ?? false;
    this.isUntrusted = options.isUntrusted ?? false;
    this.isWithoutTls = options.isWithoutTls ?? false;
    this.isBlocked = options.isBlocked ?? false;
    this.isRefusedByProxy = options.isRefusedByProxy ?? false;
  }
}

/** One attempt took longer than its `timeoutMs`. */
export class TimeoutError extends ConsigneError {
  override readonly name: string = "TimeoutError";
  readonly timeoutMs: number;

  constructor(message: string, timeoutMs: number, options?: { cause?: unknown }) {
    super("timeout", message, options);
    this.timeoutMs = timeoutMs;
  }
}

/** More than the server announces to take, in one file or in one upload. Nothing was sent. */
export class TooLargeError extends ConsigneError {
  override readonly name: string = "TooLargeError";
  readonly sizeBytes: number;
  readonly limitBytes: number;

  constructor(message: string, { sizeBytes, limitBytes }: { sizeBytes: number; limitBytes: number }) {
    super("too-large", `${message} Nothing was sent.`);
    this.sizeBytes = sizeBytes;
    this.limitBytes = limitBytes;
  }
}

/** The bytes were sent and the upload did not come to an end that is certain. The message says what was kept. */
export class UploadFailedError extends ConsigneError {
  override readonly name: string = "UploadFailedError";
  constructor(message: string, options?: { cause?: unknown }) {
    super("upload-failed", message, options);
  }
}

/** A download did not come to its end. The message says what was kept and how to go on. */
export class DownloadFailedError extends ConsigneError {
  override readonly name: string = "DownloadFailedError";
  constructor(message: string, options?: { cause?: unknown }) {
    super("download-failed", message, options);
  }
}

/** The bytes here and the bytes there have different Whirlpool checksums. */
export class ChecksumMismatchError extends ConsigneError {
  override readonly name: string = "ChecksumMismatchError";
  /** Whirlpool, 128 lower-case hexadecimal digits. */
  readonly expected: string;
  readonly actual: string;

  constructor(message: string, checksums: { expected: string; actual: string }) {
    super("checksum-mismatch", message);
    this.expected = checksums.expected;
    this.actual = checksums.actual;
  }
}

/** A file on this machine cannot be read or written, or changed while it was read. */
export class LocalFileError extends ConsigneError {
  override readonly name: string = "LocalFileError";
  readonly path: string | undefined;

  constructor(message: string, options: { cause?: unknown; path?: string } = {}) {
    super("local-file", message, options);
    this.path = options.path;
  }
}

function described({ messageText, number, status, requestId }: Refusal): string {
  const text = number === undefined ? messageText : `${messageText} #${number}`;
  return `${text} (HTTP ${status}${requestId === undefined ? "" : `, request ${requestId}`})`;
}
