import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { isPageInDisguise, nameOfSource } from "./source-name.ts";

const named = (url: string, fileName?: string, contentType?: string) => nameOfSource({ url, fileName, contentType });
const URL_WITH_NAME = "https://example.org/files/a.bin";

suite("the name of a fetched file", () => {
  test("is the one the source gives, without any folders", () => {
    for (const [given, name] of [
      ["x.txt", "x.txt"],
      ["a;b'c d.txt", "a;b'c d.txt"],
      ["../../etc/passwd", "passwd"],
      ["C:\\Users\\me\\film.mkv", "film.mkv"],
      ["  spaces.txt  ", "spaces.txt"],
      ["line\nbreak.txt", "line␊break.txt"],
      ["half\ud800pair", "half\ufffdpair"],
    ] as const) {
      assert.equal(named(URL_WITH_NAME, given), name);
    }
  });

  test("is the last part of the URL if the source gives no usable name", () => {
    for (const given of [undefined, "", ".", "..", "/", "a/", "\\", "   "]) {
      assert.equal(named(URL_WITH_NAME, given), "a.bin", String(given));
    }
    for (const [url, name] of [
      ["https://example.org/a.bin?token=x&n=/y", "a.bin"],
      ["https://example.org/a.bin#part", "a.bin"],
      ["https://example.org/d%C3%A9j%C3%A0%20vu.txt", "déjà vu.txt"],
      ["https://example.org/a%2520b", "a%20b"],
      ["https://example.org/dir%2Fname.txt", "name.txt"],
      ["https://example.org/100%", "100%"],
      ["https://example.org/%ff%fe", "%ff%fe"],
      ["ftp://example.org/pub/a.iso;type=i", "a.iso"],
      ["https://example.org/a.iso;type=i", "a.iso;type=i"],
    ] as const) {
      assert.equal(named(url), name);
    }
  });

  test("is made of the host and an extension by type if the URL has none", () => {
    for (const url of [
      "https://example.org",
      "https://example.org/",
      "https://example.org/?id=7",
      "https://example.org/dir/",
      "https://example.org/%2e%2e%2f",
      "https://example.org/%20",
    ]) {
      assert.equal(named(url, undefined, "image/png"), "example.org.png", url);
      assert.equal(named(url), "example.org.bin", url);
    }
    assert.equal(named("http://[2001:db8::1]/", undefined, "text/html"), "2001-db8--1.html");
  });

  test("is shortened to the allowed length and keeps its extension", () => {
    const long = named(URL_WITH_NAME, `${"é".repeat(900)}.tar.gz`);
    assert.ok(long.endsWith("é.gz"));
    assert.ok(Buffer.byteLength(long) <= 1024 && Buffer.byteLength(long) > 1020);
    assert.equal(Buffer.byteLength(named(URL_WITH_NAME, "x".repeat(5000))), 1024);
    assert.equal(named(URL_WITH_NAME, `.${"y".repeat(2000)}`).length, 1024);
  });
});

test("a page is distinguished from a file by its type and its name", () => {
  for (const name of ["film.mkv", "a.bin", "page", "html"])
    assert.equal(isPageInDisguise(name, "text/html"), true, name);
  for (const name of ["index.html", "a.HTM", "a.php", "x.xhtml"])
    assert.equal(isPageInDisguise(name, "text/html"), false);
  for (const type of [undefined, "text/plain", "video/mp4"]) assert.equal(isPageInDisguise("film.mkv", type), false);
});
