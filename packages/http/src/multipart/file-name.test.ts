import assert from "node:assert/strict";
import { test } from "node:test";
import { baseFileName } from "./file-name.ts";
import { decodeEncodedWords, decodeExtendedValue, decodeHeaderBytes } from "./header-text.ts";
import { parseHeaderParams } from "./header-params.ts";
import { bodyWriter, multipartBoundary, readPartHead } from "./part-head.ts";

test("keeps only what follows the last slash or backslash", () => {
  assert.equal(baseFileName("/home/me/photo.jpg"), "photo.jpg");
  assert.equal(baseFileName("C:\\Users\\me\\photo.jpg"), "photo.jpg");
  assert.equal(baseFileName("..\\../x"), "x");
  assert.equal(baseFileName("a/b\\c"), "c");
});

test("returns a default for an empty name", () => {
  for (const sent of ["", ".", "..", "/", "a/", "a\\..", "../.."]) assert.equal(baseFileName(sent), "file");
});

test("keeps every other character as it was", () => {
  const names = [" lead and trail ", "e\u0301 é", "50%22%2F.txt", "a;b'c\"d<e>", "．．", "😀.bin", "..."];
  for (const name of names) assert.equal(baseFileName(name), name);
});

test("is idempotent and never returns a path", () => {
  const alphabet = ["a", ".", "/", "\\", "\u0000", "\n", "é", " ", '"'];
  for (let seed = 0; seed < 3000; seed++) {
    const sent = Array.from({ length: seed % 7 }, (_, i) => alphabet[(seed * 31 + i * i * 17) % alphabet.length]).join(
      "",
    );
    const kept = baseFileName(sent);
    assert.equal(baseFileName(kept), kept);
    assert.doesNotMatch(kept, /[/\\]/);
    assert.ok(kept !== "" && kept !== "." && kept !== "..");
  }
});

test("reads header bytes as UTF-8, or else as Windows-1252", () => {
  assert.equal(decodeHeaderBytes(Buffer.from("naïve 😀\ufeff").toString("latin1")), "naïve 😀\ufeff");
  assert.equal(decodeHeaderBytes("na\xefve\x80"), "naïve€");
});

