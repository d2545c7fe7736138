import assert from "node:assert/strict";
import { test } from "node:test";
import { isStorageFailure, readFailurePage } from "./failure-page.ts";
import { matchFiles } from "./match-files.ts";
import { uploadNode } from "./upload-node.ts";
import { parseUploadReport, type UploadedFile } from "./upload-report.ts";

const link = {
  download: "https://1fichier.com/?abc",
  filename: "a",
  remove: "",
  size: "12",
  whirlpool: "AB".repeat(64),
};

test("reads sizes as text or numbers and keeps unknown fields", () => {
  const report = parseUploadReport(
    JSON.stringify({
      incoming: 0,
      links: [
        { ...link, extra: 1 },
        { ...link, size: 12 },
      ],
    }),
  );
  assert.equal(report?.isIncoming, false);
  assert.deepEqual(report?.files[0], {
    url: link.download,
    name: "a",
    sizeBytes: 12,
    whirlpool: "ab".repeat(64),
    raw: { ...link, extra: 1 },
  });
  assert.equal(report?.files[1]?.sizeBytes, 12);
  const guest = { ...link, remove: "https://1fichier.com/remove/abc/def" };
  assert.equal(parseUploadReport(JSON.stringify({ incoming: 1, links: [guest] }))?.files[0]?.removalUrl, guest.remove);
});

test("accepts nothing but a report", () => {
  const texts = ["", "<html>Please wait", "[]", "null", "{}", '{"links":{}}', '{"links":[null]}', '{"links":[{}]}'];
  texts.push(
    JSON.stringify({ links: [{ ...link, size: "12a" }] }),
    JSON.stringify({ links: [{ ...link, download: "" }] }),
  );
  for (const text of texts) assert.equal(parseUploadReport(text), undefined, text);
  assert.deepEqual(parseUploadReport('{"incoming":0,"links":[]}')?.files, []);
});

test("finds the reason on a failure page", () => {
  const page =
    '<div class="bloc2"> <br/> </div><div id=x class="a bloc2">Pas de fichier trouv&eacute; &amp; d&#39;envoi<br>x</div>';
  assert.equal(readFailurePage(page), "Pas de fichier trouv&eacute; & d'envoi x");
  assert.equal(readFailurePage('<div class="bloc">no</div>'), undefined);
  assert.ok(isStorageFailure("Ne peut ouvrir le fichier destination"));
  assert.equal(isStorageFailure("Pas de fichier trouvé dans l'envoi"), false);
});

const there = (name: string, whirlpool: string, url = name, sizeBytes = 1): UploadedFile => ({
  url,
  name,
  whirlpool,
  sizeBytes,
  raw: {},
});
const sent = (name: string, whirlpool: string | undefined, sizeBytes = 1) => ({ name, whirlpool, sizeBytes });

test("matches files by name and bytes, in any order", () => {
  const { found, damaged, missing } = matchFiles(
    [sent("a", "1"), sent("b", "2"), sent("b", "3")],
    [there("b", "3"), there("a", "1"), there("b", "2", "second b")],
  );
  assert.deepEqual([damaged, missing], [[], []]);
  assert.deepEqual(
    found.map(({ sent: { name, whirlpool }, file }) => [name, whirlpool, file.url]),
    [
      ["a", "1", "a"],
      ["b", "2", "second b"],
      ["b", "3", "b"],
    ],
  );
});

test("matches each of several equal files with its own entry", () => {
  const equal = [sent("a", "1"), sent("a", "1"), sent("a", "1")];
  const { found, missing } = matchFiles(equal, [there("a", "1", "u1"), there("a", "1", "u2")]);
  assert.deepEqual(found.map(({ file }) => file.url).toSorted(), ["u1", "u2"]);
  assert.equal(missing.length, 1);
});

test("recognizes a file under the name the server gave it", () => {
  const { found } = matchFiles([sent("a", "1"), sent("b?", "1")], [there("b_", "1"), there("a", "1")]);
  assert.deepEqual(
    found.map(({ sent: { name }, file }) => [name, file.name]),
    [
      ["a", "a"],
      ["b?", "b_"],
    ],
  );
});

test("distinguishes damaged from missing files", () => {
  const { found, damaged, missing } = matchFiles([sent("a", "1"), sent("b", "2")], [there("a", "9")]);
  assert.equal(found.length, 0);
  assert.deepEqual(
    damaged.map(({ sent: { name } }) => name),
    ["a"],
  );
  assert.deepEqual(
    missing.map(({ name }) => name),
    ["b"],
  );
});

test("trusts a report without checksums", () => {
  assert.equal(matchFiles([sent("a", "1")], [there("a", "")]).found.length, 1);
  assert.equal(matchFiles([sent("a", "1")], [there("a", "", "a", 2)]).found.length, 0);
});

test("sends to HTTPS hosts, and to one's own server the way its API is reached", () => {
  const url = (host: string, api: string) => uploadNode({ url: host, id: "abc" }, api).uploadUrl;
  assert.equal(url("up2.1fichier.com", "https://api.1fichier.com/v1"), "https://up2.1fichier.com/upload.cgi?id=abc");
  assert.equal(url("localhost:8080", "http://localhost:8080/v1"), "http://localhost:8080/upload.cgi?id=abc");
  assert.equal(url("files.lan", "http://files.lan/v1"), "http://files.lan/upload.cgi?id=abc");
  assert.equal(url("10.0.0.5:8080", "http://localhost:8080/v1"), "http://10.0.0.5:8080/upload.cgi?id=abc");
  assert.equal(url("up2.1fichier.com", "http://localhost:8080/v1"), "https://up2.1fichier.com/upload.cgi?id=abc");
  assert.equal(url("[::1]:8080", "http://[::1]:8080/v1"), "http://[::1]:8080/upload.cgi?id=abc");
});

test("never sends a key unencrypted to a node of an API behind TLS", () => {
  const node = uploadNode({ url: "http://up.example.org", id: "abc" }, "https://files.example.org/v1");
  assert.equal(node.reportUrl, "https://up.example.org/end.pl?xid=abc");
});

test("refuses an answer without a host", () => {
  for (const url of ["", "a/b", "user@host", "host\r\n", "ho st", "host:99999999"]) {
    assert.throws(
      () => uploadNode({ url, id: "abc" }, "https://api.1fichier.com/v1"),
      { name: "UploadFailedError" },
      url,
    );
  }
  assert.throws(() => uploadNode({ url: "host", id: "a&b" }, "https://api.1fichier.com/v1"), {
    name: "UploadFailedError",
  });
});
