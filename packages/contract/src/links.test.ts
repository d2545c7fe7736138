import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  apiBase,
  directoryUrl,
  directUrl,
  domains,
  type Face,
  faceOfHost,
  fileUrl,
  parseDirectoryLink,
  parseFileLink,
  parseFileQuery,
  parseRemovalLink,
  removalUrl,
  siteUrl,
  uploadHost,
  uploadReportPath,
  uploadUrl,
} from "./links.ts";

const ID = "abcdefghij0123456789";
const original: Face = { kind: "original", host: "api.1fichier.com" };
const native: Face = { kind: "native", publicUrl: "http://localhost:8080/" };

describe("faces", () => {
  it("recognizes 1fichier.com's hosts in any case and with a port", () => {
    for (const host of [
      "1fichier.com",
      "WWW.1fichier.com",
      "api.1fichier.com:443",
      "up12.1fichier.com.",
      "a-3.dl4free.com",
    ]) {
      assert.equal(faceOfHost(host)?.kind, "original", host);
    }
    for (const domain of [...domains, "desfichiers.net", "mesfichiers.net"]) {
      assert.deepEqual(faceOfHost(domain.toUpperCase()), { kind: "original", host: domain });
    }
  });

  it("takes no other host for 1fichier.com", () => {
    const others = [
      "localhost:8080",
      "not1fichier.com",
      "1fichier.com.evil.example",
      "1fichier.com@evil.example",
      "[::1]:80",
      "",
      "com",
    ];
    for (const host of [...others, undefined]) assert.equal(faceOfHost(host), undefined, host);
  });
});

describe("making links", () => {
  it("uses 1fichier.com's URLs on its face", () => {
    assert.equal(fileUrl(original, ID, 0), `https://1fichier.com/?${ID}`);
    assert.equal(fileUrl(original, ID, 3), `https://desfichiers.com/?${ID}`);
    assert.equal(fileUrl(original, ID, 11), `https://1fichier.com/?${ID}`);
    assert.equal(directUrl(original, "123"), "https://a-1.1fichier.com/p123");
    assert.equal(directoryUrl(original, "Ab3dEf9h"), "https://1fichier.com/dir/Ab3dEf9h");
    assert.equal(directoryUrl(original, "Ab3dEf9h", 7), "https://1fichier.com/dir/Ab3dEf9h?folder=7");
    assert.equal(removalUrl(original, ID, "sNabCdEf", 10), `https://dl4free.com/remove/${ID}/sNabCdEf`);
    assert.equal(uploadHost(original), "up1.1fichier.com");
    assert.equal(uploadUrl(original, "a1B2c3D4e5"), "https://up1.1fichier.com/upload.cgi?id=a1B2c3D4e5");
    assert.equal(apiBase(original), "https://api.1fichier.com/v1");
    assert.equal(siteUrl(original, "/login.pl"), "https://1fichier.com/login.pl");
  });

  it("uses the operator's URL on the native face", () => {
    assert.equal(fileUrl(native, ID, 3), `http://localhost:8080/?${ID}`);
    assert.equal(directUrl(native, "123"), "http://localhost:8080/p123");
    assert.equal(directoryUrl(native, "Ab3dEf9h"), "http://localhost:8080/dir/Ab3dEf9h");
    assert.equal(removalUrl(native, ID, "sNabCdEf", 2), `http://localhost:8080/remove/${ID}/sNabCdEf`);
    assert.equal(uploadHost(native), "localhost:8080");
    assert.equal(uploadUrl(native, "a1B2c3D4e5"), "http://localhost:8080/upload.cgi?id=a1B2c3D4e5");
    assert.equal(apiBase(native), "http://localhost:8080/v1");
  });

  it("omits the host from a report's URL", () => {
    assert.equal(uploadReportPath("a1B2c3D4e5"), "/end.pl?xid=a1B2c3D4e5");
  });

  it("makes links that can be read back", () => {
    for (const face of [original, native]) {
      for (const domain of domains.keys()) {
        assert.deepEqual(parseFileLink(fileUrl(face, ID, domain)), { id: ID });
        assert.deepEqual(parseRemovalLink(removalUrl(face, ID, "sNabCdEf", domain)), { id: ID, code: "sNabCdEf" });
      }
      assert.deepEqual(parseDirectoryLink(directoryUrl(face, "Ab3dEf9h")), { id: "Ab3dEf9h" });
      assert.deepEqual(parseDirectoryLink(directoryUrl(face, "Ab3dEf9h", 7)), { id: "Ab3dEf9h" });
    }
  });
});

