import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { ClientRequest } from "node:http";
import { test } from "node:test";
import { watchConnecting } from "./node-connecting.ts";

/** What is told of a connection to this address. */
function toldOf(remoteAddress: string | undefined, { connecting = true, attempts = 1 } = {}): number[] {
  const told: number[] = [];
  const outgoing = new EventEmitter();
  const socket = Object.assign(new EventEmitter(), { connecting, remoteAddress });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the little of a request that is listened to
  watchConnecting(outgoing as ClientRequest, (tookMs) => void told.push(tookMs));
  outgoing.emit("socket", socket);
  socket.emit("lookup");
  for (let attempt = 0; attempt < attempts; attempt++) socket.emit("connectionAttempt");
  socket.emit("connect");
  for (const event of ["lookup", "connectionAttempt", "connect"]) assert.equal(socket.listenerCount(event), 0, event);
  return told;
}

test("the connect time to another machine is reported once", () => {
  for (const address of ["192.0.2.7", "2001:db8::7", "::ffff:192.0.2.7", "10.0.0.1"]) {
    const [tookMs = NaN, ...more] = toldOf(address);
    assert.ok(tookMs >= 0, address);
    assert.deepEqual(more, []);
  }
});

test("the connect time counts from the last attempt, not from an address that did not answer", (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => (now += 50));
  assert.deepEqual(toldOf("192.0.2.7", { attempts: 1 }), [50]);
  assert.deepEqual(toldOf("192.0.2.7", { attempts: 3 }), [50]);
});

test("no connect time is reported for this machine or an existing connection", () => {
  for (const address of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", undefined]) {
    assert.deepEqual(toldOf(address), [], address);
  }
  assert.deepEqual(toldOf("192.0.2.7", { connecting: false }), []);
});
