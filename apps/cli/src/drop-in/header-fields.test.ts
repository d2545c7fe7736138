import assert from "node:assert/strict";
import { test } from "node:test";
import { endToEndHeaders } from "./header-fields.ts";

test("fields of the connection go, those it names included, and the rest keeps its case and order", () => {
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

test("repeated fields stay apart, cookies split by HTTP/2 become one", () => {
  const raw = [":method", "GET", "set-cookie", "a=1", "cookie", "c=1", "Set-Cookie", "b=2", "cookie", "d=2"];
  assert.deepEqual(endToEndHeaders(raw), { "set-cookie": ["a=1", "b=2"], cookie: "c=1; d=2" });
});

test("fields the caller sets itself are dropped in any case", () => {
  assert.deepEqual(endToEndHeaders(["CONSIGNE-FACE", "evil", "Host", "x"], ["host", "consigne-face"]), {});
});
