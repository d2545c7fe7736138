import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** No client we know sends a request before the answer to the previous one has begun. */
const MOST_OF_CONNECTION = 32;

/**
 * Cuts a connection with more unanswered requests than that. They are parsed one buffer at a time, 1,600 small ones
 * without giving anybody else a turn, so the surplus request gets no response at all: a refusal would cost as much as
 * an answer.
 */
export function limitPipelining(server: Server): void {
  const handlers = server.listeners("request");
  const unanswered = new WeakMap<Socket, number>();
  // A shared listener instead of `once`: a response closes once, and this runs for every request.
  const end = function (this: ServerResponse): void {
    const { socket } = this.req;
    unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1);
  };
  server.removeAllListeners("request");
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    if (socket.destroyed) return;
    const count = (unanswered.get(socket) ?? 0) + 1;
    if (count > MOST_OF_CONNECTION) return void socket.destroy();
    unanswered.set(socket, count);
    response.on("close", end);
    for (const handle of handlers) Reflect.apply(handle, server, [request, response]);
  });
}
