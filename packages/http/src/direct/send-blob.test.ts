import type { BlobReader } from "@consigne/core";
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { createServer, get } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer as createTlsServer, get as getByTls } from "node:https";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, test } from "node:test";
import { sendBlob } from "./send-blob.ts";
import type { SendBlobOptions, SentBlob } from "./send-blob.ts";

const content = randomBytes(5_000_001);
let server: Server;
let respond: (response: ServerResponse) => Promise<SentBlob>;
let sent: Promise<SentBlob>;

beforeEach(async () => {
  server = createServer((_request, response) => {
    sent = respond(response);
    sent.catch(() => {});
    server.emit("sending");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Reads `bytes` in odd pieces, counts closings, and fails if two calls overlap. */
function readerOf(bytes: Buffer, pieceBytes = 700_001) {
  let at = 0;
  let isReading = false;
  const reader = {
    sizeBytes: bytes.length,
    closeCount: 0,
    largestBuffer: 0,
    async read(buffer: Uint8Array) {
      assert.ok(!isReading && reader.closeCount === 0);
      isReading = true;
      await new Promise((resolve) => setImmediate(resolve));
      isReading = false;
      reader.largestBuffer = Math.max(reader.largestBuffer, buffer.length);
      const piece = bytes.subarray(at, at + Math.min(buffer.length, pieceBytes));
      buffer.set(piece);
      at += piece.length;
      return piece.length;
    },
    close() {
      reader.closeCount++;
      return Promise.resolve();
    },
  } satisfies BlobReader & Record<string, unknown>;
  return reader;
}

function start(response: ServerResponse, lengthBytes: number): void {
  response.writeHead(200, { "content-length": lengthBytes });
}

const port = () => (server.address() as AddressInfo).port;

function fetchFrom(): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => get({ port: port(), host: "127.0.0.1" }, resolve).on("error", reject));
}

async function digestOf(message: IncomingMessage): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of message) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

test("sends every byte in order and closes the reader once", async () => {
  const reader = readerOf(content);
  respond = (response) => {
    start(response, content.length);
    return sendBlob(response, reader, content.length);
  };
  assert.equal(await digestOf(await fetchFrom()), createHash("sha256").update(content).digest("hex"));
  assert.deepEqual(await sent, { sentBytes: content.length, isComplete: true });
  assert.equal(reader.closeCount, 1);
});

test("sends a short span with a buffer of its size and stops at its end", async () => {
  const reader = readerOf(content);
  respond = (response) => {
    start(response, 10);
    return sendBlob(response, reader, 10);
  };
  assert.equal(await digestOf(await fetchFrom()), createHash("sha256").update(content.subarray(0, 10)).digest("hex"));
  assert.deepEqual(await sent, { sentBytes: 10, isComplete: true });
  assert.equal(reader.largestBuffer, 10);
});

test("sends a source of unknown length completely, and breaks the connection if it fails", async () => {
  const reader = readerOf(content);
  respond = (response) => sendBlob(response.writeHead(200), reader, undefined);
  assert.equal(await digestOf(await fetchFrom()), createHash("sha256").update(content).digest("hex"));
  assert.deepEqual(await sent, { sentBytes: content.length, isComplete: true });
  assert.equal(reader.closeCount, 1);
  const failing = { ...readerOf(content), read: () => Promise.reject(new Error("no more")) };
  respond = (response) => sendBlob(response.writeHead(200), failing, undefined);
  await assert.rejects(async () => digestOf(await fetchFrom()));
  await assert.rejects(sent, /no more/);
});

test("sends an empty blob", async () => {
  const reader = readerOf(Buffer.alloc(0));
  respond = (response) => {
    start(response, 0);
    return sendBlob(response, reader, 0);
  };
  await digestOf(await fetchFrom());
  assert.deepEqual(await sent, { sentBytes: 0, isComplete: true });
  assert.equal(reader.closeCount, 1);
});

for (const available of [0, 2_500_000]) {
  test(`breaks the connection if the reader ends after ${available} bytes`, async () => {
    const reader = readerOf(content.subarray(0, available));
    respond = (response) => {
      start(response, content.length);
      return sendBlob(response, reader, content.length);
    };
    await assert.rejects(async () => digestOf(await fetchFrom()));
    await assert.rejects(sent, /early/);
    assert.equal(reader.closeCount, 1);
  });
}

test("breaks the connection and passes on the error if the reader fails", async () => {
  const reader = readerOf(content);
  const failure = new Error("bad sector");
  let reads = 0;
  const failing = {
    ...reader,
    read: (buffer: Uint8Array) => (++reads > 3 ? Promise.reject(failure) : reader.read(buffer)),
  };
  respond = (response) => {
    start(response, content.length);
    return sendBlob(response, failing, content.length);
  };
  await assert.rejects(async () => digestOf(await fetchFrom()));
  await assert.rejects(sent, failure);
  assert.equal(reader.closeCount, 1);
});

/** Starts a download larger than the socket buffers, and reads nothing of it. */
async function openWithoutReading(options: { signal?: AbortSignal } & SendBlobOptions = {}) {
  const endless = {
    sizeBytes: 2 ** 40,
    closeCount: 0,
    read: (buffer: Uint8Array) => Promise.resolve(buffer.length),
    close,
  };
  function close() {
    endless.closeCount++;
    return Promise.resolve();
  }
  respond = (response) => {
    start(response, 2 ** 40);
    return sendBlob(response, endless, 2 ** 40, options.signal, options);
  };
  const sending = new Promise((resolve) => server.once("sending", resolve));
  const socket = connect(port(), "127.0.0.1").on("error", () => {});
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await sending;
  return { socket, endless };
}

test("stops when the client leaves", async () => {
  const { socket, endless } = await openWithoutReading();
  socket.resetAndDestroy();
  assert.equal((await sent).isComplete, false);
  assert.equal(endless.closeCount, 1);
});

/** Provides buffers and records which were not returned. */
function notedBuffers() {
  const held = new Set<Buffer>();
  let last: Buffer | undefined;
  return {
    held,
    last: () => last,
    grow: () => {},
    take(_wantedBytes: number, free: Buffer | undefined) {
      last = free ?? Buffer.allocUnsafeSlow(100_000);
      held.add(last);
      return last;
    },
    give(buffer: Buffer | undefined) {
      if (buffer !== undefined) assert.ok(held.delete(buffer), "It was given back before.");
    },
  };
}

test("returns all its memory, each buffer once", async () => {
  for (const lengthBytes of [content.length, 300_000, 10, 0, undefined]) {
    const buffers = notedBuffers();
    respond = (response) =>
      sendBlob(response.writeHead(200), readerOf(content, 70_001), lengthBytes, undefined, { buffers });
    await digestOf(await fetchFrom());
    assert.deepEqual(await sent, { sentBytes: lengthBytes ?? content.length, isComplete: true });
    assert.equal(buffers.held.size, 0);
  }
});

test("never reuses memory that a broken connection may still read", async () => {
  const buffers = notedBuffers();
  const { socket } = await openWithoutReading({ buffers });
  socket.resetAndDestroy();
  assert.equal((await sent).isComplete, false);
  const last = buffers.last();
  assert.ok(last !== undefined && buffers.held.has(last));
});

test("stops when it is told to", async () => {
  const controller = new AbortController();
  const { socket, endless } = await openWithoutReading({ signal: controller.signal });
  const closed = new Promise((resolve) => socket.once("close", resolve));
  controller.abort();
  assert.equal((await sent).isComplete, false);
  assert.equal(endless.closeCount, 1);
  socket.resume();
  await closed;
});

test("sends nothing if it was told to stop before", async () => {
  const { endless } = await openWithoutReading({ signal: AbortSignal.abort() });
  assert.deepEqual(await sent, { sentBytes: 0, isComplete: false });
  assert.equal(endless.closeCount, 1);
});

test("cuts off a client that reads nothing", async () => {
  const { socket, endless } = await openWithoutReading({ stallTimeoutMs: 50 });
  assert.equal((await sent).isComplete, false);
  assert.equal(endless.closeCount, 1);
  socket.destroy();
});

test("leaves the connection usable for the next request", async () => {
  respond = (response) => {
    start(response, 10);
    return sendBlob(response, readerOf(content), 10, undefined, { stallTimeoutMs: 50 });
  };
  const socket = connect(port(), "127.0.0.1");
  for (let round = 0; round < 2; round++) {
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    let text = "";
    for (let got = ""; !text.includes("\r\n\r\n") || text.split("\r\n\r\n")[1]?.length !== 10; text += got) {
      got = await new Promise<string>((resolve) => socket.once("data", (data) => resolve(data.toString("latin1"))));
    }
    assert.match(text, /^HTTP\/1.1 200/);
  }
  socket.destroy();
});

test("sends every byte over TLS", async () => {
  // A shared key instead of a certificate.
  const key = { psk: randomBytes(32), identity: "test" };
  const tls = { ciphers: "PSK", maxVersion: "TLSv1.2" } as const;
  const reader = readerOf(content);
  const tlsServer = createTlsServer(
    { ...tls, pskCallback: () => key.psk, pskIdentityHint: "" },
    (_request, response) => {
      start(response, content.length);
      sent = sendBlob(response, reader, content.length);
    },
  );
  await new Promise<void>((resolve) => tlsServer.listen(0, "127.0.0.1", resolve));
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const { port: tlsPort } = tlsServer.address() as AddressInfo;
    const options = { ...tls, port: tlsPort, host: "127.0.0.1", pskCallback: () => key, agent: false } as const;
    getByTls({ ...options, checkServerIdentity: () => undefined }, resolve).on("error", reject);
  });
  assert.equal(await digestOf(message), createHash("sha256").update(content).digest("hex"));
  assert.deepEqual(await sent, { sentBytes: content.length, isComplete: true });
  tlsServer.closeAllConnections();
  await new Promise((resolve) => tlsServer.close(resolve));
});
