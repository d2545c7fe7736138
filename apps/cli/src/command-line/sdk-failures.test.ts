import assert from "node:assert/strict";
import { test } from "node:test";
import { DownloadFailedError, LocalFileError, NetworkError, QuotaError, UploadFailedError } from "@consigne/sdk";
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
  test(`${name} ends with the code of what ended it`, () => {
    assert.equal(asCliError(error)?.exitCode, exitCodes[exitCode]);
  });
}

test("advice follows a question or a sentence as a sentence of its own", () => {
  assert.match(asCliError(new NetworkError("Cannot reach h. Is it running?"))?.message ?? "", /running\? What was/);
  assert.match(asCliError(new NetworkError("Cannot reach h"))?.message ?? "", /reach h\. What was/);
  assert.equal(asCliError(new NetworkError("No SOCKS.", { isRefusedByProxy: true }))?.message, "No SOCKS.");
});
