import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import fastify from "fastify";
import { SlowReaders } from "./slow-readers.ts";

const STALL_MS = 300;

test("small requests on the same connection buy a slow reader no more time", async () => {
  const app = fastify();
  new SlowReaders({ stallMs: STALL_MS, leastBytesPerSecond: 1e9 }).watch(app);
  let small = 0;
  app.get("/large", async () => Buffer.alloc(64 * 1024 * 1024));
  app.get("/small", async () => `${(small += 1)}`);
  const cut = Promise.withResolvers<void>();
  app.server.on("connection", (socket) => socket.once("close", () => cut.resolve()));
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const client = connect(port, "127.0.0.1");
  client.on("error", () => undefined);
  try {
    await once(client, "connect");
    client.pause();
    client.write("GET /large HTTP/1.1\r\nhost: x\r\n\r\n");
    const isCut = await Promise.race([
      cut.promise.then(() => true),
      (async () => {
        for (let at = 0; at < 200; at++) {
          await pause(STALL_MS / 10);
          client.write("GET /small HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n\r\n");
        }
        return false;
      })(),
    ]);
    assert.equal(isCut, true);
    assert.ok(small > 0, "the small requests were received");
  } finally {
    client.destroy();
    await app.close();
  }
});
