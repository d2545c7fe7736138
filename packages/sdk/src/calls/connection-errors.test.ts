import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { NetworkError } from "../errors.ts";
import { toNetworkError } from "./connection-errors.ts";

test("a plain HTTP server is reported as not speaking TLS", async (t) => {
  const server = createServer((_request, response) => response.end("plain"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const failure: unknown = await fetch(`https://${host}/v1`).catch((error: unknown) => error);
  const { message, isUnsent, isUntrusted, isWithoutTls } = toNetworkError(failure, host);
  assert.match(
    message,
    /^Cannot reach 127\.0\.0\.1:\d+: it does not speak TLS there; its URL probably begins with http:/,
  );
  assert.deepEqual([isUnsent, isUntrusted, isWithoutTls], [true, false, true]);
});

const failing = (code: string) =>
  toNetworkError(new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) }), "host:8080");

test("a system error is explained in words, with the host and what to check", () => {
  const expected = {
    ECONNREFUSED: "Cannot reach host:8080: connection refused. Is the server running, and is the port right?",
    ENOTFOUND: "Cannot reach host:8080: host name not found. Is the name spelled right, and is this machine online?",
    EAI_AGAIN: "Cannot reach host:8080: the host name could not be looked up. Is this machine online?",
    ETIMEDOUT: "The connection to host:8080 failed: the connection timed out. Is there a firewall in between?",
    ECONNRESET: "The connection to host:8080 failed: the connection was closed by the other side.",
    EACCES: "Cannot reach host:8080: permission denied. Does a firewall on this machine forbid it?",
    ESTRANGE: "The connection to host:8080 failed: ESTRANGE.",
  };
  const withoutCode = toNetworkError(new TypeError("fetch failed", { cause: new Error("bad port") }), "host:9");
  assert.equal(
    withoutCode.message,
    "Cannot reach host:9: fetch blocks this port, which belongs to another kind of service. Is the port right? If so, the server has to listen on another one.",
  );
  for (const [code, message] of Object.entries(expected)) assert.equal(failing(code).message, message);
  const blocked = [withoutCode, failing("EACCES"), failing("ECONNREFUSED")].map(({ isBlocked }) => isBlocked);
  assert.deepEqual(blocked, [true, true, false]);
});

test("an untrusted certificate is distinguished from other failures", () => {
  for (const [code, words] of [
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "its certificate is self-signed"],
    ["CERT_HAS_EXPIRED", "its certificate has expired"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "its certificate is for another host name"],
    ["CERT_CHAIN_TOO_LONG", "its certificate is not accepted (CERT_CHAIN_TOO_LONG)"],
  ] as const) {
    const error = failing(code);
    assert.equal(error.message, `Cannot reach host:8080: ${words}.`);
    assert.deepEqual([error.isUntrusted, error.isUnsent], [true, true]);
  }
  // A TLS connection that breaks on the way may have carried the request.
  const broken = failing("ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC");
  assert.deepEqual([broken.isUntrusted, broken.isUnsent], [false, false]);
});

test("what concerns the user's proxy is kept, however deep it is nested", () => {
  const own = new NetworkError("Cannot reach the proxy p:1: connection refused.", { isRefusedByProxy: true });
  for (const cause of [own, new TypeError("fetch failed", { cause: own })]) {
    assert.equal(toNetworkError(cause, "host"), own);
  }
});
