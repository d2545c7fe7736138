import assert from "node:assert/strict";
import { test } from "node:test";
import { readAnyPath, readRemotePath, remotePathText } from "./remote-path.ts";

test("reads a path of the default profile or a named one, byte for byte", () => {
  assert.deepEqual(readRemotePath(":/a/b c", "change it"), {
    profile: undefined,
    segments: ["a", "b c"],
    isFolderMeant: false,
  });
  assert.deepEqual(readRemotePath("work:/a//b/", "change it"), {
    profile: "work",
    segments: ["a", "b"],
    isFolderMeant: true,
  });
  assert.deepEqual(readRemotePath(":", "change it"), { profile: undefined, segments: [], isFolderMeant: true });
  assert.deepEqual(readRemotePath(":/ é\u0301:?*", "change it"), {
    profile: undefined,
    segments: [" é\u0301:?*"],
    isFolderMeant: false,
  });
  assert.equal(remotePathText({ segments: ["a", "b"] }), "/a/b");
});

test("reads a path in another person's shared folder, which other commands refuse", () => {
  assert.deepEqual(readAnyPath("ann@example.org:/team/a b"), {
    profile: undefined,
    owner: "ann@example.org",
    segments: ["team", "a b"],
    isFolderMeant: false,
  });
  assert.deepEqual(readAnyPath("o'brien+x@mail.example.org:").segments, []);
  assert.equal(remotePathText(readAnyPath("ann@example.org:/team/")), "ann@example.org:/team");
  assert.throws(() => readRemotePath("ann@example.org:/team/a b", "share it"), {
    message: "ann@example.org:/team/a b belongs to ann@example.org; only they can share it. Nothing was changed.",
  });
  for (const text of ["ann@example.org", "./ann@example.org:/a", "a/ann@example.org:/a", "ann@b@c:/a", "ann@:/a"])
    assert.throws(() => readAnyPath(text), /is a local path/, text);
});

test("never takes a local path for a remote one", () => {
  for (const text of ["/a", "a/b", "./:/a", "C:/photos", "C:\\photos", "http://host/a", "a b:/c", ""]) {
    assert.throws(() => readRemotePath(text, "change it"), /is a local path/, text);
  }
});

test("refuses names that would end up elsewhere on a disk", () => {
  for (const text of [":/a/../b", ":/.", "work:/.."])
    assert.throws(() => readRemotePath(text, "change it"), /write the path from the root/);
});
