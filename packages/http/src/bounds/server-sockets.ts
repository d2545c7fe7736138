import type { Server } from "node:http";
import type { Socket } from "node:net";
import { Server as TlsServer } from "node:tls";

/** Calls back with the sockets that requests arrive on: with TLS those inside it, after the handshake. */
export function onRequestSocket(server: Server, watch: (socket: Socket) => void): void {
  server.on(isTls(server) ? "secureConnection" : "connection", watch);
}

export const isTls = (server: object): boolean => server instanceof TlsServer;

/** Distinguishes open connections; undefined for a closed one. */
export function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string | undefined {
  return remoteAddress === undefined ? undefined : `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
