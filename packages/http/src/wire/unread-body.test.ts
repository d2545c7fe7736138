import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { suite, test } from "node:test";
import fastify from "fastify";
import { endUnreadBodies, unreadBodyBounds } from "./unread-body.ts";

const MIB = 1024 * 1024;
/** What Node and the stream have read before they are told to stop. */
const UNDER_WAY_BYTES = 256 * 1024;
const bounds = { ...unreadBodyBounds, lingerMs: 500, bytes: 2 * MIB, totalBytes: 5 * MIB };

interface Watched extends AsyncDisposable {
  port: number;
  /** Bytes read from each connection, once it is closed. */
  readBytes: Promise<number>[];
}

async function refusing(chosen = bounds): Promise<Watched> {
  const app = fastify({ forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  endUnreadBodies(app, chosen);
  app.post("/", async (_request, reply) => reply.code(403).send("no"));
  /** Has begun to read when it refuses, like an upload. */
  app.post("/begun", async ({ raw }, reply) => {
    await once(raw, "data");
    return reply.code(403).send("no");
  });
  const readBytes: Promise<number>[] = [];
  app.server.on("connection", (socket: Socket) => {
    readBytes.push(new Promise((resolve) => socket.on("close", () => resolve(socket.bytesRead))));
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  return { port, readBytes, [Symbol.asyncDispose]: () => app.close() };
}

/** Keeps sending, whatever the answer, until it is cut or everything is sent; returns the answer. */
async function sendOn(port: number, path: string, bytes: number): Promise<string> {
  const socket = connect(port, "127.0.0.1").on("error", () => undefined);
  let answer = "";
  socket.on("data", (data: Buffer) => {
    answer += data.toString();
    if (left === 0) socket.destroy();
  });
  let left = bytes;
  const chunk = Buffer.alloc(64 * 1024);
  const send = (): void => {
    while (left > 0) {
      left -= chunk.length;
      if (!socket.write(chunk)) return;
    }
  };
  socket.on("drain", send);
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${bytes}\r\n\r\n`);
  send();
  await new Promise((closed) => socket.on("close", closed));
  return answer;
}

suite("bodies that continue after their response", () => {
  for (const path of ["/", "/begun"]) {
    test(`are read up to a limit, and their clients see the answer: ${path}`, async () => {
      await using server = await refusing();
      assert.match(await sendOn(server.port, path, 1024 * MIB), /^HTTP\/1\.1 403/);
      const [read = 0] = await Promise.all(server.readBytes);
      assert.ok(read >= bounds.bytes - UNDER_WAY_BYTES, `${read} bytes read`);
      assert.ok(read <= bounds.bytes + UNDER_WAY_BYTES, `${read} bytes read`);
    });
  }

  test("are read up to a common limit, and each client sees its answer", async () => {
    await using server = await refusing({ ...bounds, lingerMs: 2000 });
    const answers = await Promise.all(Array.from({ length: 12 }, () => sendOn(server.port, "/", 1024 * MIB)));
    for (const answer of answers) assert.match(answer, /^HTTP\/1\.1 403/);
    const read = (await Promise.all(server.readBytes)).reduce((sum, bytes) => sum + bytes, 0);
    assert.ok(read <= bounds.totalBytes + 12 * (bounds.freeBytes + UNDER_WAY_BYTES), `${read} bytes read`);
  });

  test("leave a reusable connection if they end within the limits", async () => {
    await using server = await refusing();
    const socket = connect(server.port, "127.0.0.1");
    for (let round = 0; round < 3; round++) {
      socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${MIB}\r\n\r\n`);
      const [answer] = (await once(socket, "data")) as [Buffer];
      assert.match(answer.toString(), /^HTTP\/1\.1 403/);
      socket.write(Buffer.alloc(MIB));
    }
    socket.destroy();
  });
});
