import assert from "node:assert/strict";
import { test } from "node:test";
import { contentTypeOf } from "./content-type.ts";

test("a meaningful announced type is used, without its parameters", () => {
  assert.equal(contentTypeOf("a.txt", "Image/PNG; charset=x"), "image/png");
});

test("a generic or invalid type is replaced by that of the file extension", () => {
  for (const announced of [
    undefined,
    "",
    "application/octet-stream",
    "nonsense",
    "text/html\r\nx: y",
    "a/b/c",
    "x".repeat(99) + "/y",
  ])
    assert.equal(contentTypeOf("photo.JPG", announced), "image/jpeg");
});

test("a name without a known extension has the generic type", () => {
  for (const name of ["README", "a.", ".", "constructor", "a.__proto__", "a.unheard-of"])
    assert.equal(contentTypeOf(name, undefined), "application/octet-stream");
});
