import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createServer as createRawServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, test } from "node:test";
import tls from "node:tls";
import { platform as node } from "../src/platform/node-platform.ts";
import type { ByteRequest, ByteResponse, Platform, RequestBody } from "../src/platform/platform.ts";
import { platform as web } from "../src/platform/web-platform.ts";

const MIB = 1024 * 1024;
const content = randomBytes(9 * MIB + 77);
const platforms: [string, Platform][] = [
  ["Node", node],
  ["fetch", web],
];
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listening(server: Server | ReturnType<typeof createRawServer>, scheme = "http"): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.close();
    if ("closeAllConnections" in server) server.closeAllConnections();
  });
  return `${scheme}://localhost:${(server.address() as AddressInfo).port}/`;
}

const serve = (listener: RequestListener) => listening(createServer(listener));

/** Answers each connection's requests with exactly these bytes, one text per request. */
async function serveRaw(answers: readonly string[], onConnection?: (socket: Socket) => void): Promise<string> {
  const server = createRawServer((socket) => {
    onConnection?.(socket);
    const left = [...answers];
    socket.on("error", () => undefined);
    socket.on("data", () => {
      const answer = left.shift();
      if (answer === undefined) socket.destroy();
      else socket.write(answer);
      if (answer?.startsWith("HTTP/1.0") === true) socket.end();
    });
    closing.push(() => socket.destroy());
  });
  return listening(server);
}

const get = (url: string, more: Partial<ByteRequest> = {}): ByteRequest => ({
  method: "GET",
  url,
  headers: {},
  idleTimeoutMs: 20_000,
  answerTimeoutMs: 20_000,
  keepsAlive: true,
  ...more,
});

async function bytesOf(response: ByteResponse): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response.body) chunks.push(Buffer.from(new Uint8Array(chunk)));
  return Buffer.concat(chunks);
}

function bodyOf(bytes: Uint8Array<ArrayBuffer>, onSent?: (sent: number) => void): RequestBody {
  return {
    sizeBytes: bytes.byteLength,
    async *chunks() {
      for (let at = 0; at < bytes.byteLength; at += 100_003) yield bytes.subarray(at, at + 100_003);
    },
    toBlob: async () => new Blob([bytes]),
    ...(onSent === undefined ? {} : { onSent }),
  };
}

