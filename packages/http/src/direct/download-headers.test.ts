import assert from "node:assert/strict";
import { test } from "node:test";
import { type DownloadedFile, downloadHeaders, notModifiedHeaders } from "./download-headers.ts";
import { isNotModified, isRangeCurrent } from "./preconditions.ts";

const file: DownloadedFile = {
  name: "a.png",
  contentType: "image/png",
  sizeBytes: 100,
  etag: '"abc"',
  modifiedAt: new Date("2026-01-31T10:20:30.456Z"),
  isInline: false,
  shownAt: "site",
  siteOrigin: undefined,
  takesRanges: true,
};
const whole = { kind: "whole" } as const;

test("describes a whole file", () => {
  const { status, headers, span } = downloadHeaders(file, whole);
  assert.equal(status, 200);
  assert.deepEqual(span, { start: 0, end: 99 });
  assert.equal(headers["Content-Length"], 100);
  assert.equal(headers["Accept-Ranges"], "bytes");
  assert.equal(headers["Content-Type"], "image/png");
  assert.equal(headers["Content-Disposition"], 'attachment; filename="a.png"');
  assert.equal(headers["ETag"], '"abc"');
  assert.equal(headers["Last-Modified"], "Sat, 31 Jan 2026 10:20:30 GMT");
  assert.equal(headers["X-Content-Type-Options"], "nosniff");
  assert.match(String(headers["Content-Security-Policy"]), /^sandbox; default-src 'none'/);
  assert.match(String(headers["Cache-Control"]), /private, no-cache/);
  assert.equal("Content-Range" in headers, false);
});

test("describes a span with its exact length", () => {
  const { status, headers, span } = downloadHeaders(file, { kind: "span", start: 10, end: 19 });
  assert.equal(status, 206);
  assert.equal(headers["Content-Range"], "bytes 10-19/100");
  assert.equal(headers["Content-Length"], 10);
  assert.deepEqual(span, { start: 10, end: 19 });
});

test("refuses several ranges, and ranges past the end, with the size and no bytes", () => {
  for (const kind of ["unsatisfiable", "multiple"] as const) {
    const { status, headers, span } = downloadHeaders(file, { kind });
    assert.equal(status, 416);
    assert.equal(headers["Content-Range"], "bytes */100");
    assert.equal(headers["Content-Length"], 0);
    assert.equal("Content-Disposition" in headers, false);
    assert.equal(span, undefined);
  }
});

test("describes an empty file without a span", () => {
  const { status, headers, span } = downloadHeaders({ ...file, sizeBytes: 0 }, whole);
  assert.deepEqual([status, headers["Content-Length"], span], [200, 0, undefined]);
});

const dispositionOf = (contentType: string) =>
  String(downloadHeaders({ ...file, contentType, isInline: true }, whole).headers["Content-Disposition"]).split(";")[0];

test("shows inert types inline on request", () => {
  for (const type of ["image/png", "IMAGE/JPEG", "text/plain; charset=utf-7", "video/mp4", "audio/mpeg"]) {
    assert.equal(dispositionOf(type), "inline", type);
  }
});

test("never shows executable types inline", () => {
  const types = [
    "text/html",
    "text/html;charset=utf-7",
    "image/svg+xml",
    "application/xml",
    "text/xml",
    "application/pdf",
  ];
  types.push(
    "application/xhtml+xml",
    "text/javascript",
    "multipart/x-mixed-replace",
    "",
    "image/png,text/html",
    "text/plain\u0000",
  );
  for (const type of types) assert.equal(dispositionOf(type), "attachment", type);
});

test("shows listed types at the download origin with that type, in a sandbox", () => {
  const shown = (name: string, contentType = "application/octet-stream") => {
    const asked = { ...file, name, contentType, isInline: true, shownAt: "download-origin" } as const;
    const { headers } = downloadHeaders(asked, whole);
    const policy = String(headers["Content-Security-Policy"]);
    assert.match(policy, /^sandbox; default-src 'none'; /, name);
    assert.doesNotMatch(policy, /allow-|script-src/, name);
    return `${String(headers["Content-Disposition"]).split(";")[0]} ${headers["Content-Type"]}`;
  };
  assert.equal(shown("a.html", "image/png"), "inline text/html; charset=utf-8");
  assert.equal(shown("A.PDF", "text/html"), "inline application/pdf");
  assert.equal(shown("a.svg"), "inline image/svg+xml");
  assert.equal(shown("a.js", "text/javascript"), "inline text/plain; charset=utf-8");
  assert.equal(shown("a.xml", "application/xslt+xml"), "inline text/plain; charset=utf-8");
  assert.equal(shown("photo", "image/png"), "inline image/png");
  assert.equal(shown("a.html.exe", "text/html"), "attachment text/html; charset=utf-8");
  assert.equal(shown("page", "text/html"), "attachment text/html; charset=utf-8");
  assert.equal(shown("constructor.constructor", "text/html"), "attachment text/html; charset=utf-8");
});

