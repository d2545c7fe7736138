import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientRequest, createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { MultipartError } from "../../multipart/multipart-error.ts";
import { type BodyOptions, receiveBody } from "./receive-body.ts";

const LONG_MS = 60_000;

/** A request whose body the test sends, and its receiver. */
async function beginRequest(): Promise<{ sent: ClientRequest; incoming: IncomingMessage } & Disposable> {
  const { promise: received, resolve } = Promise.withResolvers<IncomingMessage>();
  const server = createServer((incoming) => resolve(incoming)).listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const { port } = server.address() as AddressInfo;
  const sent = request({ port, method: "POST", agent: false }).on("error", () => undefined);
  sent.flushHeaders();
  const incoming = await received;
  const end = () => {
    sent.destroy();
    server.close();
  };
  return { sent, incoming, [Symbol.dispose]: end };
}

function receive(incoming: IncomingMessage, options: Partial<BodyOptions>): Promise<void> {
  return receiveBody(incoming, {
    idleTimeoutMs: LONG_MS,
    totalTimeoutMs: LONG_MS,
    signal: new AbortController().signal,
    take: async () => {},
    ...options,
  });
}

const failsAs = (code: MultipartError["code"]) => (error: unknown) =>
  error instanceof MultipartError && error.code === code;

test("reports why the last bytes were not accepted, even if the body ended before", async () => {
  using begun = await beginRequest();
  const { sent, incoming } = begun;
  sent.end("hello");
  const ended = once(incoming, "end");
  const receiving = receive(incoming, {
    take: async () => {
      // Another reader of the request may do this at any time, also while it is stopped for us.
      await once(incoming, "pause");
      incoming.resume();
      await ended;
      throw new Error("of the test");
    },
  });
  await assert.rejects(receiving, /of the test/);
});

test("gives up on a silent client after accepting everything sent", async () => {
  using begun = await beginRequest();
  const { sent, incoming } = begun;
  let taken = "";
  sent.write("hello");
  await once(incoming, "readable");
  const receiving = receive(incoming, { idleTimeoutMs: 50, take: async (chunk) => void (taken += chunk.toString()) });
  await assert.rejects(receiving, failsAs("idle"));
  assert.equal(taken, "hello");
});

test("gives up on a client that sends a byte now and then", async () => {
  using begun = await beginRequest();
  const { sent, incoming } = begun;
  const dribbling = setInterval(() => sent.write("y"), 5);
  try {
    await assert.rejects(receive(incoming, { totalTimeoutMs: 150 }), failsAs("too-slow"));
  } finally {
    clearInterval(dribbling);
  }
});

test("goes on without stopping the request while chunks are taken at once, and frees their memory", async () => {
  using begun = await beginRequest();
  const { sent, incoming } = begun;
  const chunks: Buffer[] = [];
  let bytes = 0;
  let stops = 0;
  incoming.on("pause", () => stops++);
  const receiving = receive(incoming, {
    take: (chunk) => {
      chunks.push(chunk);
      bytes += chunk.length;
      return undefined;
    },
  });
  sent.end(Buffer.alloc(1024 * 1024, 1));
  await receiving;
  assert.equal(bytes, 1024 * 1024);
  assert.equal(stops, 0);
  assert.deepEqual(new Set(chunks.map(({ length }) => length)), new Set([0]));
});

test("stops the request when a chunk has to wait, and goes on afterwards", async () => {
  using begun = await beginRequest();
  const { sent, incoming } = begun;
  let bytes = 0;
  let isTaking = false;
  const receiving = receive(incoming, {
    take: (chunk) => {
      assert.ok(!isTaking, "one at a time");
      bytes += chunk.length;
      if (bytes % 2 === 0) return undefined;
      isTaking = true;
      return new Promise((resolve) => setImmediate(() => resolve(void (isTaking = false))));
    },
  });
  for (let sentBytes = 0; sentBytes < 300; sentBytes += 3) {
    sent.write("abc");
    await new Promise(setImmediate);
  }
  sent.end(Buffer.alloc(256 * 1024 + 1));
  await receiving;
  assert.equal(bytes, 300 + 256 * 1024 + 1);
});

test("gives up on a silent client whose chunks were taken at once", async () => {
  using begun = await beginRequest();
  const { sent, incoming } = begun;
  sent.write("hello");
  await assert.rejects(receive(incoming, { idleTimeoutMs: 50, take: () => undefined }), failsAs("idle"));
});

test("a failure thrown at once ends the body like any other", async () => {
  using begun = await beginRequest();
  const { sent, incoming } = begun;
  sent.write("hello");
  const take = () => {
    throw new Error("of the test");
  };
  await assert.rejects(receive(incoming, { take }), /of the test/);
});
