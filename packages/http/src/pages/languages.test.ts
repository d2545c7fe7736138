import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chooseLanguage, type NamedLanguages } from "./languages.ts";
import { plural } from "./plural.ts";
import { formatSize, sizeForClients } from "./sizes.ts";
import { textsIn } from "./texts/texts.ts";

describe("the language of a page", () => {
  const chosen = (named: Partial<NamedLanguages>) =>
    chooseLanguage({ parameter: undefined, prefix: undefined, cookie: undefined, ...named });

  test("is English if none or an unknown one is given", () => {
    assert.equal(chosen({}), "en");
    for (const unknown of ["pl", "xx", "", "français", "frx", "e", "<b>"]) {
      assert.equal(chosen({ parameter: unknown }), "en", unknown);
      assert.equal(chosen({ cookie: unknown }), "en", unknown);
    }
  });

  test("is the parameter's, then the prefix's, then the cookie's", () => {
    assert.equal(chosen({ parameter: "fr", prefix: "en", cookie: "en" }), "fr");
    assert.equal(chosen({ prefix: "fr", cookie: "en" }), "fr");
    assert.equal(chosen({ cookie: "fr" }), "fr");
    assert.equal(chosen({ prefix: "bg", cookie: "fr" }), "en", "asking for Bulgarian is not asking for French");
  });

  test("is read in any letter case and before anything a client appends by mistake", () => {
    assert.equal(chosen({ parameter: "FR" }), "fr");
    assert.equal(chosen({ parameter: "en?json=1", cookie: "fr" }), "en");
  });
});

test("no text is empty or left untranslated by accident", () => {
  // Names and words that are the same in both languages.
  const same = new Set(["Consigne", "FTP", "JavaScript", "Message", "Site", "Source", "Type", "URL"]);
  const leaves = (value: object, at: string): [string, string][] =>
    Object.entries(value).flatMap(([key, text]) =>
      typeof text === "object" && text !== null
        ? leaves(text as object, `${at}.${key}`)
        : typeof text === "string"
          ? [[`${at}.${key}`, text] as [string, string]]
          : [],
    );
  const french = new Map(leaves(textsIn("fr"), "texts"));
  for (const [key, text] of leaves(textsIn("en"), "texts")) {
    assert.notEqual(text.trim(), "", key);
    if (!same.has(text)) assert.notEqual(french.get(key), text, key);
  }
});

test("numbers select the form of their noun in either language", () => {
  const en = plural("en", { one: "{n} file", other: "{n} files" });
  const fr = plural("fr", { one: "{n} fichier", other: "{n} fichiers" });
  assert.deepEqual([0, 1, 2, 1234].map(en), ["0 files", "1 file", "2 files", "1,234 files"]);
  assert.deepEqual([0, 1, 2].map(fr), ["0 fichier", "1 fichier", "2 fichiers"]);
  assert.match(fr(1_000_000), /^1\s000\s000 fichiers$/);
});

test("sizes are written in binary units with one space", () => {
  const sizes: [number, string][] = [
    [0, "0 B"],
    [11, "11 B"],
    [1023, "1023 B"],
    [1024, "1.00 KB"],
    [1024 ** 2 - 1, "1.00 MB"],
    [425_134_162, "405.44 MB"],
    [300e9, "279.40 GB"],
    [5 * 1024 ** 5, "5120.00 TB"],
  ];
  for (const [bytes, text] of sizes) {
    assert.equal(sizeForClients(bytes, "en"), text);
  }
  assert.equal(formatSize(425_134_162, "fr"), "405,4 Mio");
  assert.equal(formatSize(425_134_162, "en"), "405.4 MiB");
  assert.equal(formatSize(1024 ** 2 - 1, "en"), "1.0 MiB");
  assert.equal(sizeForClients(425_134_162, "fr"), "405.44 Mo");
  assert.equal(formatSize(11, "fr"), "11 o");
});