for (const [name, platform] of platforms) {
  describe(`HTTP with ${name}`, () => {
    test("receives bodies of known length, in chunks, and up to the end of the connection", async () => {
      const url = await serve((request, response) => {
        if (request.url === "/length") response.setHeader("content-length", content.length);
        if (request.url === "/close") response.shouldKeepAlive = false;
        response.writeHead(206, { "X-Name": "value" });
        response.write(content.subarray(0, 5));
        response.end(content.subarray(5));
      });
      for (const path of ["length", "chunked", "close", "length"]) {
        const response = await platform.send(get(url + path));
        assert.equal(response.status, 206);
        assert.equal(response.header("x-name"), "value");
        assert.equal(response.header("x-other"), undefined);
        assert.ok((await bytesOf(response)).equals(content), path);
      }
    });

    test("notices a body that ends too early", async () => {
      const answers = [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive!",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfive!\r\n",
      ];
      for (const answer of answers) {
        const url = await serveRaw(
          [answer],
          (socket) => void socket.once("data", () => setImmediate(() => socket.end())),
        );
        const response = await platform.send(get(url));
        await assert.rejects(bytesOf(response), { name: "NetworkError" });
      }
    });

    test("reports when nobody answers", async () => {
      const url = await serveRaw([]);
      await assert.rejects(platform.send(get(url)), { name: "NetworkError" });
      const port = Number(new URL(url).port);
      for (const close of closing.splice(0)) close();
      await assert.rejects(platform.send(get(`http://127.0.0.1:${port}/`)), { name: "NetworkError", code: "network" });
    });

    test("times out on silence", async () => {
      const silent = await serveRaw([""]);
      await assert.rejects(platform.send(get(silent, { answerTimeoutMs: 50, idleTimeoutMs: 50 })), {
        name: "TimeoutError",
      });
      const half = await serveRaw(["HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive!"]);
      // Long enough to receive the head on a busy machine.
      const response = await platform.send(get(half, { idleTimeoutMs: 2000 }));
      await assert.rejects(bytesOf(response), { name: "TimeoutError" });
    });

    test("does not mistake a slow reader for silence", async () => {
      const url = await serve((_request, response) => response.end(content));
      const response = await platform.send(get(url, { idleTimeoutMs: 1500 }));
      let size = 0;
      for await (const chunk of response.body) {
        if (size === 0) await new Promise((resolve) => setTimeout(resolve, 2000));
        size += chunk.byteLength;
      }
      assert.equal(size, content.length);
    });

    test("ends on abort, whatever it waits for", async () => {
      const reason = new Error("enough");
      const silent = await serveRaw([""]);
      const ending = new AbortController();
      const waiting = platform.send(get(silent, { signal: ending.signal }));
      setImmediate(() => ending.abort(reason));
      await assert.rejects(waiting, reason);
      const half = await serveRaw(["HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive!"]);
      const later = new AbortController();
      const response = await platform.send(get(half, { signal: later.signal }));
      const reading = bytesOf(response);
      setImmediate(() => later.abort(reason));
      await assert.rejects(reading, reason);
    });

    test("sends a body of known length and reads the answer", async () => {
      let received = Buffer.alloc(0);
      let length: string | undefined;
      const url = await serve((request, response) => {
        length = request.headers["content-length"];
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
          received = Buffer.concat(chunks);
          response.end("taken");
        });
      });
      const sent: number[] = [];
      const response = await platform.send(
        get(url, { method: "POST", body: bodyOf(content, (bytes) => sent.push(bytes)), keepsAlive: false }),
      );
      assert.equal((await bytesOf(response)).toString(), "taken");
      assert.ok(received.equals(content));
      assert.equal(length, String(content.length));
      assert.equal(sent.at(-1), content.length);
    });
  });
}

const PIECE_BYTES = 1_000_003;

