import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient, startTestServer } from "@consigne/testkit";
import { makeFolder, uploadOne } from "./_wire.ts";

/** A page of them is more than the system buffers for a connection: five bytes for each character of their names. */
const FILES = 4000;

test("guests of one network reading long lists block neither users nor other guests", async () => {
  await using server = await startTestServer({ storage: "memory" });
  using sockets = new DisposableStack();
  const owner = new ApiClient(server, server.apiKey);
  const folder = await makeFolder(owner, "long");
  const urls = [await uploadOne(owner, "&".repeat(250), "content", { did: String(folder) })];
  while (urls.length < FILES) {
    const copied = await owner.ok("file/cp", { urls: urls.slice(0, 1000), folder_id: folder });
    urls.push(...(copied["urls"] as { to_url: string }[]).map(({ to_url: url }) => url));
  }
  const page = new URL(String((await owner.ok("folder/share", { folder_id: folder, share: 1 }))["url"]));
  /** Slightly above the minimum reading speed. */
  const readSlowly = (index: number) => {
    const socket = connect({ host: page.hostname, port: Number(page.port) });
    socket.on("error", () => undefined).pause();
    const from = `2001:db8:2:${(index + 1).toString(16)}::5`;
    socket.write(`GET ${page.pathname} HTTP/1.0\r\nHost: x\r\nX-Forwarded-For: ${from}\r\n\r\n`);
    const reading = setInterval(() => socket.read(Math.min(16_000, socket.readableLength)), 100);
    sockets.defer(() => {
      clearInterval(reading);
      socket.destroy();
    });
    return socket;
  };
  let answered = 0;
  /** Reconnects whenever it is refused or cut off. */
  const readAgain = (index: number): void => {
    if (sockets.disposed) return;
    const socket = readSlowly(index).once("readable", () => answered++);
    socket.once("close", () => setTimeout(() => readAgain(index), 50));
  };
  for (let index = 0; index < 100; index++) readAgain(index);
  while (answered < 50) await sleep(100);
  const known = await owner.ok("file/ls", { folder_id: folder });
  assert.equal((known["items"] as unknown[]).length, urls.length);
  const answer = await new ApiClient(server).request(`${page.pathname}?json=1`, {
    headers: { "x-forwarded-for": "198.51.100.7" },
  });
  assert.equal(answer.status, 200);
  assert.equal((JSON.parse(answer.text) as unknown[]).length, urls.length);
});
