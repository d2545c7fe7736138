import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import fastify from "fastify";
import { callerGone } from "./caller-gone.ts";
import { watchRequestEnds } from "./request-ends.ts";

async function serve(answer: (signal: AbortSignal) => Promise<string>) {
  const app = fastify();
  app.decorateRequest("response", undefined);
  const watch = watchRequestEnds(app);
  const closed = Promise.withResolvers<void>();
  app.addHook("onRequest", (request, reply, done) => {
    request.response = reply.raw;
    watch(request, reply);
    reply.raw.once("close", closed.resolve);
    done();
  });
  app.get("/", (request) => answer(callerGone(request)));
  return { url: new URL(await app.listen({ port: 0 })), closed: closed.promise, close: () => app.close() };
}

test("a caller who has the whole answer is not reported as gone", async (t) => {
  let signal: AbortSignal | undefined;
  const server = await serve(async (given) => {
    signal = given;
    return "all of it";
  });
  t.after(server.close);
  assert.equal(await (await fetch(server.url)).text(), "all of it");
  await server.closed;
  assert.equal(signal?.aborted, false);
});

test("a caller who leaves before the answer is reported as gone", async (t) => {
  const asked = Promise.withResolvers<AbortSignal>();
  const server = await serve(async (signal) => {
    asked.resolve(signal);
    await once(signal, "abort");
    return "too late";
  });
  t.after(server.close);
  const socket = connect(Number(server.url.port), server.url.hostname);
  socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  const signal = await asked.promise;
  socket.destroy();
  await server.closed;
  assert.equal(signal.aborted, true);
});
