import type { Socket } from "node:net";
import { mostOfNetwork } from "@consigne/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { EdgeLogger } from "../edge-settings.ts";
import { isKnownCaller } from "../wire/caller.ts";
import { OverloadError } from "../wire/error-answer.ts";
import type { RequestStep } from "../wire/request-steps.ts";
import type { EdgeBounds } from "./edge-bounds.ts";
import { whenEnded } from "./request-ends.ts";
import { endsOf, isTls } from "./server-sockets.ts";
import type { Shares } from "./shares.ts";
import type { SlowReaders } from "./slow-readers.ts";

const LOG_INTERVAL_MS = 60_000;
/** This many surplus connections get an answer with the reason; more are cut without one. */
const MOST_ANSWERED = 64;
const ANSWER_PATIENCE_MS = 2000;

interface Connection {
  socket: Socket;
  requests: Set<FastifyRequest>;
  /** The lists that contain it: all connections, and those of its address and network. */
  lists: readonly Connections[];
}

/** Both in the order in which they got there. */
interface Connections {
  /** Whose connections they are; undefined: all. */
  share: string | undefined;
  idle: Set<Connection>;
  busy: Set<Connection>;
}

/**
 * Limits connections in total, for each address and for each IPv6 /48. When there are too many, one that is waiting for
 * its caller is cut: an idle one, one with an unfinished request of an unknown caller, or one whose answer nobody has
 * read for long.
 */
export class ConnectionGuard {
  readonly #bounds: Pick<EdgeBounds, "connections" | "connectionsPerAddress">;
  readonly #shares: Shares;
  readonly #readers: Pick<SlowReaders, "isStuck">;
  readonly #logger: Pick<EdgeLogger, "warn">;
  readonly #bySocket = new Map<Socket, Connection>();
  readonly #byShare = new Map<string, Connections>();
  readonly #all: Connections = { share: undefined, idle: new Set(), busy: new Set() };
  readonly #refused = new Set<Socket>();
  /** Connections before the end of their TLS handshake, by their end points. */
  readonly #unsecured = new Map<string, Socket>();
  #isClosing = false;
  #loggedAtMs = -Infinity;

  constructor(
    bounds: Pick<EdgeBounds, "connections" | "connectionsPerAddress">,
    shares: Shares,
    readers: Pick<SlowReaders, "isStuck">,
    logger: Pick<EdgeLogger, "warn">,
  ) {
    this.#bounds = bounds;
    this.#shares = shares;
    this.#readers = readers;
    this.#logger = logger;
  }

