import { systemCode, systemFailure } from "@consigne/contract/system-reasons";
import { NetworkError } from "../errors.ts";

/** OpenSSL's codes for an answer that is not TLS, mostly from a server of plain HTTP. */
const NO_TLS = new Set(["ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG", "ERR_SSL_HTTP_REQUEST"]);
/** Errors before anything was sent. A TLS connection that breaks later fails in other ways, and a retry may succeed. */
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|UNKNOWN_CA|HANDSHAKE_FAILURE|PROTOCOL_VERSION/;

/** A failed request as an error of ours; its message names the host and never the URL or the key. */
export function toNetworkError(cause: unknown, host: string): NetworkError {
  const own = findOwn(cause);
  if (own !== undefined) return own;
  const carrier = findCarrier(cause);
  const code = systemCode(carrier) ?? "";
  const isWithoutTls = NO_TLS.has(code);
  const isUntrusted = !isWithoutTls && UNTRUSTED.test(code);
  const failure = systemFailure(carrier);
  // A firewall on this machine, or a sandbox around the program, forbids the connection.
  const isBlocked = failure?.kind === "forbidden" || isBlockedPort(carrier);
  const isUnsent = isWithoutTls || isUntrusted || isBlocked || failure?.kind === "unsent";
  const what = isUnsent ? `Cannot reach ${host}` : `The connection to ${host} failed`;
  const found = isBlockedPort(carrier)
    ? "Is the port right? If so, the server has to listen on another one."
    : failure?.hint;
  const hint = found === undefined ? "" : ` ${found}`;
  const message = `${what}: ${reasonFor(carrier, { isUntrusted, isWithoutTls })}.${hint}`;
  return new NetworkError(message, { cause, isUnsent, isUntrusted, isWithoutTls, isBlocked });
}

function reasonFor(carrier: unknown, kind: { isUntrusted: boolean; isWithoutTls: boolean }): string {
  if (kind.isWithoutTls) return "it does not speak TLS there; its URL probably begins with http://";
  const known = systemFailure(carrier)?.reason;
  if (known !== undefined) return known;
  const code = systemCode(carrier);
  if (kind.isUntrusted) return `its certificate is not accepted (${code})`;
  // The runtime has no code for this one.
  if (isBlockedPort(carrier)) return "fetch blocks this port, which belongs to another kind of service";
  const text = carrier instanceof Error ? carrier.message.replace(/\.$/, "") : "";
  return text || code || "unknown error";
}

const isBlockedPort = (error: unknown): boolean => error instanceof Error && error.message === "bad port";

/** An established connection was closed by the other side. */
export const wasCut = (error: unknown): boolean =>
  error instanceof NetworkError && systemFailure(findCarrier(error.cause))?.kind === "cut";

/** An error that already gives the reason, such as one about the user's proxy. */
function findOwn(error: unknown): NetworkError | undefined {
  for (let each = error, depth = 0; each instanceof Error && depth < 6; each = each.cause, depth += 1) {
    if (each instanceof NetworkError) return each;
  }
  return undefined;
}

/** Error codes are on the causes, at any depth; if there is none, the innermost error says the most. */
function findCarrier(error: unknown): unknown {
  let innermost = error;
  for (let each = error, depth = 0; each instanceof Error && depth < 6; each = each.cause, depth += 1) {
    if (systemCode(each) !== undefined) return each;
    const inner: unknown = Reflect.get(each, "errors");
    if (Array.isArray(inner) && inner.length > 0) return findCarrier(inner[0]);
    innermost = each;
  }
  return innermost;
}
