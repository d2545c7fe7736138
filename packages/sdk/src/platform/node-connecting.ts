import type { ClientRequest } from "node:http";
import { isIP, type Socket } from "node:net";

/**
 * Reports how long a new connection took to open, once its address was known. A busy machine may notice that late, so
 * nothing is reported for a server on this machine: it is never far.
 */
export function watchConnecting(outgoing: ClientRequest, onConnected: (tookMs: number) => void): void {
  outgoing.once("socket", (socket: Socket) => {
    if (socket.connecting) watchSocket(socket, onConnected);
  });
}

/** As `watchConnecting`, for a socket that has just been told to connect. */
export function watchSocket(socket: Socket, onConnected: (tookMs: number) => void): void {
  let beganAt = performance.now();
  const onAttempt = () => (beganAt = performance.now());
  socket.on("lookup", onAttempt).on("connectionAttempt", onAttempt);
  socket.once("connect", () => {
    socket.off("lookup", onAttempt).off("connectionAttempt", onAttempt);
    if (!isOwnAddress(socket.remoteAddress ?? "")) onConnected(performance.now() - beganAt);
  });
}

/** No address at all: a socket within the machine. */
const isOwnAddress = (address: string): boolean => isIP(address) === 0 || /^(?:127\.|::1$|::ffff:127\.)/.test(address);
