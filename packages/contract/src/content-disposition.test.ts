import assert from "node:assert/strict";
import { test } from "node:test";
import { contentDispositionName } from "./content-disposition.ts";

const raw = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

const names: readonly [header: string, name: string | undefined][] = [
  [`attachment; filename="plain.txt"`, "plain.txt"],
  [`attachment; filename=plain.txt`, "plain.txt"],
  [`attachment; filename=two words.txt; size=3`, "two words.txt"],
  [`inline; filename='single.txt'`, "'single.txt'"],
  [`ATTACHMENT; FILENAME="upper.txt"`, "upper.txt"],
  [`attachment;filename="a;b.txt";size=3`, "a;b.txt"],
  [`attachment; filename="it's; a \\"file\\".txt"`, `it's; a "file".txt`],
  [`attachment; filename="C:\\temp\\x.txt"`, "C:\\temp\\x.txt"],
  [`attachment; filename="../../etc/passwd"`, "../../etc/passwd"],
  [`attachment; filename = "spaced.txt"`, "spaced.txt"],
  [`attachment; filename="open.txt`, "open.txt"],
  [`filename="typeless.txt"`, "typeless.txt"],
  [`attachment; filename="a%20b.txt"`, "a%20b.txt"],
  [`attachment; filename="old.txt"; filename*=UTF-8''n%C3%A9w.txt`, "néw.txt"],
  [`attachment; filename*=UTF-8''n%C3%A9w.txt; filename="old.txt"`, "néw.txt"],
  [`attachment; filename*=utf-8'fr'%e2%82%ac%20rates.txt`, "€ rates.txt"],
  [`attachment; filename*=iso-8859-1''%A3.txt`, "£.txt"],
  [`attachment; filename*=UTF-8''it%27s%3B%20%22it%22.txt`, `it's; "it".txt`],
  [`attachment; filename*=UTF-8''a'b.txt`, "a'b.txt"],
  [`attachment; filename*="UTF-8''quoted%20all.txt"`, "quoted all.txt"],
  [`attachment; filename*=UTF-8''"quoted.txt"`, "quoted.txt"],
  [`attachment; filename*=UTF-8''a%252Fb.txt`, "a%2Fb.txt"],
  [`attachment; filename*=UTF-8''%FF.txt; filename="good.txt"`, "good.txt"],
  [`attachment; filename*=UTF-8''%zz.txt; filename="good.txt"`, "good.txt"],
  [`attachment; filename*=klingon''x.txt; filename="good.txt"`, "good.txt"],
  [`attachment; filename*=broken.txt; filename="good.txt"`, "good.txt"],
  [`attachment; filename*=UTF-8''; filename="good.txt"`, "good.txt"],
  [raw(`attachment; filename="été €.txt"`), "été €.txt"],
  [`attachment; filename="\xe9t\xe9.txt"`, "été.txt"],
  [`attachment; filename="=?UTF-8?B?w6l0w6kudHh0?="`, "été.txt"],
  [`attachment; filename="=?iso-8859-1?Q?=E9t=E9_1.txt?="`, "été 1.txt"],
  [`attachment; filename="=?UTF-8?Q?one?= =?UTF-8?Q?two.txt?="`, "onetwo.txt"],
  [`attachment; filename="=?UTF-8?B?no base64?=.txt"`, "=?UTF-8?B?no base64?=.txt"],
  [`attachment; filename="d\u{e9}j\u{e0} d\u{e9}cod\u{e9} \u{20ac}.txt"`, "déjà décodé €.txt"],
  [`attachment; filename="=?UTF-8?X?no?=.txt"`, "=?UTF-8?X?no?=.txt"],
  [`attachment; filename="first.txt"; filename="second.txt"`, "first.txt"],
  [`attachment; filename=""`, undefined],
  [`attachment; filename=`, undefined],
  [`attachment; filename="  "`, "  "],
  [`attachment`, undefined],
  [`attachment; name="x.txt"`, undefined],
  [`attachment; xfilename="x.txt"`, undefined],
  ["", undefined],
  [`;;;="`, undefined],
];

for (const [header, name] of names)
  test(`${JSON.stringify(header)} names ${name ?? "nothing"}`, () => {
    assert.equal(contentDispositionName(header), name);
  });

test("an overlong name keeps its extension and whole characters", () => {
  const found = contentDispositionName(`attachment; filename*=UTF-8''${"%F0%9F%98%80".repeat(2000)}.mkv`);
  assert.ok(found !== undefined && found.length <= 1024 && found.endsWith("😀.mkv") && found.isWellFormed(), found);
});

test("hostile headers are parsed quickly", () => {
  for (const piece of ["; filename=", `; filename="`, `; filename="\\`, "=?a?b?", "; filename*=a''%", ";;", "''"]) {
    const found = contentDispositionName(`attachment${piece.repeat(30_000 / piece.length)}`);
    assert.ok((found ?? "").length <= 1024);
  }
});
