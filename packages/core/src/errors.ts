import type { FloodLock, LockReason } from "./flood/flood-lock.ts";

/** Every reason for which the domain may refuse something. Interfaces translate the code; they never parse the text. */
export type DomainErrorCode =
  | "account-exists"
  | "account-locked"
  | "bad-argument"
  | "bad-name"
  | "customer-required"
  | "digest-wrong"
  | "download-wait"
  | "download-token-expired"
  | "download-token-in-use"
  | "download-token-not-found"
  | "empty-file-refused"
  | "file-arriving"
  | "file-blocked"
  | "file-damaged"
  | "file-exists"
  | "file-not-found"
  | "file-too-large"
  | "flood-locked"
  | "fresh-proof-required"
  | "folder-exists"
  | "folder-not-empty"
  | "folder-not-found"
  | "folder-cycle"
  | "folder-too-deep"
  | "invitation-not-found"
  | "key-not-found"
  | "last-administrator"
  | "link-ended"
  | "link-not-found"
  | "link-off"
  | "link-password-required"
  | "link-password-wrong"
  | "link-used-up"
  | "no-file-in-upload"
  | "not-allowed"
  | "not-authenticated"
  | "nothing-renamed"
  | "offset-differs"
  | "owner-locked"
  | "part-differs"
  | "quota-exceeded"
  | "remote-upload-not-found"
  | "root-folder-protected"
  | "scope-missing"
  | "session-not-found"
  | "storage-full"
  | "storage-unavailable"
  | "too-busy"
  | "too-many-downloads"
  | "too-many-files"
  | "too-many-keys"
  | "too-many-remote-uploads"
  | "too-many-uploads"
  | "trash-entry-not-found"
  | "unknown-credentials"
  | "upload-in-progress"
  | "upload-not-found"
  | "version-not-found";

type DomainCode = Exclude<DomainErrorCode, "bad-argument">;

/** Base class of every refusal by the domain. The message is one sentence for people. */
export class DomainError extends Error {
  override name = "DomainError";
  readonly code: DomainErrorCode;

  constructor(code: DomainCode, message: string, options?: ErrorOptions);
  /** For an `ArgumentError`, which gives details. */
  constructor(code: "bad-argument", message: string, options: ErrorOptions & { reason: ArgumentReason });
  constructor(code: DomainErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * What is wrong with a request, so that interfaces can explain it in other languages than the message's. `other` is for
 * requests that no page lets a person make.
 */
export type ArgumentReason =
  | "access-list-too-long"
  | "address-differs"
  | "address-not-fetchable"
  | "too-many-addresses"
  | "attributes-too-long"
  | "credentials-not-stored"
  | "email-invalid"
  | "expiry-in-past"
  | "grace-too-long"
  | "key-address-invalid"
  | "too-many-key-addresses"
  | "key-ended"
  | "link-needs-key"
  | "link-password-too-long"
  | "link-password-too-short"
  | "links-not-stored"
  | "too-many-links"
  | "too-many-same-names"
  | "not-ended"
  | "note-too-long"
  | "nothing-to-retry"
  | "own-account"
  | "own-address"
  | "own-link"
  | "password-too-long"
  | "password-too-short"
  | "password-too-weak"
  | "too-many-people"
  | "replaced-twice"
  | "replacement-has-too-many-links"
  | "replacement-has-versions"
  | "too-many-search-words"
  | "too-many-shares"
  | "source-address-invalid"
  | "source-key-missing"
  | "too-many-source-links"
  | "source-path-too-long"
  | "source-secret-invalid"
  | "other";

/** A `bad-argument` error with its reason. */
export class ArgumentError extends DomainError {
  override name = "ArgumentError";
  readonly reason: ArgumentReason;
  /** The value that the message mentions: a limit, or the offending input. */
  readonly value: string | undefined;

  constructor(reason: ArgumentReason, message: string, value?: string | number) {
    super("bad-argument", message, { reason });
    this.reason = reason;
    this.value = value?.toString();
  }
}

/** Locked because its owner deleted it; it can be restored until `removesAt`. */
export class AccountLeavingError extends DomainError {
  override name = "AccountLeavingError";
  readonly removesAt: Date;

  constructor(removesAt: Date) {
    super("account-locked", "This account was deleted by its owner. The operator can restore it for a few days.");
    this.removesAt = removesAt;
  }
}

/** The caller, account or key is locked out until `lockedUntil`. */
export class FloodLockedError extends DomainError {
  override name = "FloodLockedError";
  readonly kind: FloodLock["kind"];
  readonly reason: LockReason;
  readonly lockedUntil: Date;
  readonly retryAfterMs: number;

  constructor(lock: Pick<FloodLock, "kind" | "reason" | "lockedUntil"> & { retryAfterMs: number }) {
    super("flood-locked", "Too many requests in a short time; nothing was changed. Wait, then try again.");
    this.kind = lock.kind;
    this.reason = lock.reason;
    this.lockedUntil = lock.lockedUntil;
    this.retryAfterMs = lock.retryAfterMs;
  }
}

export function isDomainError(error: unknown, code?: DomainErrorCode): error is DomainError {
  return error instanceof DomainError && (code === undefined || error.code === code);
}
