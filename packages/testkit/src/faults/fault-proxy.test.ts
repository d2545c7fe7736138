import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, request as startRequest, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { suite, test } from "node:test";
import { systemClock } from "@consigne/core";
import { RequestLog } from "../requests/request-log.ts";
import { fault } from "./fault.ts";
import { FaultProxy } from "./fault-proxy.ts";
import { Faults } from "./fault-rules.ts";
import { writeInStep } from "./stream-room.ts";

const CHUNK = Buffer.alloc(64 * 1024);
const CHUNKS = 2048;
/** What the buffers of the sockets and streams may hold, far below the 128 MiB that go through. */
const MOST_HELD_BYTES = 24 * 1024 * 1024;

suite("a body of 128 MiB on its way to a slower side", () => {
  test("is not buffered if it is a request", async () => {
    let takenBytes = 0;
    let heldBytes = 0;
    await using proxy = await proxyBefore(async (request, response) => {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        takenBytes += chunk.byteLength;
        heldBytes = Math.max(heldBytes, (log.list()[0]?.requestBytes ?? 0) - takenBytes);
        for (let turn = 0; turn < 4; turn += 1) await nextTurn();
      }
      response.end();
    });
    const { log } = proxy;
    const request = startRequest(proxy.url, {
      method: "POST",
      headers: { "content-length": CHUNK.byteLength * CHUNKS },
    });
    const answered = once(request, "response");
    for (let count = 0; count < CHUNKS; count += 1) await writeInStep(request, CHUNK);
    request.end();
    const [answer] = (await answered) as [IncomingMessage];
    answer.resume();
    assert.equal(takenBytes, CHUNK.byteLength * CHUNKS);
    assert.ok(heldBytes < MOST_HELD_BYTES, `${heldBytes} bytes were held`);
  });

  test("is not buffered if it is an answer", async () => {
    await using proxy = await proxyBefore(async (_request, response) => {
      for (let count = 0; count < CHUNKS; count += 1) await writeInStep(response, CHUNK);
      response.end();
    });
    const { log } = proxy;
    const request = startRequest(proxy.url).end();
    const [answer] = (await once(request, "response")) as [IncomingMessage];
    let takenBytes = 0;
    let heldBytes = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      takenBytes += chunk.byteLength;
      heldBytes = Math.max(heldBytes, (log.list()[0]?.answerBytes ?? 0) - takenBytes);
      for (let turn = 0; turn < 4; turn += 1) await nextTurn();
    }
    assert.equal(takenBytes, CHUNK.byteLength * CHUNKS);
    assert.ok(heldBytes < MOST_HELD_BYTES, `${heldBytes} bytes were held`);
  });
});

test("an early answer followed by a hang-up is passed on unchanged", async () => {
  const hangUp = Promise.withResolvers<void>();
  await using proxy = await proxyBefore(async (request, response) => {
    request.resume();
    response.writeHead(413).end("too much");
    await hangUp.promise;
    request.socket.destroy();
  });
  const request = startRequest(proxy.url, { method: "POST", headers: { "content-length": 1e12 } });
  request.on("error", () => undefined);
  const answered = once(request, "response");
  await writeInStep(request, CHUNK);
  const [answer] = (await answered) as [IncomingMessage];
  assert.equal(answer.statusCode, 413);
  answer.resume();
  await once(answer, "end");
  assert.ok(await writeInStep(request, CHUNK), "it may keep sending for a moment");
  hangUp.resolve();
  while (await writeInStep(request, CHUNK));
  assert.ok(request.destroyed);
});

test("a cut request delivers exactly the given number of bytes to the server", async () => {
  const broken = Promise.withResolvers<number>();
  await using proxy = await proxyBefore(async (request) => {
    let takenBytes = 0;
    request.on("data", (chunk: Buffer) => (takenBytes += chunk.byteLength));
    request.once("error", () => broken.resolve(takenBytes));
  });
  proxy.faults.add("upload.cgi", fault.cutAfterRequestBytes(100_001));
  const request = startRequest(`${proxy.url}/upload.cgi`, { method: "POST", headers: { "content-length": 1e9 } });
  const failed = once(request, "error") as Promise<[NodeJS.ErrnoException]>;
  // A pipe that broke says so twice, once for the writer.
  request.on("error", () => undefined);
  while (await writeInStep(request, CHUNK));
  assert.equal(await broken.promise, 100_001);
  assert.match((await failed)[0]?.code ?? "", /ECONNRESET|EPIPE/);
});

test("a client that leaves takes its request to the server with it", async () => {
  const gone = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  await using proxy = await proxyBefore((request) => {
    request.once("close", gone.resolve);
    arrived.resolve();
  });
  const request = startRequest(proxy.url).end();
  request.on("error", () => undefined);
  await arrived.promise;
  request.destroy();
  await gone.promise;
});

async function proxyBefore(
  answer: (...parts: Parameters<RequestListener>) => void | Promise<void>,
): Promise<{ url: string; log: RequestLog; faults: Faults } & AsyncDisposable> {
  const back = createServer((request, response) => void answer(request, response));
  back.listen(0, "127.0.0.1");
  await once(back, "listening");
  const log = new RequestLog(systemClock);
  const faults = new Faults();
  const proxy = await FaultProxy.open(log, faults);
  proxy.lead((back.address() as AddressInfo).port);
  return {
    url: proxy.url,
    log,
    faults,
    [Symbol.asyncDispose]: async () => {
      await proxy.close();
      back.close();
      back.closeAllConnections();
    },
  };
}
