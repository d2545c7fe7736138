import assert from "node:assert/strict";
import { test } from "node:test";
import { endToEndHeaders } from "./header-fields.ts";

test("hop-by-hop fields and those named by Connection are dropped, and the rest keeps its case and order", () => {
  const raw = [
    "X-A",
    "1",
    "Connection",
    "close, X-Secret",
    "X-Secret",
    "2",
    "Transfer-Encoding",
    "chunked",
    "x-b",
    "3",
  ];
  assert.deepEqual(Object.entries(endToEndHeaders(raw)), [
    ["X-A", "1"],
    ["x-b", "3"],
  ]);
});

test("repeated fields stay separate, and cookies split by HTTP/2 are joined", () => {
  const raw = [":method", "GET", "set-cookie", "a=1", "cookie", "c=1", "Set-Cookie", "b=2", "cookie", "d=2"];
  assert.deepEqual(endToEndHeaders(raw), { "set-cookie": ["a=1", "b=2"], cookie: "c=1; d=2" });
});

test("fields set by the proxy itself are dropped in any letter case", () => {
  assert.deepEqual(endToEndHeaders(["CONSIGNE-FACE", "evil", "Host", "x"], ["host", "consigne-face"]), {});
});
