import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { makeFolder, uploadOne } from "./_wire.ts";

/** A page of them is more than the system buffers for a connection. */
const FILES = 8000;
/** Each takes all the long listings one address may have, and as many again wait to fill the queue. */
const ADDRESSES = 8;
const PER_ADDRESS = 4 + 8;

suite("shared folders listed to slow readers", () => {
  let server: TestServer;
  let page: URL;

  before(async () => {
    server = await startTestServer({ storage: "memory", settings: { CONSIGNE_TRUSTED_PROXIES: "none" } });
    const owner = new ApiClient(server, server.apiKey);
    const folder = await makeFolder(owner, "long");
    // Five bytes for each of its characters on the page.
    const urls = [await uploadOne(owner, "&".repeat(250), "content", { did: String(folder) })];
    while (urls.length < FILES) {
      const copied = await owner.ok("file/cp", { urls: urls.slice(0, 1000), folder_id: folder });
      urls.push(...(copied["urls"] as { to_url: string }[]).map(({ to_url: url }) => url));
    }
    page = new URL(String((await owner.ok("folder/share", { folder_id: folder, share: 1 }))["url"]));
  });
  after(() => server[Symbol.asyncDispose]());

  /** Asks from a local address and reads `readBytes` every tenth of a second. */
  function ask(localAddress: string, readBytes: number, sockets: DisposableStack): Socket {
    const socket = connect({ host: page.hostname, port: Number(page.port), localAddress });
    socket.on("error", () => undefined).pause();
    socket.write(`GET ${page.pathname} HTTP/1.0\r\nHost: x\r\n\r\n`);
    const reading = setInterval(() => socket.read(Math.min(readBytes, socket.readableLength)), 100);
    sockets.defer(() => {
      clearInterval(reading);
      socket.destroy();
    });
    return socket;
  }

  for (const [what, readBytes] of [
    ["read almost nothing", 16],
    ["keep reading a little above the minimum", 4096],
  ] as const) {
    test(`leave room for others when eight addresses ${what}`, async () => {
      using sockets = new DisposableStack();
      const slow = Array.from({ length: ADDRESSES * PER_ADDRESS }, (_, index) =>
        ask(`127.0.0.${2 + (index % ADDRESSES)}`, readBytes, sockets),
      );
      await Promise.all(slow.slice(0, ADDRESSES).map((socket) => once(socket, "readable")));
      await sleep(500);
      for (const [index, newcomer] of ["127.0.0.20", "127.0.0.21"].entries()) {
        const options = { host: page.hostname, port: Number(page.port), localAddress: newcomer };
        const socket = connect(options);
        const received: Buffer[] = [];
        socket.on("data", (chunk: Buffer) => received.push(chunk));
        socket.write(`GET ${page.pathname} HTTP/1.0\r\nHost: x\r\n\r\n`);
        await once(socket, "close");
        const text = Buffer.concat(received).toString("utf8");
        assert.match(text, /^HTTP\/1\.[01] 200 /, `newcomer ${index}: ${text.slice(0, 300)}`);
        assert.match(text, /<\/html>\n$/);
      }
    });
  }
});
