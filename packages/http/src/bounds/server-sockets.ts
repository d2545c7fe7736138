import type { Server } from "node:http";
import type { Socket } from "node:net";
import { Server as TlsServer } from "node:tls";

/** Calls back with the sockets that requests come by: with TLS those within it, once both ends have agreed. */
export function onRequestSocket(server: Server, watch: (socket: Socket) => void): void {
  server.on(isTls(server) ? "secureConnection" : "connection", watch);
}

export const isTls = (server: object): boolean => server instanceof TlsServer;

/** Tells connections that are open apart; undefined for one that is gone. */
export function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string | undefined {
  return remoteAddress === undefined ? undefined : `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
