import assert from "node:assert/strict";
import { test } from "node:test";
import { contentTypeOf } from "./content-type.ts";

test("an announced type that says something is taken, without its parameters", () => {
  assert.equal(contentTypeOf("a.txt", "Image/PNG; charset=x"), "image/png");
});

test("a type that says nothing or is no type gives way to the name's ending", () => {
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

test("a name that tells nothing has no particular type", () => {
  for (const name of ["README", "a.", ".", "constructor", "a.__proto__", "a.unheard-of"])
    assert.equal(contentTypeOf(name, undefined), "application/octet-stream");
});
