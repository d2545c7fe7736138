/**
 * What the error codes of the operating system and of Node mean. Shared, so that the server, the library and the
 * command line say the same thing in the same words, and draw the same conclusions.
 */
export interface SystemFailure {
  /** As the end of a sentence, without a full stop. */
  reason: string;
  kind?: SystemFailureKind;
  /** What a person can check after a failed connection. */
  hint?: string;
}

/**
 * `missing`: there is no such file; `in-the-way`: something else has the name; `no-room`: the disk is full;
 * `forbidden`: the system does not let this program do it; `read-only`: nobody may write there; `unsent`: nothing
 * reached the other side; `cut`: an established connection was closed by the other side.
 */
export type SystemFailureKind = "missing" | "in-the-way" | "no-room" | "forbidden" | "read-only" | "unsent" | "cut";

const failures: Readonly<Record<string, SystemFailure>> = {
  // files
  EACCES: { reason: "permission denied", kind: "forbidden", hint: "Does a firewall on this machine forbid it?" },
  EBADF: { reason: "it is not open for that" },
  EBUSY: { reason: "it is in use by another program" },
  EDQUOT: { reason: "your disk quota is used up", kind: "no-room" },
  EEXIST: { reason: "the name is already taken", kind: "in-the-way" },
  EFBIG: { reason: "the file is too large for this file system", kind: "no-room" },
  EIO: { reason: "the disk reported an error" },
  EISDIR: { reason: "it is a folder, not a file", kind: "in-the-way" },
  ELOOP: { reason: "too many symbolic links" },
  EMFILE: { reason: "too many open files" },
  ENAMETOOLONG: { reason: "the name is too long for this file system" },
  ENFILE: { reason: "too many open files" },
  ENOENT: { reason: "no such file or folder", kind: "missing" },
  ENOEXEC: { reason: "it is not a program for this machine" },
  ENOSPC: { reason: "the disk is full", kind: "no-room" },
  ENOTDIR: { reason: "part of the path is a file, not a folder", kind: "in-the-way" },
  ENOTEMPTY: { reason: "the folder is not empty", kind: "in-the-way" },
  EPERM: { reason: "permission denied", kind: "forbidden", hint: "Does a firewall on this machine forbid it?" },
  EROFS: { reason: "the file system is read-only", kind: "read-only" },
  ETXTBSY: { reason: "it is in use by another program" },
  // network
  EADDRINUSE: { reason: "another program is using this address and port" },
  EADDRNOTAVAIL: { reason: "this machine does not have that address" },
  EAI_AGAIN: { reason: "the host name could not be looked up", kind: "unsent", hint: "Is this machine online?" },
  ECONNABORTED: { reason: "the connection was lost" },
  ECONNREFUSED: { reason: "connection refused", kind: "unsent", hint: "Is the server running, and is the port right?" },
  ECONNRESET: { reason: "the connection was closed by the other side", kind: "cut" },
  EHOSTDOWN: { reason: "the host is down" },
  EHOSTUNREACH: { reason: "there is no route to this host", kind: "unsent", hint: "Is there a firewall in between?" },
  ENETDOWN: { reason: "the network is down" },
  ENETUNREACH: { reason: "the network is unreachable", kind: "unsent", hint: "Is this machine online?" },
  ENOTFOUND: {
    reason: "host name not found",
    kind: "unsent",
    hint: "Is the name spelled right, and is this machine online?",
  },
  EPIPE: { reason: "the connection was closed by the other side", kind: "cut" },
  ETIMEDOUT: { reason: "the connection timed out", hint: "Is there a firewall in between?" },
  UND_ERR_BODY_TIMEOUT: { reason: "the connection timed out" },
  UND_ERR_CONNECT_TIMEOUT: {
    reason: "the connection timed out",
    kind: "unsent",
    hint: "Is there a firewall in between?",
  },
  UND_ERR_HEADERS_TIMEOUT: { reason: "the connection timed out" },
  UND_ERR_SOCKET: { reason: "the connection was closed by the other side", kind: "cut" },
  // the same from Bun
  ConnectionClosed: { reason: "the connection was closed by the other side", kind: "cut" },
  ConnectionRefused: {
    reason: "connection refused",
    kind: "unsent",
    hint: "Is the server running, and is the port right?",
  },
  // certificates
  CERT_HAS_EXPIRED: { reason: "its certificate has expired" },
  CERT_NOT_YET_VALID: { reason: "its certificate is not valid yet", hint: "Is this machine's clock right?" },
  DEPTH_ZERO_SELF_SIGNED_CERT: { reason: "its certificate is self-signed" },
  ERR_TLS_CERT_ALTNAME_INVALID: { reason: "its certificate is for another host name" },
  SELF_SIGNED_CERT_IN_CHAIN: { reason: "its certificate comes from an authority that this machine does not trust" },
  UNABLE_TO_GET_ISSUER_CERT: { reason: "its certificate comes from an authority that this machine does not trust" },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    reason: "its certificate comes from an authority that this machine does not trust",
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    reason: "its certificate comes from an authority that this machine does not trust",
  },
};

/** The system's code of an error (`ENOENT`, `ECONNREFUSED`), if it has one. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" && error.code !== "" ? error.code : undefined;
}

/** What the code of an error means; undefined for errors that do not come from the system. */
export function systemFailure(error: unknown): SystemFailure | undefined {
  const code = systemCode(error);
  return code === undefined || !Object.hasOwn(failures, code) ? undefined : failures[code];
}

/** The reason alone. */
export const systemReason = (error: unknown): string | undefined => systemFailure(error)?.reason;

/** The reason, or the error's own message if its code is not in the table. */
export function reasonOf(error: unknown): string {
  const known = systemReason(error);
  if (known !== undefined) return known;
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\.$/, "") || "unknown failure";
}
