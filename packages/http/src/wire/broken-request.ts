import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { toWireError } from "@consigne/contract";
import { isTls } from "../bounds/server-sockets.ts";

const reasons: Readonly<Record<string, readonly [status: string, detail: string]>> = {
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "The headers of the request are too large."],
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "The request took too long to arrive."],
};
const malformed = ["400 Bad Request", "The request is malformed."] as const;

/** Answers requests that are not HTTP, too large or too slow to be parsed at all, then closes the connection. */
export class BrokenRequests {
  /** By connection: the latest response, preceded by those of pipelined requests that were not sent yet. */
  readonly #responses = new WeakMap<Socket, ServerResponse[]>();

  watch(server: Server): void {
    // Nothing can be sent before TLS is established, and a write would wait for it for ever.
    if (isTls(server)) server.prependListener("tlsClientError", (_error, socket: Socket) => socket.destroy());
    server.on("request", ({ socket }, response) => {
      const known = this.#responses.get(socket);
      if (known === undefined) this.#responses.set(socket, [response]);
      // The usual case on a keep-alive connection: no new list, and no listener for the end.
      else if (known.length === 1 && known[0]?.writableFinished === true) known[0] = response;
      else this.#responses.set(socket, [...known.filter((each) => !each.writableFinished), response]);
    });
  }

  refuse(error: Error & { code?: string }, socket: Socket): void {
    const open = this.#responses.get(socket) ?? [];
    // Text in the middle of another response would be taken for a part of it.
    const isAnswering = open.some((response) => response.headersSent && !response.writableFinished);
    if (isAnswering || !socket.writable || error.code === "ECONNRESET") {
      socket.destroy();
      return;
    }
    const [status, detail] = reasons[error.code ?? ""] ?? malformed;
    const body = JSON.stringify(toWireError("badRequest", detail).body);
    const head = [
      `HTTP/1.1 ${status}`,
      "Content-Type: application/json; charset=utf-8",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Connection: close",
    ];
    socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
  }
}
