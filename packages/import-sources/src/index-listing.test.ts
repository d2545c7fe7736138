import assert from "node:assert/strict";
import { test } from "node:test";
import { readIndex } from "./index-listing.ts";

const folder = new URL("http://example.org/files/");
const page = (...hrefs: string[]) =>
  `<html><head><title>Index of /files/</title></head><body>${hrefs.map((href) => `<a href="${href}">x</a>`).join("\n")}`;
const names = (text: string, type?: string) =>
  readIndex(text, folder, type)?.map(({ name, isFolder }) => `${name}${isFolder ? "/" : ""}`);

test("reads the listings of nginx and Apache, each entry once, with the names behind the links", () => {
  const apache = page(
    "?C=N;O=D",
    "?C=M;O=A",
    "/",
    "sub%20folder/",
    "a.bin",
    "a.bin",
    "it%27s%20&amp;%20%C3%A9.txt",
    "100%25.txt",
  );
  assert.deepEqual(names(apache), ["sub folder/", "a.bin", "it's & é.txt", "100%.txt"]);
  assert.deepEqual(names(page("../", "b", "./c/", "/files/d", "http://example.org/files/e/")), ["b", "c/", "d", "e/"]);
  assert.deepEqual(names(page("&#x62;&#46;txt")), ["b.txt"]);
});

test("leaves out links elsewhere, up, deeper or with a query", () => {
  const elsewhere = [
    "../secret",
    "/other/x",
    "/files",
    "sub/deep",
    "x?y=1",
    "//evil.example/files/x",
    "https://example.org/files/x",
    "http://example.org:8080/files/x",
    "http://user@example.org/files/x",
    "javascript:alert(1)",
    "mailto:a@example.org",
    "%2e%2e/x",
    "#top",
    "",
  ];
  assert.deepEqual(names(page(...elsewhere, "kept")), ["kept"]);
});

test("passes on names that no file can have, so that they are refused", () => {
  assert.deepEqual(names(page("a%2Fb", "%2e%2e%2fpasswd", "bad%ff")), ["a/b", "../passwd", "bad%ff"]);
});

test("reads nginx's JSON with its sizes", () => {
  const entries = [
    { name: "sub", type: "directory", mtime: "x" },
    { name: "a&b 100%.bin", type: "file", size: 7 },
    { name: "..", type: "directory" },
    { name: "a/b", type: "file", size: 1 },
    { name: "odd", type: "file", size: "7" },
    { name: 7 },
    null,
  ];
  const found = readIndex(JSON.stringify(entries), folder, "application/json");
  assert.deepEqual(
    found?.map(({ name, isFolder, sizeBytes, url }) => [name, isFolder, sizeBytes, url]),
    [
      ["sub", true, undefined, "http://example.org/files/sub/"],
      ["a&b 100%.bin", false, 7, "http://example.org/files/a%26b%20100%25.bin"],
      ["odd", false, undefined, "http://example.org/files/odd"],
    ],
  );
  assert.equal(readIndex("{}", folder, "application/json"), undefined);
  assert.equal(readIndex("nonsense", folder, "application/json"), undefined);
});

test("reads what Python, Tomcat and Jetty list", () => {
  const python = `<!DOCTYPE HTML><title>Directory listing for /files/</title><h1>Directory listing for /files/</h1><hr><ul>
    <li><a href=".hidden">.hidden</a></li><li><a href="a%26b%20%231.txt">a&amp;b #1.txt</a></li>
    <li><a href="b%3Ac%3F.txt">b:c?.txt</a></li><li><a href="linked">linked@</a></li><li><a href="sub/">sub/</a></li></ul>`;
  assert.deepEqual(names(python), [".hidden", "a&b #1.txt", "b:c?.txt", "linked", "sub/"]);
  for (const title of ["Directory Listing For [/files/]", "Directory: /files/"])
    assert.deepEqual(names(`<title>${title}</title><a href="/">up</a><a href="/files/x">x</a>`), ["x"], title);
});

test("takes no other page for a listing", () => {
  assert.equal(names('<title>Sign in</title><a href="x">x</a>'), undefined);
  assert.equal(names('<title>Directory: who is who</title><a href="x">x</a>'), undefined);
  assert.deepEqual(names("<title>Index of /</title>"), []);
});

test("finishes quickly on pages made to be slow", () => {
  const hostile = ["<a ", '<a href="', "<a href='x", "&#", "<title>index of".concat("<a\t")].map(
    (part) => `<title>Index of</title>${part.repeat(4_000_000 / part.length)}`,
  );
  // Patterns that start again at each of these would take hours.
  for (const text of hostile) assert.doesNotThrow(() => readIndex(text, folder, "text/html"), text.slice(0, 40));
});
