import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ApiError,
  ConflictError,
  DownloadFailedError,
  FloodLockError,
  LocalFileError,
  NetworkError,
  NotFoundError,
  QuotaError,
  ServerError,
  UploadFailedError,
} from "@consigne/sdk";
import { kindOfFailure } from "./sdk-remote.ts";

const refusal = { endpoint: "file.ls", status: 403, messageText: "no" };
const lock = new FloodLockError(refusal, { kind: "ip", retryAfterMs: 1000, until: new Date(0) });
const fullDisk = Object.assign(new Error("full"), { code: "ENOSPC" });
const noFile = Object.assign(new Error("absent"), { code: "ENOENT" });

for (const [what, error, kind] of [
  ["a flood lock", lock, "fatal"],
  ["a full account", new QuotaError(refusal), "full"],
  ["a full disk", fullDisk, "full"],
  ["a full disk reported by the SDK", new LocalFileError("full", { cause: fullDisk }), "full"],
  ["a missing file", noFile, "local"],
  ["a file that changed", new LocalFileError("changed"), "local"],
  ["no connection", new NetworkError("refused"), "network"],
  ["a server in trouble", new ServerError(refusal), "network"],
  ["an upload whose connection broke", new UploadFailedError("x", { cause: new NetworkError("cut") }), "network"],
  ["an upload that a lock stopped", new UploadFailedError("x", { cause: lock }), "fatal"],
  ["a download that ended", new DownloadFailedError("x"), "other"],
  ["no such file", new NotFoundError(refusal), "gone"],
  ["a name that is taken", new ConflictError(refusal), "exists"],
  ["another refusal", new ApiError(refusal), "other"],
  ["a bug of ours", new TypeError("x"), "other"],
] as const) {
  test(`${what} is an error of the kind "${kind}"`, () => assert.equal(kindOfFailure(error), kind));
}
