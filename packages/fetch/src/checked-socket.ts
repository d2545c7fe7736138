import { once } from "node:events";
import { connect, isIP, type LookupFunction, type Socket } from "node:net";
import { connect as connectByTls, type TLSSocket } from "node:tls";
import { plainAddress, SourceError } from "@consigne/core";
import { addressRefused, unreachable } from "./failures.ts";
import { bareHost } from "./host-addresses.ts";
import type { OpenEnds } from "./open-ends.ts";

/** After this, the next address of the same host is tried in parallel. */
const NEXT_ADDRESS_MS = 2000;
const KEEP_ALIVE_MS = 60_000;
/** Names of OpenSSL's checks in Node's errors. */
const CERTIFICATE_PROBLEM = /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE/;

export interface Place {
  /** As in the URL: for TLS and messages, never for resolving. */
  hostname: string;
  port: number;
  /** Already checked. */
  addresses: readonly string[];
}

/**
 * Connects to one of the given addresses, whatever the name of the host resolves to by now.
 * @throws {SourceError}
 */
export async function connectTo(place: Place, connectMs: number, ends: OpenEnds): Promise<Socket> {
  const { hostname, port, addresses } = place;
  ends.check();
  using _ = ends.limit(connectMs, () => unreachable(bareHost(hostname)));
  const socket = ends.add(
    connect({
      // Node calls `lookup` only for names; a single address is connected to directly.
      host: addresses.length === 1 ? addresses[0] : "checked.invalid",
      port,
      lookup: answering(addresses),
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
      noDelay: true,
      // Routers drop silent connections, such as the ftp control connection during a large file.
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    }),
  );
  try {
    await ends.race(once(socket, "connect"));
  } catch (error) {
    ends.drop(socket);
    throw ends.reasonOr(() => unreachable(bareHost(hostname), error));
  }
  if (addresses.includes(plainAddress(socket.remoteAddress ?? ""))) return socket;
  ends.drop(socket);
  throw addressRefused();
}

const answering =
  (addresses: readonly string[]): LookupFunction =>
  (_host, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: isIP(address) })),
    );

/** @throws {SourceError} if the certificate is not valid */
export async function secure(socket: Socket, hostname: string, connectMs: number, ends: OpenEnds): Promise<TLSSocket> {
  const host = bareHost(hostname).replace(/\.$/, "");
  using _ = ends.limit(connectMs, () => unreachable(host));
  const secured = ends.add(
    connectByTls({
      socket,
      host,
      // Never relaxed by an environment variable.
      rejectUnauthorized: true,
      ALPNProtocols: ["http/1.1"],
      ...(isIP(host) === 0 ? { servername: host } : {}),
    }),
  );
  try {
    await ends.race(once(secured, "secureConnect"));
    return secured;
  } catch (error) {
    ends.drop(secured);
    throw ends.reasonOr(() => tlsFailure(host, error));
  }
}

function tlsFailure(host: string, error: unknown): SourceError {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  const isOfCertificate = typeof code === "string" && CERTIFICATE_PROBLEM.test(code);
  const reason = { code: isOfCertificate ? "certificate-untrusted" : "tls-failed", host } as const;
  return new SourceError("unreachable", reason, { isFinal: false, cause: error });
}
