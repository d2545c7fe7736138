import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { NetworkError } from "../errors.ts";
import { toNetworkError } from "./connection-errors.ts";

test("says of a server of plain HTTP that it speaks no TLS", async (t) => {
  const server = createServer((_request, response) => response.end("plain"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const failure: unknown = await fetch(`https://${host}/v1`).catch((error: unknown) => error);
  const { message, isUnsent, isUntrusted, isWithoutTls } = toNetworkError(failure, host);
  assert.match(
    message,
    /^No answer from 127\.0\.0\.1:\d+: it speaks no TLS there; perhaps its address begins with http:/,
  );
  assert.deepEqual([isUnsent, isUntrusted, isWithoutTls], [true, false, true]);
});

test("tells a certificate that is not accepted from other failures", () => {
  const failing = (code: string) =>
    toNetworkError(new TypeError("fetch failed", { cause: Object.assign(new Error(), { code }) }), "host");
  assert.match(failing("DEPTH_ZERO_SELF_SIGNED_CERT").message, /its certificate is not accepted/);
  assert.equal(failing("ECONNRESET").message, "No answer from host: ECONNRESET.");
  assert.ok(failing("ECONNRESET") instanceof NetworkError);
});
