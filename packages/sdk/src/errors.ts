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
 * Base of everything this library throws on purpose. Aborts are not included: an aborted call rejects with the `reason`
 * of its signal.
 */
export class ConsigneError extends Error {
  override readonly name: string = "ConsigneError";
  readonly code: ConsigneErrorCode;

  constructor(code: ConsigneErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Progress of a file that is still being uploaded: how much of it its server has stored. */
export interface Arrival {
  receivedBytes: number;
  sizeBytes: number;
}

/** What is known about an error answer. */
export interface Refusal {
  /** The call, e.g. `file.ls`. */
  endpoint: string;
  /** HTTP status. */
  status: number;
  /** Number of the error, the `374` of `IP Locked #374`; undefined if the answer had none. */
  number?: number | undefined;
  /** The server's text without the number; a note of ours if it sent none. */
  messageText: string;
  /**
   * For some invalid requests a name for the cause, e.g. `password-too-short`: for programs that show it in other words.
   */
  reason?: string | undefined;
  /** The value in the text: a limit, or the given value that is not accepted. */
  reasonValue?: string | undefined;
  /** `X-Request-Id` of the answer, by which an operator finds the call. */
  requestId?: string | undefined;
  /** From `Retry-After`, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** Progress of the file, if it is still being uploaded. */
  arrival?: Arrival | undefined;
  /** An earlier attempt of the same call may have been carried out, so this may be the answer to a second execution. */
  isAfterUnclearAttempt?: boolean;
  /** Beginning of the body as received, up to 4,096 characters, without the key and the secrets of the request. */
  rawBody?: string | undefined;
}

/** Why one of several items failed, as a call that fails in the same way reports it; `message` includes the number. */
export interface RefusedPart {
  /** HTTP status. */
  status: number;
  message: string;
  reason?: string | undefined;
  reasonValue?: string | undefined;
}

/** The server answered with an error. */
export class ApiError extends ConsigneError {
  override readonly name: string = "ApiError";
  readonly endpoint: string;
  readonly status: number;
  readonly number: number | undefined;
  readonly messageText: string;
  /**
   * For some invalid requests a name for the cause, e.g. `password-too-short`: for programs that show it in other words.
   */
  readonly reason: string | undefined;
  /** The value in the text: a limit, or the given value that is not accepted. */
  readonly reasonValue: string | undefined;
  readonly requestId: string | undefined;
  /** How long the server asks to wait before another attempt, in milliseconds; undefined if it does not say. */
  readonly retryAfterMs: number | undefined;
  /** Set if the file is still being uploaded (number 600). */
  readonly arrival: Arrival | undefined;
  readonly isAfterUnclearAttempt: boolean;
  /** Beginning of the body as received, up to 4,096 characters, without the key and the secrets of the request. */
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
 * The server locked the caller out because of too many calls. Nothing was done. Calls of all clients of this user wait
 * for the end of a lock by themselves; this is thrown only if that takes longer than `pacing.maxWaitMs`.
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
  /** For a path: the first part that does not exist, e.g. `2026` in `/backup/2026/june`. */
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

/**
 * The caller is known but not allowed to do this: access list, scope of the key, locked owner, address not accepted, or
 * the password has to be given again.
 */
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
  /** The path of the server's URL, if it is an unusual one: the call may exist without it. */
  readonly addressPath: string | undefined;

  constructor(refusal: Refusal, addressPath?: string) {
    super(refusal, "not-supported");
    this.addressPath = addressPath;
  }
}

/** Something is in the way: the name is taken, the folder is not empty, a folder would be moved into itself. */
export class ConflictError extends ApiError {
  override readonly name: string = "ConflictError";
  constructor(refusal: Refusal) {
    super(refusal, "conflict");
  }
}

/** The account or the server is full. */
export class QuotaError extends ApiError {
  override readonly name: string = "QuotaError";
  constructor(refusal: Refusal) {
    super(refusal, "quota");
  }
}

/** The server can no longer read the bytes it stored: retrying does not help, uploading the same file again does. */
export class FileDamagedError extends ApiError {
  override readonly name: string = "FileDamagedError";
  constructor(refusal: Refusal) {
    super(refusal, "damaged");
  }
}

/** The server does not accept the request: a name that it does not allow, a field that it does not understand. */
export class BadRequestError extends ApiError {
  override readonly name: string = "BadRequestError";
  constructor(refusal: Refusal) {
    super(refusal, "bad-request");
  }
}

/** The server failed (5xx), or its answer is not one of this API, such as an HTML page. */
export class ServerError extends ApiError {
  override readonly name: string = "ServerError";
  constructor(refusal: Refusal) {
    super(refusal, "server");
  }
}

/** A successful answer with required fields missing. Another attempt may get a complete one. */
export class IncompleteAnswerError extends ServerError {
  constructor(refusal: Refusal, missing: string) {
    super({ ...refusal, messageText: `The answer is incomplete: ${missing}` });
  }
}

/**
 * No answer: the name does not resolve, nothing is listening, the connection broke, or the certificate is not trusted.
 */
export class NetworkError extends ConsigneError {
  override readonly name: string = "NetworkError";
  /** True if the request certainly did not reach the server, so that nothing can have been done. */
  readonly isUnsent: boolean;
  /** True if the server's certificate is not accepted; retrying does not help. */
  readonly isUntrusted: boolean;
  /** True if the server answered an `https:` URL without TLS; retrying does not help. */
  readonly isWithoutTls: boolean;
  /**
   * True if this machine does not allow the connection, because fetch blocks the port or a firewall forbids it;
   * retrying does not help.
   */
  readonly isBlocked: boolean;
  /** True if the user's proxy refuses the connection or cannot be used; retrying does not help. */
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

/** More than the server accepts in one file or in one upload, as it announces. Nothing was sent. */
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

/** The bytes were sent, but it is not certain how the upload ended. The message says what was kept. */
export class UploadFailedError extends ConsigneError {
  override readonly name: string = "UploadFailedError";
  constructor(message: string, options?: { cause?: unknown }) {
    super("upload-failed", message, options);
  }
}

/** A download was not completed. The message says what was kept and how to continue. */
export class DownloadFailedError extends ConsigneError {
  override readonly name: string = "DownloadFailedError";
  constructor(message: string, options?: { cause?: unknown }) {
    super("download-failed", message, options);
  }
}

/** The local bytes and those on the server have different Whirlpool checksums. */
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