test("lets an image reload itself, and a page nothing at all", () => {
  const loadsItself = (name: string) => {
    const asked = { ...file, name, contentType: "text/html", isInline: true, shownAt: "download-origin" } as const;
    return String(downloadHeaders(asked, whole).headers["Content-Security-Policy"]).includes("'self'");
  };
  for (const name of ["a.png", "a.mp4", "a.mp3"]) assert.equal(loadsItself(name), true, name);
  for (const name of ["a.html", "a.svg", "a.pdf"]) assert.equal(loadsItself(name), false, name);
});

test("lets the site show a PDF in a frame, and nobody and nothing else", () => {
  const framedBy = (name: string, changes: Partial<DownloadedFile> = {}) => {
    const asked = {
      ...file,
      name,
      contentType: "text/html",
      isInline: true,
      shownAt: "download-origin",
      ...changes,
    } as const;
    const policy = String(downloadHeaders(asked, whole).headers["Content-Security-Policy"]);
    return /frame-ancestors ([^;]+)$/.exec(policy)?.[1];
  };
  const siteOrigin = "https://files.example";
  assert.equal(framedBy("a.pdf", { siteOrigin }), siteOrigin);
  assert.equal(framedBy("a.pdf"), "'none'");
  assert.equal(framedBy("a.pdf", { siteOrigin: "https://a.example; script-src *" }), "'none'");
  for (const name of ["a.html", "a.svg"]) assert.equal(framedBy(name, { siteOrigin }), "'none'", name);
});

test("lets pages of other sites embed images, audio and video from the download origin, and nothing else", () => {
  const shownBy = (changes: Partial<DownloadedFile>) =>
    downloadHeaders({ ...file, ...changes }, whole).headers["Cross-Origin-Resource-Policy"];
  const apart = { isInline: true, shownAt: "download-origin", contentType: "text/html" } as const;
  for (const name of ["a.png", "a.mp4", "a.mp3"]) assert.equal(shownBy({ ...apart, name }), "cross-origin", name);
  for (const name of ["a.html", "a.svg", "a.pdf", "a.txt", "a.bin"]) {
    assert.equal(shownBy({ ...apart, name }), "same-site", name);
  }
  assert.equal(shownBy({ shownAt: "download-origin" }), "same-site", "must be saved");
  assert.equal(shownBy({ isInline: true }), "same-site", "on the site's own origin");
});

test("accepts only a plain type in the header", () => {
  const typeOf = (contentType: string) => downloadHeaders({ ...file, contentType }, whole).headers["Content-Type"];
  assert.equal(typeOf("text/html; charset=utf-7"), "text/html; charset=utf-8");
  assert.equal(typeOf("a/b\r\nX: y"), "application/octet-stream");
  assert.equal(typeOf("nonsense"), "application/octet-stream");
  for (const type of ["multipart/x-mixed-replace", "Multipart/Related; boundary=x", "message/rfc822"])
    assert.equal(typeOf(type), "application/octet-stream", type);
});

test("answers not modified by tag, or by date without one", () => {
  assert.equal(isNotModified({ "if-none-match": '"x", W/"abc"' }, file), true);
  assert.equal(isNotModified({ "if-none-match": "*" }, file), true);
  assert.equal(
    isNotModified({ "if-none-match": '"x"', "if-modified-since": "Sat, 31 Jan 2027 10:20:30 GMT" }, file),
    false,
  );
  assert.equal(isNotModified({ "if-modified-since": "Sat, 31 Jan 2026 10:20:30 GMT" }, file), true);
  assert.equal(isNotModified({ "if-modified-since": "Sat, 31 Jan 2026 10:20:29 GMT" }, file), false);
  assert.equal(isNotModified({ "if-modified-since": "whenever" }, file), false);
  assert.equal(isNotModified({}, file), false);
  assert.equal(notModifiedHeaders(file)["ETag"], '"abc"');
});

test("accepts a conditional range only for exactly the same bytes", () => {
  assert.equal(isRangeCurrent({}, file), true);
  assert.equal(isRangeCurrent({ "if-range": '"abc"' }, file), true);
  assert.equal(isRangeCurrent({ "if-range": 'W/"abc"' }, file), false);
  assert.equal(isRangeCurrent({ "if-range": '"x"' }, file), false);
  assert.equal(isRangeCurrent({ "if-range": "Sat, 31 Jan 2026 10:20:30 GMT" }, file), true);
  assert.equal(isRangeCurrent({ "if-range": "Sat, 31 Jan 2026 10:20:31 GMT" }, file), false);
  assert.equal(isRangeCurrent({ "if-range": "x" }, file), false);
});
