import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { suite, test } from "node:test";
import fastify from "fastify";
import { defaultBounds } from "../bounds/edge-bounds.ts";
import { watchRequestEnds } from "../bounds/request-ends.ts";
import { RequestRoom } from "../bounds/request-room.ts";
import { Shares } from "../bounds/shares.ts";
import { limitBodyTime } from "./body-deadline.ts";
import { addRequestSteps } from "./request-steps.ts";
import { acceptJsonBodies } from "./json-body.ts";

const head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n";

function roomOf(bodyTimeoutMs: number): RequestRoom {
  const { known, unknown } = defaultBounds;
  return new RequestRoom({ known, unknown: { ...unknown, bodyTimeoutMs } }, new Shares([]));
}

suite("the time limit for a body", () => {
  async function listening(deadlineMs: number) {
    const app = fastify({ forceCloseConnections: true });
    const room = roomOf(deadlineMs);
    app.decorateRequest("actor", undefined);
    app.decorateRequest("address", undefined);
    app.decorateRequest("response", undefined);
    acceptJsonBodies(app, room);
    addRequestSteps(app, [watchRequestEnds(app)]);
    limitBodyTime(app, room);
    app.post("/", async () => ({ status: "OK" }));
    app.get("/long", async (_request, reply) => {
      reply.hijack();
      reply.raw.writeHead(200, { "content-length": 7 }).flushHeaders();
      setTimeout(() => reply.raw.end("the end"), 200);
    });
    await app.listen({ port: 0, host: "127.0.0.1" });
    const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1").on("error", () => undefined);
    await once(socket, "connect");
    return { app, socket };
  }

  test("cuts off a body that trickles in", async () => {
    const { app, socket } = await listening(100);
    let received = "";
    socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
    const dribble = setInterval(() => socket.write(" "), 20);
    socket.write(`${head}{`);
    // Not with `once`, which would treat the reset after a cut as a failure.
    await new Promise((closed) => socket.on("close", closed));
    clearInterval(dribble);
    assert.equal(received, "");
    await app.close();
  });

  test("does not affect an answer that takes longer", async () => {
    const { app, socket } = await listening(50);
    let received = "";
    socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
    socket.write("GET /long HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    await once(socket, "close");
    assert.match(received, /the end$/);
    await app.close();
  });

  test("does not affect a connection whose body has arrived", async () => {
    const { app, socket } = await listening(50);
    socket.write(`${head}{${" ".repeat(18)}}`);
    const [answer] = (await once(socket, "data")) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 200/);
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.write(`${head}{${" ".repeat(18)}}`);
    const [again] = (await once(socket, "data")) as [Buffer];
    assert.match(again.toString(), /^HTTP\/1\.1 200/);
    socket.destroy();
    await app.close();
  });
});