  watch(app: FastifyInstance): RequestStep {
    app.server.on("connection", (socket: Socket) => this.#admit(socket));
    // Counted from the start: a caller that never sends anything takes a slot too.
    if (isTls(app.server)) {
      app.server.prependListener("connection", (socket: Socket) => this.#awaitSecured(socket));
      app.server.prependListener("secureConnection", (socket: Socket) => this.#secured(socket));
      // Nothing else closes these when the server stops: its list of connections begins after the handshake.
      app.addHook("preClose", (done) => {
        this.#isClosing = true;
        for (const socket of this.#unsecured.values()) socket.destroy();
        done();
      });
    }
    return (request, reply) => {
      const { socket } = request.raw;
      if (this.#refused.has(socket)) {
        reply.header("connection", "close");
        throw new OverloadError();
      }
      const connection = this.#bySocket.get(socket);
      if (connection === undefined) return;
      this.#begin(connection, request);
      whenEnded(request, () => this.#end(connection, request));
    };
  }

  #admit(socket: Socket): void {
    const { remoteAddress } = socket;
    // Closed before it was handled.
    if (remoteAddress === undefined) return void socket.destroy();
    const { own, network } = this.#shares.of(remoteAddress);
    if (!this.#hasRoom(own, network)) return this.#refuse(socket);
    const lists = [
      this.#all,
      ...[own, network].filter((share) => share !== undefined).map((share) => this.#listOf(share)),
    ];
    const connection = { socket, requests: new Set<FastifyRequest>(), lists };
    this.#bySocket.set(socket, connection);
    for (const connections of connection.lists) connections.idle.add(connection);
    socket.once("close", () => this.#forget(connection));
  }

  #awaitSecured(socket: Socket): void {
    const ends = endsOf(socket);
    if (ends === undefined) return;
    if (this.#isClosing) return void socket.destroy();
    this.#unsecured.set(ends, socket);
    socket.once("close", () => {
      if (this.#unsecured.get(ends) === socket) this.#unsecured.delete(ends);
    });
  }

  /** Requests arrive on the socket inside TLS. */
  #secured(secured: Socket): void {
    const ends = endsOf(secured);
    const socket = ends === undefined ? undefined : this.#unsecured.get(ends);
    if (ends === undefined || socket === undefined) return void secured.destroy();
    this.#unsecured.delete(ends);
    if (this.#refused.has(socket)) {
      this.#refused.add(secured);
      secured.once("close", () => this.#refused.delete(secured));
    }
    const connection = this.#bySocket.get(socket);
    if (connection === undefined) return;
    this.#bySocket.delete(socket);
    connection.socket = secured;
    this.#bySocket.set(secured, connection);
  }

  #hasRoom(own: string | undefined, network: string | undefined): boolean {
    const { connections, connectionsPerAddress } = this.#bounds;
    for (const [share, most] of [
      [own, connectionsPerAddress],
      [network, mostOfNetwork(connectionsPerAddress, connections)],
    ] as const) {
      const found = share === undefined ? undefined : this.#byShare.get(share);
      if (found !== undefined && sizeOf(found) >= most) return this.#cutOne(found);
    }
    if (this.#bySocket.size < connections) return true;
    this.#logFull();
    return this.#cutOne(this.#all);
  }

  #begin(connection: Connection, request: FastifyRequest): void {
    connection.requests.add(request);
    for (const { idle, busy } of connection.lists) {
      idle.delete(connection);
      busy.add(connection);
    }
  }

  #end(connection: Connection, request: FastifyRequest): void {
    connection.requests.delete(request);
    if (connection.requests.size > 0 || !this.#bySocket.has(connection.socket)) return;
    for (const { idle, busy } of connection.lists) {
      busy.delete(connection);
      idle.add(connection);
    }
  }

  #forget(connection: Connection): void {
    if (!this.#bySocket.delete(connection.socket)) return;
    for (const connections of connection.lists) {
      connections.idle.delete(connection);
      connections.busy.delete(connection);
      if (connections.share !== undefined && sizeOf(connections) === 0) this.#byShare.delete(connections.share);
    }
  }

  #listOf(share: string): Connections {
    const list = this.#byShare.get(share) ?? { share, idle: new Set(), busy: new Set() };
    this.#byShare.set(share, list);
    return list;
  }

  /** False if everybody here is being served. */
  #cutOne({ idle, busy }: Connections): boolean {
    const [longestIdle] = idle;
    const found =
      longestIdle ?? firstOf(busy, waitsForStranger) ?? firstOf(busy, (connection) => this.#waitsForReader(connection));
    if (found === undefined) return false;
    // At once: its close event comes later, and many more may arrive before.
    this.#forget(found);
    found.socket.destroy();
    return true;
  }

  #waitsForReader({ requests }: Connection): boolean {
    return [...requests].some(({ response }) => response !== undefined && this.#readers.isStuck(response));
  }

  #refuse(socket: Socket): void {
    socket.on("error", () => undefined);
    if (this.#refused.size >= MOST_ANSWERED) return void socket.destroy();
    this.#refused.add(socket);
    const patience = setTimeout(() => socket.destroy(), ANSWER_PATIENCE_MS);
    socket.once("close", () => {
      clearTimeout(patience);
      this.#refused.delete(socket);
    });
  }

  #logFull(): void {
    const now = performance.now();
    if (now - this.#loggedAtMs < LOG_INTERVAL_MS) return;
    this.#loggedAtMs = now;
    const line = { connections: this.#bySocket.size, most: this.#bounds.connections };
    this.#logger.warn(line, "connection limit reached; connections that wait for their client are closed");
  }
}

const sizeOf = ({ idle, busy }: Connections): number => idle.size + busy.size;

function firstOf<T>(items: Iterable<T>, isWanted: (item: T) => boolean): T | undefined {
  for (const item of items) if (isWanted(item)) return item;
  return undefined;
}

function waitsForStranger({ requests }: Connection): boolean {
  return [...requests].some((request) => !request.raw.complete && !isKnownCaller(request));
}
