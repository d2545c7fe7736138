import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AccessDeniedError,
  DownloadFailedError,
  FloodLockError,
  LocalFileError,
  NetworkError,
  NotSupportedError,
  QuotaError,
  TimeoutError,
  UploadFailedError,
} from "@consigne/sdk";
import { exitCodes } from "./exit-codes.ts";
import { asCliError } from "./sdk-failures.ts";

const refusal = { endpoint: "upload", status: 507, messageText: "No room" };
const full = Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });

for (const [name, error, exitCode] of [
  ["an upload that lost its server", new UploadFailedError("x", { cause: new NetworkError("lost") }), "network"],
  ["a download that lost its server", new DownloadFailedError("x", { cause: new NetworkError("lost") }), "network"],
  ["an upload without room", new UploadFailedError("x", { cause: new QuotaError(refusal) }), "quota"],
  [
    "a full disk, explained twice",
    new LocalFileError("x", { cause: new LocalFileError("y", { cause: full }) }),
    "quota",
  ],
  ["an upload that failed by itself", new UploadFailedError("x"), "failure"],
] as const) {
  test(`${name} exits with the code of its cause`, () => {
    assert.equal(asCliError(error)?.exitCode, exitCodes[exitCode]);
  });
}

test("an error mentions what was transferred only in a transfer", () => {
  for (const error of [new NetworkError("lost"), new TimeoutError("late", 1)]) {
    assert.doesNotMatch(asCliError(error)?.message ?? "", /transfers/);
    assert.match(asCliError(error, { isTransfer: true })?.message ?? "", /\. Completed transfers are kept\. /);
  }
});

test("a transfer stopped by a lock does not say that nothing was done", () => {
  const refused = { endpoint: "file.info", status: 403, number: 374, messageText: "Flood detected" };
  const lock = new FloodLockError(refused, { kind: "ip", retryAfterMs: 60_000, until: new Date() });
  assert.match(asCliError(lock)?.message ?? "", /\. Nothing was done\. Wait, /);
  assert.match(asCliError(lock, { isTransfer: true })?.message ?? "", /\. Completed transfers are kept\. Wait, /);
});

test("a blocked file is not blamed on the key", () => {
  const blocked = { endpoint: "download.get_token", status: 410, number: 595, messageText: "The operator blocked it" };
  assert.equal(
    asCliError(new AccessDeniedError(blocked))?.message,
    "the operator of the server has blocked this file, so nobody can download it. It is kept on the server; ask the operator why.",
  );
});

test("a locked account is not blamed on the key", () => {
  const locked = { endpoint: "folder.ls", status: 403, number: 620, messageText: "Owner locked" };
  assert.match(
    asCliError(new AccessDeniedError(locked))?.message ?? "",
    /Owner locked #620.* The account that the key or file belongs to is locked; ask whoever runs the server\.$/,
  );
});

test("a missing right is named once, and a URL with a path is pointed out", () => {
  const scope = { endpoint: "folder.mkdir", status: 403, number: 555, messageText: "This key lacks files=write" };
  assert.equal(
    asCliError(new AccessDeniedError(scope))?.message,
    "folder.mkdir: This key lacks files=write #555. Use a key that has it; `consigne keys new` or the API keys page of the console creates one.",
  );
  const nothing = { endpoint: "folder.ls", status: 404, number: 551, messageText: "There is nothing at this URL" };
  assert.match(
    asCliError(new NotSupportedError(nothing, "/foo"))?.message ?? "",
    /has a path, \/foo, .* probably wrong\.$/,
  );
  assert.match(asCliError(new NotSupportedError(nothing))?.message ?? "", /does not offer that/);
});

test("advice after a question or a sentence starts a new sentence", () => {
  assert.match(
    asCliError(new NetworkError("Cannot reach h. Is it running?"))?.message ?? "",
    /running\? Run `consigne/,
  );
  assert.match(asCliError(new NetworkError("Cannot reach h"))?.message ?? "", /reach h\. Run `consigne/);
  assert.equal(asCliError(new NetworkError("No SOCKS.", { isRefusedByProxy: true }))?.message, "No SOCKS.");
});
