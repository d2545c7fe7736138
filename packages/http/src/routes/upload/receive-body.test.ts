import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { receiveBody } from "./receive-body.ts";

test("tells why the last bytes were not taken, also where the end of the body was there before", async () => {
  const { promise: received, resolve } = Promise.withResolvers<IncomingMessage>();
  const server = createServer((incoming) => resolve(incoming)).listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const { port } = server.address() as AddressInfo;
  const sent = request({ port, method: "POST", agent: false }).on("error", () => undefined);
  sent.end("hello");
  const incoming = await received;
  const ended = once(incoming, "end");
  const receiving = receiveBody(incoming, {
    idleTimeoutMs: 60_000,
    totalTimeoutMs: 60_000,
    signal: new AbortController().signal,
    take: async () => {
      // What another reader of the request may do at any time.
      incoming.resume();
      await ended;
      throw new Error("of the test");
    },
  });
  await assert.rejects(receiving, /of the test/);
  sent.destroy();
  server.close();
});