describe("HTTP with Node only", () => {
  const earlierPieces: Uint8Array[] = [];

  test("reuses the connection for the next request, and replaces a lost one", async () => {
    let connections = 0;
    const answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    const sockets: Socket[] = [];
    const url = await serveRaw([`HTTP/1.1 100 Continue\r\n\r\n${answer}`, answer], (socket) => {
      connections += 1;
      sockets.push(socket);
    });
    for (let request = 0; request < 4; request++) {
      assert.equal((await bytesOf(await node.send(get(url)))).toString(), "ok");
    }
    assert.equal(connections, 2);
    assert.equal((await bytesOf(await node.send(get(url)))).toString(), "ok");
    assert.equal(connections, 3);
  });

  test("rejects an invalid answer", async () => {
    for (const answer of ["SSH-2.0-OpenSSH\r\n\r\n", `HTTP/1.1 200 OK\r\nX: ${"x".repeat(100_000)}`]) {
      await assert.rejects(node.send(get(await serveRaw([answer]))), { name: "NetworkError" });
    }
  });

  test("sees an answer while sending the body, and does not send the rest", async () => {
    const url = await serve((_request, response) => response.writeHead(413).end("too large"));
    let asked = 0;
    const never = Promise.withResolvers<void>();
    const body: RequestBody = {
      sizeBytes: 500 * MIB,
      async *chunks() {
        while (asked++ < 30) yield content.subarray(0, MIB);
        await never.promise;
      },
      toBlob: () => assert.fail(),
    };
    const response = await node.send(get(url, { method: "POST", body }));
    assert.equal(response.status, 413);
    response.cancel();
    never.resolve();
  });

  test("throws what the body throws", async () => {
    const url = await serve(() => undefined);
    const failure = new Error("no such bytes");
    const body: RequestBody = {
      sizeBytes: 5,
      // oxlint-disable-next-line require-yield -- it fails before
      async *chunks() {
        throw failure;
      },
      toBlob: () => assert.fail(),
    };
    await assert.rejects(node.send(get(url, { method: "POST", body })), failure);
  });

  test("loses nothing over TLS when the reader is slow", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "consigne-sdk-"));
    closing.push(() => rmSync(folder, { recursive: true }));
    const [keyPath, certificatePath] = [join(folder, "key"), join(folder, "certificate")];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    try {
      const files = ["-keyout", keyPath, "-out", certificatePath, "-nodes", "-days", "2"];
      execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", ...files, ...subject], { stdio: "ignore" });
    } catch {
      return t.skip("no openssl to make a certificate with");
    }
    const [key, cert] = [readFileSync(keyPath), readFileSync(certificatePath)];
    const url = await listening(
      createSecureServer({ key, cert }, (_request, response) => response.end(content)),
      "https",
    );
    await assert.rejects(node.send(get(url)), { name: "NetworkError" });
    const known = tls.getCACertificates("default");
    tls.setDefaultCACertificates([...known, cert.toString()]);
    closing.push(() => tls.setDefaultCACertificates(known));
    const response = await node.send(get(url));
    const chunks: Buffer[] = [];
    for await (const chunk of response.body) {
      chunks.push(Buffer.from(new Uint8Array(chunk)));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.ok(Buffer.concat(chunks).equals(content));
    await fetchIntoMemory(url);
  });

  /** Reads into blocks of memory one after the other. Chunks received elsewhere are copied there. */
  async function fetchIntoMemory(url: string): Promise<{ inPlaceBytes: number }> {
    const pieces = [new Uint8Array(PIECE_BYTES)];
    let [filled, at, chunks, inPlaceBytes] = [0, 0, 0, 0];
    const response = await node.send(get(url, { memory: () => pieces.at(-1)?.subarray(filled), keepsAlive: true }));
    for await (const chunk of response.body) {
      if (chunk.buffer === pieces.at(-1)?.buffer && chunk.byteOffset === filled) inPlaceBytes += chunk.byteLength;
      for (let rest = chunk; rest.byteLength > 0;) {
        const taken = rest.subarray(0, PIECE_BYTES - filled);
        if (taken.buffer !== pieces.at(-1)?.buffer) pieces.at(-1)?.set(taken, filled);
        filled = (filled + taken.byteLength) % PIECE_BYTES;
        if (filled === 0) pieces.push(new Uint8Array(PIECE_BYTES));
        rest = rest.subarray(taken.byteLength);
      }
      at += chunk.byteLength;
      chunks += 1;
      // More arrives while the reader is busy.
      if (chunks % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    assert.equal(at, content.byteLength);
    assert.ok(Buffer.concat(pieces).subarray(0, at).equals(content));
    for (const piece of pieces) piece.fill(1);
    earlierPieces.push(...pieces);
    return { inPlaceBytes };
  }

  test("receives directly into the caller's memory, and never writes there afterwards", async () => {
    const url = await serve((_request, response) =>
      response.writeHead(200, { "content-length": content.length }).end(content),
    );
    for (let request = 0; request < 3; request++) {
      const { inPlaceBytes } = await fetchIntoMemory(url);
      assert.ok(inPlaceBytes > 0);
    }
    assert.ok(earlierPieces.every((piece) => piece.every((byte) => byte === 1)));
  });
});

test("a bug in the caller's code is thrown unchanged, not retried as a bad connection", async () => {
  const url = await serve((_request, response) => response.end());
  for (const method of ["GET", "POST"] as const) {
    const asked = node.send(get(url, { method, headers: { authorization: "Bearer a\r\nb" } }));
    await assert.rejects(asked, (error: unknown) => error instanceof TypeError);
  }
});
