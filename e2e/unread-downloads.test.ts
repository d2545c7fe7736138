import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerProcess } from "./_server-process.ts";
import { peakMemoryBytes, WaitingCallers } from "./_waiting-callers.ts";

const MIB = 1024 * 1024;
const TIMEOUT_MS = 5 * 60_000;
const READERS = 500;

test(`${READERS} downloads that nobody reads leave room for others`, { timeout: TIMEOUT_MS }, async () => {
  await using server = await ServerProcess.start({ CONSIGNE_LIMITS: "off" });
  const [file] = await server.api.upload({ "large.bin": new Uint8Array(32 * MIB) });
  const token = String((await server.api.ok("download/get_token", { url: file?.download }))["url"]);
  using waiting = await WaitingCallers.open(Number(new URL(server.url).port), READERS, {
    addresses: ["127.0.0.1"],
    send: [`GET ${new URL(token).pathname} HTTP/1.1\r\nHost: x\r\n\r\n`],
    readsNothing: true,
  });
  await waiting.sent();
  for (let count = 0; count < 5; count++) await server.api.ok("folder/ls");
  const { bytes } = await server.api.download(String(file?.download));
  assert.equal(bytes.length, 32 * MIB);
  const peakBytes = peakMemoryBytes(server.pid);
  assert.ok(peakBytes < 400 * MIB, `${Math.round(peakBytes / MIB)} MiB`);
});