test("reads RFC 5987 values", () => {
  assert.equal(decodeExtendedValue("UTF-8''na%C3%AFve.txt"), "naïve.txt");
  assert.equal(decodeExtendedValue("iso-8859-1'en'na%EFve"), "naïve");
  assert.equal(decodeExtendedValue("utf-8''it's%zz"), "it's%zz");
  assert.equal(decodeExtendedValue("koi8-r''%C6"), "ф");
  assert.equal(decodeExtendedValue("klingon''x"), undefined);
  assert.equal(decodeExtendedValue("utf-8''%FF"), undefined);
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

const nameIn = (disposition: string, writer: Parameters<typeof readPartHead>[1] = "program") =>
  readPartHead({ "content-disposition": [Buffer.from(`form-data; name=f; ${disposition}`).toString("latin1")] }, writer)
    .sentFileName;

test("reads browsers' escapes in a browser's body only", () => {
  const sent = 'filename="%22é%22 50%25 %2F%0D%0A%22.txt"';
  assert.equal(nameIn(sent, "browser"), '"é" 50%25 %2F\r\n".txt');
  assert.equal(nameIn(sent), "%22é%22 50%25 %2F%0D%0A%22.txt");
  assert.equal(nameIn('filename="=?utf-8?Q?x?= %2522.txt"', "browser"), "=?utf-8?Q?x?= %2522.txt");
});

test("recognizes a browser's body by its boundary if the request mentions a page", () => {
  const ofBrowsers = [
    "----WebKitFormBoundaryQmJ1XlfkWgZ0yB7n",
    "----geckoformboundary1a2b3c4d5e6f",
    `${"-".repeat(27)}123456789`,
  ];
  for (const boundary of ofBrowsers) {
    assert.equal(bodyWriter(boundary, { tellsOfPage: true }), "browser");
    assert.equal(bodyWriter(boundary, { tellsOfPage: false }), "program");
  }
  // curl, Go, urllib3, Node and our SDK.
  const ofPrograms = [
    "------------------------d74496d66958873e",
    "4e5aaac3d1d1e0c4b6a8f2b1a5a6c7d8e9f0a1b2c3d4e5f6a7b8c9d0e1f2",
    "0123456789abcdef0123456789abcdef",
    "----formdata-undici-012345678901",
    "x----WebKitFormBoundaryQmJ1XlfkWgZ0yB7n",
  ];
  for (const boundary of ofPrograms) assert.equal(bodyWriter(boundary, { tellsOfPage: true }), "program");
});

for (const [disposition, name] of [
  ["filename*=UTF-8''%C3%A9; filename=\"e\"", "é"],
  ["filename=\"e\"; filename*=UTF-8''%C3%A9", "é"],
  ["filename*=UTF-8''%C3%A9", "é"],
  ["filename*=\"UTF-8''%C3%A9\"", "é"],
  ["filename=\"??????.txt\"; filename*=utf-8'en'%E6%96%B0.txt", "新.txt"],
  ["filename=\"=?utf-8?B?5pawLnR4dA==?=\"; filename*=utf-8''%E6%96%B0.txt", "新.txt"],
  ["filename=a; filename*=KOI8-R''%C6%C1%CA%CC", "файл"],
  // Unreadable values give way to readable ones.
  ["filename=\"plain\"; filename*=UTF-8''%FF", "plain"],
  ["filename=\"plain\"; filename*=klingon''x", "plain"],
  ['filename="plain"; filename*=x', "plain"],
  ["filename=\"plain\"; filename*=UTF-8''", "plain"],
  // Continuations of RFC 2231, in any order.
  ['filename*0="long "; filename*1="name.txt"', "long name.txt"],
  ["filename*1*=%C3%A9.txt; filename*0*=UTF-8''na%C3%AFve-; filename=short", "naïve-é.txt"],
  ["filename*0*=UTF-8''%E6; filename*1*=%96%B0; filename*2=\"%20.txt\"", "新%20.txt"],
  ['filename*1="end"; filename="whole"', "whole"],
  // MIME's encoded words, if there is nothing better.
  ['filename="=?utf-8?B?5pawLnR4dA==?="', "新.txt"],
  ['filename="=?UTF-8?q?na=C3=AFve_file?=.txt"', "naïve file.txt"],
  ['filename="=?iso-8859-1?Q?caf=E9?= =?utf-8?B?IOKCrA==?= .txt"', "café € .txt"],
  ['filename="=?utf-8?B?5pY=?= =?utf-8?B?sC50eHQ=?="', "新.txt"],
  ["filename==?utf-8*en?Q?x=3By?=", "x;y"],
  ['filename="=?klingon?B?AAAA?=.txt"', "=?klingon?B?AAAA?=.txt"],
  ['filename="=?utf-8?B?not base64!?="', "=?utf-8?B?not base64!?="],
  ['filename="=?utf-8?Q?=FF?="', "=?utf-8?Q?=FF?="],
  ['filename="a=?b?c?=d"', "a=?b?c?=d"],
  ['filename=""', ""],
  ["filename*=UTF-8''", ""],
  ["x=y", undefined],
] as const) {
  test(`reads the name in ${disposition}`, () => assert.equal(nameIn(disposition), name));
}

for (const disposition of [
  "filename*=UTF-8''%FF",
  "filename*=klingon''x",
  "filename*=plain",
  'filename*1="end"',
  'filename*0="a"; filename*2="c"',
  "filename*0*=UTF-8''%E6; filename*1*=%96",
]) {
  test(`refuses ${disposition}, which has no readable name`, () => {
    assert.throws(() => nameIn(disposition), { code: "unreadable-name" });
  });
}

test("refuses parts with encoded bytes, and accepts headers that say they are not", () => {
  const read = (encoding: string) =>
    readPartHead(
      {
        "content-disposition": ["form-data; name=f; filename=a"],
        "content-transfer-encoding": [encoding],
      },
      "program",
    );
  for (const encoding of ["binary", "8bit", " 7BIT", "identity", ""]) assert.equal(read(encoding).sentFileName, "a");
  for (const encoding of ["base64", "Quoted-Printable", "x-uuencode", "rot13\u0007"]) {
    assert.throws(() => read(encoding), { code: "encoded-part", message: /send its bytes as they are/ });
  }
});

test("reads thousands of encoded words and continuations without slowing down", () => {
  const words = "=?utf-8?B?5pY=?= =?utf-8?B?sA==?= ".repeat(4000);
  assert.equal(decodeEncodedWords(words)?.length, 4001);
  for (const hostile of ["=?a?b?".repeat(60_000), "=?".repeat(120_000), `=?${"a".repeat(200_000)}`]) {
    assert.equal(decodeEncodedWords(hostile), undefined);
  }
});

test("keeps a content type only if it is valid", () => {
  const type = (text: string) =>
    readPartHead({ "content-disposition": ["form-data; name=f"], "content-type": [text] }, "program").contentType;
  assert.equal(type(" text/plain; charset=utf-8"), "text/plain; charset=utf-8");
  assert.equal(type("image/svg+xml"), "image/svg+xml");
  for (const bad of ["", "text", "a/b\u0000", "a /b", `${"a".repeat(500)}/b`, "<x>/y"])
    assert.equal(type(bad), undefined);
});
