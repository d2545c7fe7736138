import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { after, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertUnharmed } from "./_after-effects.ts";
import { send, uploadOne } from "./_wire.ts";

const MIB = 1024 * 1024;
const PATIENCE_MS = 60_000;
/** A few megabytes, public. */
const LARGE = "/docs/js/scalar.js";

/** Sends a request without reading the answer. */
function ask(server: TestServer, path: string): Socket {
  const { hostname, port } = new URL(server.url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on("error", () => undefined).pause();
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  return socket;
}

/** A client that reads nothing only notices the end by writing. `eachTurn` may read a little. */
async function cutOff(socket: Socket, what: string, eachTurn: () => void = () => undefined): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!socket.closed) {
    assert.ok(Date.now() < deadline, `${what} was not cut within ${PATIENCE_MS / 1000} s`);
    eachTurn();
    if (socket.writable) socket.write("\r\n");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

suite("responses that nobody reads", () => {
  let server: TestServer;
  let direct: string;
  before(async () => {
    server = await startTestServer({
      bounds: {
        readers: { stallMs: 900, leastBytesPerSecond: 4 * MIB },
        answers: { total: 8 * MIB, perCaller: 8 * MIB },
      },
    });
    const owner = new ApiClient(server, server.apiKey);
    const url = await uploadOne(owner, "large.bin", new Uint8Array(64 * MIB));
    direct = new URL(String((await owner.ok("download/get_token", { url }))["url"])).pathname;
  });
  after(() => server[Symbol.asyncDispose]());

  test("are cut off: a download", async () => {
    await cutOff(ask(server, direct), "a download that nobody reads");
    await assertUnharmed(server);
  });

  test("are cut off: a download read a little now and then", async () => {
    const socket = ask(server, direct);
    let readBytes = 0;
    await cutOff(socket, "a download that is hardly read", () => (readBytes += socket.read(512)?.length ?? 0));
    assert.ok(readBytes > 512, `${readBytes} bytes`);
  });

  test("are cut off: a large page", async () => {
    await cutOff(ask(server, LARGE), "a page that nobody reads");
  });

  test("are not cut off if read slowly but steadily", async () => {
    // Neither client nor server may pause for that long, and a busy machine makes them pause for a second.
    await using patient = await startTestServer({
      bounds: { readers: { stallMs: PATIENCE_MS / 2, leastBytesPerSecond: 4 * MIB } },
    });
    const socket = ask(patient, LARGE);
    let readBytes = 0;
    const started = performance.now();
    await cutOff(socket, "a page that is read", () => {
      readBytes += socket.read()?.length ?? 0;
      if (readBytes > 3 * MIB) socket.destroy();
    });
    assert.ok(readBytes > 3 * MIB, `cut after ${readBytes} bytes, ${Math.round(performance.now() - started)} ms`);
  });

  test("are limited in number, and make room once stuck", async () => {
    const whole = (await send(`${server.url}${LARGE}`)).text.length;
    const waiting: Socket[] = [];
    const deadline = Date.now() + PATIENCE_MS;
    let answer: Awaited<ReturnType<typeof send>>;
    do {
      assert.ok(Date.now() < deadline, "more readers than there is room for were let in");
      // The earlier ones may have been cut off already, or not have arrived yet.
      waiting.push(...Array.from({ length: 12 }, () => ask(server, LARGE)));
      answer = await send(`${server.url}${LARGE}`);
    } while (answer.status === 200);
    while (answer.status !== 200) {
      assert.equal(answer.status, 503, answer.text);
      assert.equal(answer.headers.get("retry-after"), "5");
      assert.ok(Date.now() < deadline, "no room was made for a new reader");
      await new Promise((resolve) => setTimeout(resolve, 50));
      answer = await send(`${server.url}${LARGE}`);
    }
    assert.equal(answer.text.length, whole);
    for (const socket of waiting) socket.destroy();
    await assertUnharmed(server);
  });
});
