import assert from "node:assert/strict";
import { test } from "node:test";
import {
  newApiKeyText,
  newBlobKey,
  newDownloadTokenText,
  newFileId,
  newPasswordText,
  newPublicShareId,
  newRecordId,
  newRemovalCode,
  newUploadId,
} from "./random-ids.ts";

test("every id has the expected format", () => {
  const forms: [() => string, RegExp][] = [
    [newFileId, /^[a-z0-9]{20}$/],
    [newBlobKey, /^[a-z0-9]{32}$/],
    [newRecordId, /^[a-z0-9]{16}$/],
    [newRemovalCode, /^[A-Za-z0-9]{8}$/],
    [newPublicShareId, /^[A-Za-z0-9]{8}$/],
    [newUploadId, /^[A-Za-z0-9]{10}$/],
    [newDownloadTokenText, /^[A-Za-z0-9]{40}$/],
    [newApiKeyText, /^[A-Za-z0-9]{32}$/],
    [newPasswordText, /^[A-Za-z0-9]{20}$/],
  ];
  for (const [make, form] of forms) {
    const created = Array.from({ length: 200 }, make);
    for (const id of created) assert.match(id, form);
    assert.equal(new Set(created).size, created.length);
  }
});

test("no character is more frequent than others", () => {
  const counts = new Map<string, number>();
  for (const character of Array.from({ length: 2000 }, newDownloadTokenText).join(""))
    counts.set(character, (counts.get(character) ?? 0) + 1);
  assert.equal(counts.size, 62);
  // 80,000 draws of 62: about 1290 each, with a deviation of 36. A modulo bias would favour some by a quarter.
  for (const [character, count] of counts) assert.ok(count > 1000 && count < 1600, `${character}: ${count}`);
});
