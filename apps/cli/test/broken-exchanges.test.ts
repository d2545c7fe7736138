import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { startRecordingServer, startSession } from "./_fixtures.ts";

/** Sends the lines of a request as they are; returns everything that comes back until the connection ends. */
async function exchange(port: number, lines: readonly string[], body = ""): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let received = "";
  socket.setEncoding("latin1").on("data", (text: string) => (received += text));
  socket.write(`${lines.join("\r\n")}\r\n\r\n${body}`);
  await once(socket, "close");
  return received;
}

/** Answers every request with the same bytes. */
async function startParrot(t: TestContext, answer: string): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("data", () => socket.write(answer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test("a client that leaves before its request is forwarded affects nobody else", async (t) => {
  const server = await startRecordingServer(t);
  server.refuseAtOnce = true;
  const { session } = await startSession(t, server.url, { withPassword: false });
  const head = "POST http://1fichier.com/gone HTTP/1.1";
  for (let round = 0; round < 3; round++) {
    // Node itself closes a connection with such an encoding, right after it has passed the request on.
    await exchange(session.port, [head, "Host: 1fichier.com", "Transfer-Encoding: xchunked"], "0\r\n\r\n");
    const next = ["GET http://1fichier.com/next HTTP/1.1", "Host: 1fichier.com", "Connection: close"];
    assert.match(await exchange(session.port, next), /^HTTP\/1\.1 413 /);
  }
});

test("a body is forwarded even if Connection names its length", async (t) => {
  const server = await startRecordingServer(t);
  const { session } = await startSession(t, server.url, { withPassword: false });
  const body = "GET /smuggled HTTP/1.1\r\nHost: other\r\n\r\n";
  for (const method of ["GET", "DELETE", "POST"]) {
    const length = `Content-Length: ${body.length}`;
    const lines = [`${method} http://1fichier.com/a HTTP/1.1`, "Host: 1fichier.com", length];
    await exchange(session.port, [...lines, "Connection: close, content-length"], body);
  }
  const seen = server.requests.map((request) => [request.method, request.path, request.body]);
  assert.deepEqual(seen, [
    ["GET", "/a", body],
    ["DELETE", "/a", body],
    ["POST", "/a", body],
  ]);
});

test("a server that switches protocols unasked gives a 502, not an endless wait", async (t) => {
  const port = await startParrot(t, "HTTP/1.1 101 Switching\r\nUpgrade: other\r\nConnection: upgrade\r\n\r\n");
  const { session } = await startSession(t, "http://127.0.0.1:9", { withPassword: false });
  const lines = [`GET http://127.0.0.1:${port}/ HTTP/1.1`, `Host: 127.0.0.1:${port}`, "Connection: close"];
  assert.match(await exchange(session.port, lines), /^HTTP\/1\.1 502 /);
});
