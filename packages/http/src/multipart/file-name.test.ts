import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeExtendedValue, decodeHeaderBytes, keptFileName } from "./file-name.ts";
import { parseHeaderParams } from "./header-params.ts";
import { multipartBoundary, readPartHead } from "./part-head.ts";

test("keeps only what follows the last slash or backslash", () => {
  assert.equal(keptFileName("/home/me/photo.jpg"), "photo.jpg");
  assert.equal(keptFileName("C:\\Users\\me\\photo.jpg"), "photo.jpg");
  assert.equal(keptFileName("..\\../x"), "x");
  assert.equal(keptFileName("a/b\\c"), "c");
});

test("names what has no name left", () => {
  for (const sent of ["", ".", "..", "/", "a/", "a\\..", "../.."]) assert.equal(keptFileName(sent), "file");
});

test("keeps every other character as it was", () => {
  const names = [" lead and trail ", "e\u0301 é", "50%22%2F.txt", "a;b'c\"d<e>", "．．", "😀.bin", "..."];
  for (const name of names) assert.equal(keptFileName(name), name);
});

test("shows control characters as their pictures", () => {
  assert.equal(keptFileName("a\u0000b\r\nc\u007f"), "a\u2400b\u240d\u240ac\u2421");
});

test("is idempotent and never yields a path", () => {
  const alphabet = ["a", ".", "/", "\\", "\u0000", "\n", "é", " ", '"'];
  for (let seed = 0; seed < 3000; seed++) {
    const sent = Array.from({ length: seed % 7 }, (_, i) => alphabet[(seed * 31 + i * i * 17) % alphabet.length]).join(
      "",
    );
    const kept = keptFileName(sent);
    assert.equal(keptFileName(kept), kept);
    // oxlint-disable-next-line no-control-regex -- they must be gone
    assert.doesNotMatch(kept, /[/\\\u0000-\u001f]/);
    assert.ok(kept !== "" && kept !== "." && kept !== "..");
  }
});

test("reads header bytes as UTF-8, and as Windows-1252 when they are not", () => {
  assert.equal(decodeHeaderBytes(Buffer.from("naïve 😀\ufeff").toString("latin1")), "naïve 😀\ufeff");
  assert.equal(decodeHeaderBytes("na\xefve\x80"), "naïve€");
});

test("reads RFC 5987 values", () => {
  assert.equal(decodeExtendedValue("UTF-8''na%C3%AFve.txt"), "naïve.txt");
  assert.equal(decodeExtendedValue("iso-8859-1'en'na%EFve"), "naïve");
  assert.equal(decodeExtendedValue("utf-8''it's%zz"), "it's%zz");
  assert.equal(decodeExtendedValue("koi8-r''x"), undefined);
  assert.equal(decodeExtendedValue("plain"), undefined);
});

test("reads quoted, unquoted and escaped parameters", () => {
  const read = (header: string) => [...parseHeaderParams(header).params];
  assert.deepEqual(read('form-data; name="a"; filename="b;c=d"'), [
    ["name", "a"],
    ["filename", "b;c=d"],
  ]);
  assert.deepEqual(read("form-data;name=a ; FileName = my file.txt"), [
    ["name", "a"],
    ["filename", "my file.txt"],
  ]);
  assert.deepEqual(read('x; f="a\\"b\\\\c\\d"; g=1'), [
    ["f", 'a"b\\c\\d'],
    ["g", "1"],
  ]);
  assert.deepEqual(read('x; f="open'), [["f", "open"]]);
  assert.deepEqual(read('x; f="a"junk; f=second;;; =3; flag; g="'), [
    ["f", "a"],
    ["g", ""],
  ]);
  assert.deepEqual(read("x"), []);
});

test("takes a long hostile header without slowing down", () => {
  const hostile = ["x" + ";".repeat(200_000), 'x; f="' + "\\".repeat(200_000), "x;" + "a=;".repeat(60_000) + '"'];
  for (const header of hostile) assert.equal(parseHeaderParams(header).value, "x");
});

test("finds the boundary, quoted or not", () => {
  assert.equal(multipartBoundary("multipart/form-data; boundary=abc"), "abc");
  assert.equal(multipartBoundary('Multipart/Form-Data; charset=utf-8; boundary="a b;c"'), "a b;c");
});

test("refuses a content type without a usable boundary", () => {
  const types = [
    undefined,
    "",
    "text/plain",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    'multipart/form-data; boundary=""',
  ];
  types.push("application/json; boundary=x", `multipart/form-data; boundary=${"b".repeat(10_240)}`);
  for (const type of types) assert.throws(() => multipartBoundary(type), { code: "not-multipart" });
});

test("prefers filename to filename* and takes filename* alone", () => {
  const head = (disposition: string) => readPartHead({ "content-disposition": [disposition] }).sentFileName;
  assert.equal(head("form-data; name=f; filename*=UTF-8''%C3%A9; filename=\"e\""), "e");
  assert.equal(head("form-data; name=f; filename*=UTF-8''%C3%A9"), "é");
  assert.equal(head("form-data; name=f"), undefined);
});

test("passes on a content type only when it is one", () => {
  const type = (text: string) =>
    readPartHead({ "content-disposition": ["form-data; name=f"], "content-type": [text] }).contentType;
  assert.equal(type(" text/plain; charset=utf-8"), "text/plain; charset=utf-8");
  assert.equal(type("image/svg+xml"), "image/svg+xml");
  for (const bad of ["", "text", "a/b\u0000", "a /b", `${"a".repeat(500)}/b`, "<x>/y"])
    assert.equal(type(bad), undefined);
});
