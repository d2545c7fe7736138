import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { exitCodes } from "./exit-codes.ts";
import { asSystemFailure, exitCodeOfSystem } from "./system-failures.ts";

const failing = (code: string) => Object.assign(new Error(`${code}: in English`), { code, path: "/there/is\u001b[1m" });

test("describes a file system error in words, with the documented exit code", () => {
  const expected: [string, RegExp, number][] = [
    ["EACCES", /permission denied/, exitCodes.failure],
    ["ENOENT", /no such file or folder/, exitCodes.notFound],
    ["EEXIST", /the name is already taken/, exitCodes.conflict],
    ["ENOTDIR", /part of the path is a file, not a folder/, exitCodes.conflict],
    ["ENAMETOOLONG", /the name is too long/, exitCodes.failure],
    ["ENOSPC", /the disk is full/, exitCodes.quota],
    ["EFBIG", /the file is too large for this file system/, exitCodes.quota],
  ];
  for (const [code, text, exitCode] of expected) {
    const failure = asSystemFailure(failing(code));
    assert.match(failure?.message ?? "", text);
    assert.match(failure?.message ?? "", /^\/there\/is\\x1b\[1m: /);
    assert.equal(failure?.exitCode, exitCode);
    assert.equal(exitCodeOfSystem(new Error("of the library", { cause: failing(code) })), exitCode);
  }
});

test("recognizes system errors and leaves programming errors alone", async () => {
  await assert.rejects(readFile("/no/such/file"), (error) => asSystemFailure(error)?.exitCode === exitCodes.notFound);
  await assert.rejects(
    readdir(import.meta.filename),
    (error) => asSystemFailure(error)?.exitCode === exitCodes.conflict,
  );
  assert.equal(asSystemFailure(new TypeError("x is not a function")), undefined);
  assert.equal(asSystemFailure(Object.assign(new Error("no path"), { code: "ENOENT" })), undefined);
});
