import { NetworkError } from "../errors.ts";

/** The request never left, or reached nobody. */
const UNSENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "ConnectionRefused",
]);
/** OpenSSL's words for an answer that is no TLS: mostly a server of plain HTTP. */
const NO_TLS = new Set(["ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG", "ERR_SSL_HTTP_REQUEST"]);
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS|ERR_SSL/;

/** What `fetch` rejected with, as an error of ours; its message names the host and never the address or the key. */
export function toNetworkError(cause: unknown, host: string): NetworkError {
  if (cause instanceof Error && cause.cause instanceof NetworkError) return cause.cause;
  const code = findCode(cause);
  const isWithoutTls = NO_TLS.has(code ?? "");
  const isUntrusted = !isWithoutTls && CERTIFICATE.test(code ?? "");
  const isUnsent = isWithoutTls || isUntrusted || UNSENT.has(code ?? "");
  let why = code ?? "the connection failed";
  if (isUntrusted) why = `its certificate is not accepted (${code})`;
  if (isWithoutTls) why = "it speaks no TLS there; perhaps its address begins with http://";
  return new NetworkError(`No answer from ${host}: ${why}.`, { cause, isUnsent, isUntrusted, isWithoutTls });
}

/** A connection that stood was closed by the other side. */
const CUT = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "ConnectionClosed"]);
export const wasCut = (error: unknown): boolean =>
  error instanceof NetworkError && CUT.has(findCode(error.cause) ?? "");

/** Codes lie on the causes, as deep as the runtime pleases. */
function findCode(error: unknown): string | undefined {
  for (let each = error, depth = 0; each instanceof Error && depth < 6; each = each.cause, depth += 1) {
    const code: unknown = Reflect.get(each, "code");
    if (typeof code === "string" && code !== "") return code;
    const inner: unknown = Reflect.get(each, "errors");
    if (Array.isArray(inner) && inner.length > 0) return findCode(inner[0]);
  }
  return undefined;
}
