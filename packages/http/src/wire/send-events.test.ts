import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import { sendEvents } from "./send-events.ts";

/** Answers one request with these events. */
async function exchange(events: AsyncGenerator<string>, options: Parameters<typeof sendEvents>[2] = {}) {
  let ended: Promise<void> = Promise.resolve();
  const server = createServer((_request, response) => {
    response.writeHead(200);
    ended = sendEvents(response, events, options);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write("GET / HTTP/1.0\r\n\r\n");
  await once(server, "request");
  return {
    socket,
    ended: () => ended,
    [Symbol.asyncDispose]: async () => {
      socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

test("sends each event at once, and a keep-alive now and then", async () => {
  async function* events() {
    yield "data: 1\n\n";
    for (let quiet = 0; quiet < 4; quiet++) {
      await sleep(30);
      yield "";
    }
    yield "data: 2\n\n";
  }
  await using answer = await exchange(events(), { heartbeatMs: 50 });
  const received = await text(answer.socket);
  await answer.ended();
  assert.match(received, /\r\n\r\nretry: \d+\n\ndata: 1\n\n(?::\n\n)+data: 2\n\n$/);
});

test("cuts off a reader that takes nothing, and asks for no more", async () => {
  let closed = false;
  async function* events() {
    try {
      for (;;) yield `data: ${"x".repeat(1_000_000)}\n\n`;
    } finally {
      closed = true;
    }
  }
  await using answer = await exchange(events(), { takeTimeoutMs: 100 });
  answer.socket.pause();
  await answer.ended();
  assert.ok(closed);
});

test("ends the events when the reader leaves, and passes on their errors", async () => {
  async function* failing() {
    yield "data: 1\n\n";
    throw new Error("of the test");
  }
  await using broken = await exchange(failing());
  await assert.rejects(broken.ended(), /of the test/);

  let closed = false;
  async function* endless() {
    try {
      for (;;) {
        await sleep(10);
        yield "data: 1\n\n";
      }
    } finally {
      closed = true;
    }
  }
  await using left = await exchange(endless());
  left.socket.destroy();
  await left.ended();
  assert.ok(closed);
});
