import { randomInt } from "node:crypto";
import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { RequestLog } from "../requests/request-log.ts";
import { Exchange, type Target } from "./exchange.ts";
import type { Faults } from "./fault-rules.ts";

const HOST = "127.0.0.1";
/**
 * Below the ports that systems use for outgoing connections, so that a port released for a while is not taken by one.
 */
const PORTS = { first: 20_000, end: 32_000 };
const ATTEMPTS = 50;
const KEEP_ALIVE_MS = 70_000;
const MAX_HEADER_BYTES = 64 * 1024;

/** Listens on a port of its own in front of the server, records requests, and applies the faults that the rules say. */
export class FaultProxy {
  readonly #log: RequestLog;
  readonly #faults: Faults;
  readonly port: number;
  #agent = new Agent({ keepAlive: true });
  #server: Server | undefined;
  #backPort = 0;

  private constructor(input: { log: RequestLog; faults: Faults; server: Server; port: number }) {
    this.#log = input.log;
    this.#faults = input.faults;
    this.#server = input.server;
    this.port = input.port;
    this.#attend(input.server);
  }

  /** Listens on a free port; nothing is answered before `lead`. */
  static async open(log: RequestLog, faults: Faults): Promise<FaultProxy> {
    for (let attempt = 1; ; attempt += 1) {
      const port = randomInt(PORTS.first, PORTS.end);
      try {
        const server = await listen(port);
        return new FaultProxy({ log, faults, server, port });
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
      }
    }
  }

  get url(): string {
    return `http://${HOST}:${this.port}`;
  }

  /** Sets the port that the server behind is now listening on. */
  lead(backPort: number): void {
    this.#backPort = backPort;
  }

  /** Listens again on the same port. */
  async reopen(): Promise<void> {
    if (this.#server !== undefined) return;
    this.#agent = new Agent({ keepAlive: true });
    this.#server = await listen(this.port);
    this.#attend(this.#server);
  }

  /** Cuts every connection; new ones are refused. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    this.#agent.destroy();
    await closed;
  }

  #attend(server: Server): void {
    // Node reads headers as one byte per character, but would write headers that leave before their body as UTF-8.
    server.on("connection", (socket) => socket.setDefaultEncoding("latin1"));
    server.on("request", (request, response) => void this.#pass(request, response, false));
    server.on("checkContinue", (request, response) => void this.#pass(request, response, true));
  }

  async #pass(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): Promise<void> {
    const seen = this.#log.begin(request);
    const what = this.#faults.take(seen);
    const target: Target = { host: HOST, port: this.#backPort, agent: this.#agent };
    await new Exchange({ request, response, seen, what, target, expectsContinue }).run();
  }
}

async function listen(port: number): Promise<Server> {
  // Timeouts and limits are the real server's own; those of this one are higher.
  const server = createServer({
    requestTimeout: 0,
    headersTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
  });
  server.listen(port, HOST);
  await once(server, "listening");
  return server;
}
