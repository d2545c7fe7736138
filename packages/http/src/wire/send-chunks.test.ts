import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { sendChunks, wholeText } from "./send-chunks.ts";

/** Answers one request, sent on a bare connection, with `send`. */
async function exchange(send: (response: ServerResponse) => Promise<void>) {
  let finished: Promise<void> = Promise.resolve();
  const server = createServer((_request, response) => {
    finished = send(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write("GET / HTTP/1.0\r\n\r\n");
  await once(server, "request");
  return {
    socket,
    finished,
    [Symbol.asyncDispose]: async () => {
      socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function* pieces(count: number, closed: () => void = () => {}): AsyncGenerator<string> {
  try {
    for (let index = 0; index < count; index++) yield `${index};`;
  } finally {
    closed();
  }
}

test("sends everything in order", async () => {
  await using answer = await exchange(async (response) => {
    response.writeHead(200);
    assert.equal(await sendChunks(response, pieces(50_000)), true);
  });
  const received = await text(answer.socket);
  await answer.finished;
  assert.equal(received.slice(received.indexOf("\r\n\r\n") + 4), await wholeText(pieces(50_000)));
});

test("produces no more than a reader takes, and cuts off one that takes nothing", async () => {
  const piece = "x".repeat(65_536);
  let created = 0;
  let isClosed = false;
  const endless = async function* () {
    try {
      for (;;) {
        created++;
        yield piece;
      }
    } finally {
      isClosed = true;
    }
  };
  await using answer = await exchange(async (response) => {
    response.writeHead(200);
    assert.equal(await sendChunks(response, endless(), { chunkTimeoutMs: 200 }), false);
    assert.equal(response.destroyed, true);
  });
  answer.socket.pause();
  await answer.finished;
  assert.equal(isClosed, true);
  // The system itself buffers a few megabytes for a connection.
  assert.ok(created < 1000, `${created} pieces were made for nobody`);
});

test("ends its source when the client leaves", async () => {
  let isClosed = false;
  const forEver = pieces(Infinity, () => {
    isClosed = true;
  });
  await using answer = await exchange(async (response) => {
    response.writeHead(200);
    assert.equal(await sendChunks(response, forEver), false);
  });
  await once(answer.socket, "data");
  answer.socket.destroy();
  await answer.finished;
  assert.equal(isClosed, true);
});

test("breaks the connection if the text cannot be completed", async () => {
  const failure = new Error("the database is busy");
  const failing = async function* () {
    yield "x".repeat(100_000);
    throw failure;
  };
  await using answer = await exchange(async (response) => {
    response.writeHead(200, { "transfer-encoding": "chunked" });
    await assert.rejects(sendChunks(response, failing()), failure);
  });
  const received = await text(answer.socket).catch(() => "");
  await answer.finished;
  assert.doesNotMatch(received, /\r\n0\r\n\r\n$/);
});
