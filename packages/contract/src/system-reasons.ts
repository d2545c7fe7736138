/**
 * What the operating system's and Node's error codes mean, as the end of a sentence without a full stop. Here because the
 * server, the library and the command line say the same thing in the same words.
 */
const reasons: Readonly<Record<string, string>> = {
  // files
  EACCES: "permission denied",
  EBADF: "it is not open for that",
  EBUSY: "it is in use by another program",
  EDQUOT: "your disk quota is used up",
  EEXIST: "the name is already taken",
  EFBIG: "the file is too large for this file system",
  EIO: "the disk reported an error",
  EISDIR: "it is a folder, not a file",
  ELOOP: "too many symbolic links",
  EMFILE: "too many open files",
  ENAMETOOLONG: "the name is too long for this file system",
  ENFILE: "too many open files",
  ENOENT: "no such file or folder",
  ENOEXEC: "it is not a program for this machine",
  ENOSPC: "the disk is full",
  ENOTDIR: "part of the path is a file, not a folder",
  ENOTEMPTY: "the folder is not empty",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ETXTBSY: "it is in use by another program",
  // network
  EADDRINUSE: "another program is using this address and port",
  EADDRNOTAVAIL: "this machine does not have that address",
  EAI_AGAIN: "the host name could not be looked up",
  ECONNABORTED: "the connection was lost",
  ECONNREFUSED: "connection refused",
  ECONNRESET: "the connection was closed by the other side",
  EHOSTDOWN: "the host is down",
  EHOSTUNREACH: "there is no route to this host",
  ENETDOWN: "the network is down",
  ENETUNREACH: "the network is unreachable",
  ENOTFOUND: "host name not found",
  EPIPE: "the connection was closed by the other side",
  ETIMEDOUT: "the connection timed out",
  UND_ERR_BODY_TIMEOUT: "the connection timed out",
  UND_ERR_CONNECT_TIMEOUT: "the connection timed out",
  UND_ERR_HEADERS_TIMEOUT: "the connection timed out",
  UND_ERR_SOCKET: "the connection was closed by the other side",
  // the same from Bun
  ConnectionClosed: "the connection was closed by the other side",
  ConnectionRefused: "connection refused",
  // certificates
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host name",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate comes from an authority that this machine does not trust",
  UNABLE_TO_GET_ISSUER_CERT: "its certificate comes from an authority that this machine does not trust",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate comes from an authority that this machine does not trust",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate comes from an authority that this machine does not trust",
};

/** The system's code of a failure (`ENOENT`, `ECONNREFUSED`), if it carries one. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" && error.code !== "" ? error.code : undefined;
}

/** What the code of a failure means; undefined for a failure that is none of the system's. */
export function systemReason(error: unknown): string | undefined {
  const code = systemCode(error);
  return code === undefined || !Object.hasOwn(reasons, code) ? undefined : reasons[code];
}

/** The same, and for what is not in the table whatever the failure says of itself. */
export function reasonOf(error: unknown): string {
  const known = systemReason(error);
  if (known !== undefined) return known;
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\.$/, "") || "unknown failure";
}
