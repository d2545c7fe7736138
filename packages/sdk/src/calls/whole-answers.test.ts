import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { whatIsMissing } from "./whole-answers.ts";

const file = { url: "https://1fichier.com/?abcdefghij0123456789", filename: "a" };
const folder = { id: 7, name: "docs" };

describe("an answer of folder/ls is complete", () => {
  const whole: [string, object, object][] = [
    ["with empty lists", { files: 1 }, { sub_folders: [], items: [] }],
    ["with lists of named entries", { files: 1 }, { files: 1, sub_folders: [folder], items: [file] }],
    ["without files when they were not requested", {}, { files: 3, sub_folders: [] }],
    ["without sub_folders when it says how many files there are", { files: 1 }, { files: 1, items: [file] }],
    ["with counts of 0 for both", { files: 1 }, { files: 0, sub_folders: 0 }],
  ];
  for (const [how, request, answer] of whole) {
    it(how, () => assert.equal(whatIsMissing("folderLs", request, answer), undefined));
  }
});

describe("an answer of folder/ls is incomplete", () => {
  const incomplete: [string, object, object, RegExp][] = [
    ["when it is empty", {}, {}, /sub_folders/],
    ["when it has only a status", { files: 1 }, { status: "OK" }, /sub_folders/],
    ["with null for its folders", {}, { files: 0, sub_folders: null }, /sub_folders/],
    ["with null for its files", { files: 1 }, { files: 0, sub_folders: [], items: null }, /items/],
    ["with text for its folders", {}, { files: 0, sub_folders: "" }, /sub_folders/],
    ["when requested files are only counted", { files: 1 }, { files: 2, sub_folders: [] }, /items/],
    ["when requested files are missing", { files: 1 }, { sub_folders: [] }, /items/],
    ["with an invalid entry", {}, { files: 0, sub_folders: [folder, null] }, /entry of `sub_folders`/],
    ["with a file without a name", { files: 1 }, { sub_folders: [], items: [{}] }, /entry of `items`/],
  ];
  for (const [how, request, answer, missing] of incomplete) {
    it(how, () => assert.match(whatIsMissing("folderLs", request, answer) ?? "", missing));
  }
});

it("an answer of file/ls must have its list, or a count of 0", () => {
  assert.equal(whatIsMissing("fileLs", {}, { items: [] }), undefined);
  assert.equal(whatIsMissing("fileLs", {}, { count: 0 }), undefined);
  for (const answer of [{}, { status: "OK" }, { count: 3 }, { items: null }, { count: 0, items: null }]) {
    assert.match(whatIsMissing("fileLs", {}, answer) ?? "", /items/);
  }
});

it("the answer for a new folder must have its id, as it would otherwise be the root", () => {
  assert.equal(whatIsMissing("folderMkdir", {}, { folder_id: "12" }), undefined);
  for (const answer of [{}, { folder_id: 0 }, { folder_id: null }]) {
    assert.match(whatIsMissing("folderMkdir", {}, answer) ?? "", /folder_id/);
  }
});

it("answers must have the URLs for uploads and downloads", () => {
  assert.equal(whatIsMissing("downloadGetToken", {}, { url: "https://a-1.1fichier.com/x" }), undefined);
  for (const answer of [{}, { url: null }, { url: "no address" }]) {
    assert.match(whatIsMissing("downloadGetToken", {}, answer) ?? "", /url/);
  }
  assert.equal(whatIsMissing("uploadGetUploadServer", {}, { url: "up2.1fichier.com", id: "a1B2c3D4e5" }), undefined);
  assert.match(whatIsMissing("uploadGetUploadServer", {}, { id: "a1B2c3D4e5" }) ?? "", /url/);
  assert.match(whatIsMissing("uploadGetUploadServer", {}, { url: "up2.1fichier.com" }) ?? "", /id/);
});

it("other answers must have what the call was made for, and calls without a result nothing", () => {
  assert.match(whatIsMissing("fileCp", {}, { copied: 1, urls: [{}] }) ?? "", /to_url/);
  assert.match(whatIsMissing("folderShare", { share: 1 }, { status: "OK" }) ?? "", /url/);
  assert.equal(whatIsMissing("folderShare", { share: 0 }, { status: "OK" }), undefined);
  assert.equal(whatIsMissing("vouchersLs", {}, { status: "OK" }), undefined);
  assert.equal(whatIsMissing("folderRm", {}, {}), undefined);
});

it("answers about uploads must have the upload, its parts and the resulting file", () => {
  const upload = { id: "a1b2c3" };
  const whole: [Parameters<typeof whatIsMissing>[0], object][] = [
    ["uploadsCreate", { upload }],
    ["uploadsList", { uploads: [] }],
    ["uploadsParts", { upload, parts: [{ part: 1, sha256: "0f" }] }],
    ["uploadsComplete", { file }],
  ];
  for (const [name, answer] of whole) {
    assert.equal(whatIsMissing(name, {}, answer), undefined, name);
    for (const [field] of Object.entries(answer)) {
      for (const other of [undefined, null, "", {}, [{}]]) {
        assert.match(whatIsMissing(name, {}, { status: "OK", ...answer, [field]: other }) ?? "", RegExp(field), name);
      }
    }
  }
});

it("lists may contain files whose checksum the server still computes", () => {
  const checksum = "";
  const ofBytes = { ...file, checksum };
  const listed: [Parameters<typeof whatIsMissing>[0], object][] = [
    ["fileLs", { items: [ofBytes] }],
    ["folderLs", { sub_folders: [], items: [ofBytes] }],
    ["folderList", { entries: [{ name: "a", checksum }] }],
    ["versionList", { days: 30, versions: [{ id: 1, size: 12, checksum, date: "2026-11-29T12:00:00Z" }] }],
    ["fileInfo", ofBytes],
  ];
  for (const [name, answer] of listed) assert.equal(whatIsMissing(name, { files: 1 }, answer), undefined, name);
});
