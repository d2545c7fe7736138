import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { suite, test } from "node:test";
import fastify, { type FastifyReply } from "fastify";
import { answerWithOthers } from "./answer-batch.ts";

suite("answers of one event loop turn", () => {
  /** A server whose handlers answer only when the test says so, all in the same turn. */
  async function gathering() {
    const waiting: (() => void)[] = [];
    const log: string[] = [];
    const app = fastify({ forceCloseConnections: true });
    app.addHook("onRequest", async (_request, reply) => void reply.header("x-content-type-options", "nosniff"));
    app.addHook("onResponse", async (request) => void log.push(request.url));
    app.get("/:name", async (request, reply: FastifyReply) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      await promise;
      answerWithOthers(reply, "text/plain", `<${decodeURI(request.url)}>`);
      log.push(`worked out ${request.url}`);
    });
    await app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = app.server.address() as AddressInfo;
    const arrived = async (count: number) => {
      while (waiting.length < count) await new Promise((turn) => setImmediate(turn));
    };
    const release = () => waiting.splice(0).forEach((resume) => resume());
    return { app, log, arrived, release, url: `http://127.0.0.1:${port}`, port };
  }

  test("are sent once all are ready, each with its own head and body", async () => {
    const { app, log, arrived, release, url } = await gathering();
    const answers = ["a", "bé", "ÿ", "😀"].map((name) => fetch(`${url}/${name}`));
    await arrived(4);
    release();
    for (const [index, answer] of (await Promise.all(answers)).entries()) {
      const text = await answer.text();
      assert.equal(text, `<${["/a", "/bé", "/ÿ", "/😀"][index]}>`);
      assert.equal(answer.headers.get("content-length"), String(Buffer.byteLength(text)));
      assert.equal(answer.headers.get("content-type"), "text/plain");
      assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    }
    await app.close();
    assert.deepEqual(
      log.slice(0, 4).map((line) => line.startsWith("worked out")),
      [true, true, true, true],
    );
    assert.deepEqual(log.slice(4).toSorted(), ["/%C3%BF", "/%F0%9F%98%80", "/a", "/b%C3%A9"]);
  });

  test("reach the other callers if one has left", async () => {
    const { app, arrived, release, url, port } = await gathering();
    const gone = connect(port, "127.0.0.1").on("error", () => undefined);
    gone.write("GET /gone HTTP/1.1\r\nHost: x\r\n\r\n");
    await arrived(1);
    const staying = fetch(`${url}/staying`);
    await arrived(2);
    gone.resetAndDestroy();
    await once(gone, "close");
    release();
    assert.equal(await (await staying).text(), "</staying>");
    await app.close();
  });

  test("keep the order of requests on one connection", async () => {
    const { app, arrived, release, port } = await gathering();
    const socket = connect(port, "127.0.0.1");
    socket.write("GET /first HTTP/1.1\r\nHost: x\r\n\r\nGET /second HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    await arrived(2);
    release();
    let received = "";
    for await (const chunk of socket) received += String(chunk);
    assert.match(received, /<\/first>[^]*<\/second>$/);
    await app.close();
  });
});
