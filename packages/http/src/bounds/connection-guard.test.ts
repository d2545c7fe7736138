import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import type { FastifyInstance } from "fastify";
import { ConnectionGuard } from "./connection-guard.ts";
import { Shares } from "./shares.ts";

const PER_ADDRESS = 4;

/** A connection from any address, which no test on one machine can make. */
class FarSocket extends EventEmitter {
  readonly remoteAddress: string;
  isOpen = true;

  constructor(remoteAddress: string) {
    super();
    this.remoteAddress = remoteAddress;
  }

  destroy(): void {
    this.isOpen = false;
    this.emit("close");
  }
}

/** The connections left open after `count` consecutive ones, each from the next address. */
function openOf(count: number, addressOf: (index: number) => string, trustedProxies: string[] = []): number {
  const server = new EventEmitter();
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const bounds = { connections: 1000, connectionsPerAddress: PER_ADDRESS };
  const guard = new ConnectionGuard(bounds, new Shares(trustedProxies), { isStuck: () => false }, logger);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the listening server is looked at
  guard.watch({ server } as unknown as FastifyInstance);
  const sockets = Array.from({ length: count }, (_, index) => new FarSocket(addressOf(index)));
  for (const socket of sockets) server.emit("connection", socket);
  return sockets.filter(({ isOpen }) => isOpen).length;
}

test("an address is limited to its share of connections, across its IPv6 /64", () => {
  assert.equal(
    openOf(50, () => "192.0.2.1"),
    PER_ADDRESS,
  );
  assert.equal(
    openOf(50, (index) => `2001:db8:1:2::${index + 1}`),
    PER_ADDRESS,
  );
});

test("an IPv6 /48 may have four times as many, and others keep their own share", () => {
  assert.equal(
    openOf(50, (index) => `2001:db8:1:${index + 1}::1`),
    4 * PER_ADDRESS,
  );
  assert.equal(
    openOf(50, (index) => `2001:db8:${index + 1}::1`),
    50,
  );
  assert.equal(
    openOf(50, (index) => `192.0.2.${index + 1}`),
    50,
  );
});

test("one of our proxies has neither limit", () => {
  assert.equal(
    openOf(50, () => "2001:db8:1:2::1", ["2001:db8:1:2::1"]),
    50,
  );
});