describe("reading file links", () => {
  it("reads every form that clients send", () => {
    const forms = [
      `https://1fichier.com/?${ID}`,
      `http://www.1fichier.com/?${ID}`,
      `https://alterupload.com/?${ID}&af=62851`,
      `https://1fichier.com/?${ID}&inline=1&lg=en`,
      `https://1fichier.com/?${ID}/`,
      `https://1fichier.com/?lg=en&${ID}`,
      `https://1fichier.com/en/?${ID}`,
      `https://1fichier.com/?${ID}#top`,
      `https://files.example.org:8443/?${ID}`,
      `https://1fichier.com?${ID}`,
      `https://1fichier.com/?${ID}=`,
      `//1fichier.com/?${ID}`,
      `1fichier.com/?${ID}`,
      `/?${ID}`,
      `?${ID}&e=1`,
      `  https://1fichier.com/?${ID}\n`,
      `http://${ID}.1fichier.com/`,
      `https://${ID}.desfichiers.com`,
      `http://${ID}.1fichier.com/en/`,
      ID,
    ];
    for (const form of forms) assert.deepEqual(parseFileLink(form), { id: ID }, form);
  });

  it("keeps the letter case of an id and accepts 5 to 20 characters", () => {
    assert.deepEqual(parseFileLink("https://1fichier.com/?AbC12"), { id: "AbC12" });
    assert.deepEqual(parseFileLink("http://AbC12.1fichier.com/"), { id: "AbC12" });
    assert.equal(parseFileLink("https://1fichier.com/?abcd"), undefined);
    assert.equal(parseFileLink(`https://1fichier.com/?${ID}x`), undefined);
  });

  it("never takes a service host for an id", () => {
    for (const label of ["a-1", "up2", "up100", "UP100", "upload", "download", "api", "ftp", "www", "a.abcde"]) {
      assert.equal(parseFileLink(`https://${label}.1fichier.com/`), undefined, label);
    }
  });

  it("returns nothing for anything else", () => {
    const others = [
      "",
      "hello",
      "abcdefghij",
      "https://1fichier.com/",
      "https://1fichier.com/?c=DB",
      "https://1fichier.com/dir/Ab3dEf9h",
      `https://1fichier.com/remove/${ID}/sNabCdEf`,
      `https://a-1.1fichier.com/p1234567890`,
      `https://${ID}.example.org/`,
      `ftp://1fichier.com/?${ID}`,
      `javascript:alert(1)//?${ID}`,
      `https://1fichier.com/?${"a".repeat(5000)}`,
      `https://1fichier.com/?%61bcdefghij`,
      `https://1fichier.com/?../../etc`,
    ];
    for (const text of others) assert.equal(parseFileLink(text), undefined, text.slice(0, 60));
  });

  it("returns the options of a query, the first of each name", () => {
    const query = parseFileQuery(`?${ID}&lg=en&inline=1&inline=2&name=a%20b+c&bad=%E0%A4%A&flag`);
    assert.equal(query?.id, ID);
    assert.deepEqual(
      [...(query?.options ?? [])],
      [
        ["lg", "en"],
        ["inline", "1"],
        ["name", "a b c"],
        ["bad", "%E0%A4%A"],
        ["flag", ""],
      ],
    );
    assert.equal(parseFileQuery("lg=en"), undefined);
    assert.equal(parseFileQuery(""), undefined);
  });
});

describe("reading other links", () => {
  it("reads a public folder with language and options", () => {
    for (const text of [
      "https://1fichier.com/dir/Ab3dEf9h?json=1",
      "/en/dir/Ab3dEf9h/",
      "https://x.example/dir/Ab3dEf9h?lg=en?json=1",
    ]) {
      assert.deepEqual(parseDirectoryLink(text), { id: "Ab3dEf9h" }, text);
    }
    for (const text of ["/dir/", "/dir/a/b", "/x/dir/Ab3dEf9h", "Ab3dEf9h", ""]) {
      assert.equal(parseDirectoryLink(text), undefined, text);
    }
  });

  it("reads a removal link with language", () => {
    assert.deepEqual(parseRemovalLink(`/en/remove/${ID}/sNabCdEf`), { id: ID, code: "sNabCdEf" });
    assert.deepEqual(parseRemovalLink(`http://tenvoi.com/remove/${ID}/sNabCdEf/`), { id: ID, code: "sNabCdEf" });
    for (const text of [`/remove/${ID}`, `/remove/${ID}/`, `/remove//sNabCdEf`]) {
      assert.equal(parseRemovalLink(text), undefined, text);
    }
  });

  it("never throws or returns an invalid id, whatever the text", () => {
    const pieces = [
      "https://",
      "//",
      "/",
      "?",
      "&",
      "=",
      "#",
      "%",
      "%zz",
      "\0",
      "é",
      "\ud800",
      "1fichier.com",
      ".",
      ":",
      "@",
      ID,
      "dir",
      "remove",
      "en",
      "[",
      "]",
      " ",
      "\n",
      "a-1",
      "up2",
    ];
    let state = 42;
    const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 8;
    for (let round = 0; round < 30_000; round += 1) {
      const text = Array.from({ length: next() % 12 }, () =>
        next() % 4 === 0 ? String.fromCharCode(next() % 65_536) : (pieces[next() % pieces.length] ?? ""),
      ).join("");
      const ids = [parseFileLink(text), parseFileQuery(text), parseDirectoryLink(text), parseRemovalLink(text)];
      for (const found of ids)
        if (found !== undefined) assert.match(found.id, /^[A-Za-z0-9]{4,32}$/, JSON.stringify(text));
      faceOfHost(text);
    }
  });
});
