import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

export interface RawRequest {
  path: string;
  /** Names in lower case. */
  headers: ReadonlyMap<string, string>;
}

/** A server that sends whatever a test wants, valid or not. */
export interface RawServer extends AsyncDisposable {
  port: number;
  /** Without a path. */
  url: string;
  requests: RawRequest[];
  /** Connections made so far, with or without a request. */
  connections: number;
  open: Set<Socket>;
}

/** A returned value is sent and ends the connection. Otherwise the handler answers by itself. */
export type RawAnswer = (request: RawRequest, socket: Socket) => string | Uint8Array | void;

export async function openRawServer(
  answer: RawAnswer,
  { host = "127.0.0.1", port = 0, server = createServer() }: { host?: string; port?: number; server?: Server } = {},
): Promise<RawServer> {
  const isTls = "addContext" in server;
  const raw: RawServer = {
    port: 0,
    url: "",
    requests: [],
    connections: 0,
    open: new Set(),
    [Symbol.asyncDispose]: async () => {
      for (const socket of raw.open) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  server.on("connection", (socket: Socket) => {
    raw.connections += 1;
    raw.open.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => raw.open.delete(socket));
  });
  server.on(isTls ? "secureConnection" : "connection", (socket: Socket) => {
    socket.on("error", () => undefined);
    onHead(socket, (head) => {
      const request = readRequest(head);
      raw.requests.push(request);
      const sent = answer(request, socket);
      if (sent !== undefined) socket.end(typeof sent === "string" ? Buffer.from(sent, "latin1") : sent);
    });
  });
  server.on("tlsClientError", () => undefined);
  server.listen(port, host);
  await once(server, "listening");
  raw.port = (server.address() as AddressInfo).port;
  raw.url = `${isTls ? "https" : "http"}://${host}:${raw.port}`;
  return raw;
}

function onHead(socket: Socket, done: (head: string) => void): void {
  let head = "";
  socket.on("data", (chunk: Buffer) => {
    if (head.includes("\r\n\r\n")) return;
    head += chunk.toString("latin1");
    if (head.includes("\r\n\r\n")) done(head);
  });
}

function readRequest(head: string): RawRequest {
  const [first = "", ...lines] = head.split("\r\n\r\n")[0]!.split("\r\n");
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { path: first.split(" ")[1] ?? "", headers: new Map(headers) };
}

/** An answer in the format of most servers. */
export function httpAnswer(
  body: string | Uint8Array,
  {
    status = "200 OK",
    headers = {},
    length,
  }: { status?: string; headers?: Record<string, string>; length?: number | null } = {},
): Buffer {
  const bytes = Buffer.from(body);
  const all = { ...(length === null ? {} : { "Content-Length": String(length ?? bytes.length) }), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join("")}\r\n`, "latin1"), bytes]);
}

export const redirectTo = (location: string, status = "302 Found"): Buffer =>
  httpAnswer("", { status, headers: { Location: location } });
