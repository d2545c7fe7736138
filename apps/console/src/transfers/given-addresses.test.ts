import assert from "node:assert/strict";
import { test } from "node:test";
import { faultOf, linesOf } from "./given-addresses.ts";

test("URLs are read line by line, without what surrounds them", () => {
  assert.deepEqual(linesOf("\n  https://a.example/x \r\n\r\nftp://b.example/y\n"), [
    "https://a.example/x",
    "ftp://b.example/y",
  ]);
  assert.equal(faultOf("https://a.example/x\nftp://b.example/y"), undefined);
});

test("the first invalid line is named, and too many lines", () => {
  assert.deepEqual(faultOf(" \n"), { text: "fetch.noUrl" });
  for (const wrong of ["file:///etc/passwd", "a.example/x", "javascript:alert(1)", "https://"])
    assert.deepEqual(faultOf(`https://a.example/\n\n${wrong}`), { text: "fetch.badUrl", values: { line: 2 } }, wrong);
  const many = "https://a.example/x\n".repeat(101);
  assert.deepEqual(faultOf(many), { text: "fetch.tooMany", values: { count: 101, most: 100 } });
});
