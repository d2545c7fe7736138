import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { test } from "node:test";
import { text } from "node:stream/consumers";
import fastify from "fastify";
import { limitPipelining } from "./pipelined-requests.ts";

const ask = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";
const last = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

test("a connection with too many unanswered requests is cut cheaply, and other and later ones are answered", async () => {
  const app = fastify();
  limitPipelining(app.server);
  let handled = 0;
  app.get("/", async () => `answer ${(handled += 1)}`);
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  try {
    const crowd = connect(port, "127.0.0.1");
    crowd.on("error", () => undefined).resume();
    crowd.write(ask.repeat(5000));
    await new Promise((resolve) => crowd.once("close", resolve));
    assert.ok(handled <= 32, `${handled} were handled`);
    handled = 0;
    const few = connect(port, "127.0.0.1");
    few.write(ask.repeat(9) + last);
    assert.equal((await text(few)).match(/answer \d+/g)?.length, 10);
    const long = connect(port, "127.0.0.1");
    for (let at = 0; at < 100; at++) {
      long.write(ask);
      await once(long, "data");
    }
    long.destroy();
    assert.equal(handled, 110);
  } finally {
    await app.close();
  }
});
