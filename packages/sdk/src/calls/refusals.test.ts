import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type WireErrorName, wireErrors } from "@consigne/contract/wire-errors";
import type { ConsigneErrorCode } from "../errors.ts";
import { judgeRefusal } from "./refusals.ts";

/** What callers branch on, written down a second time on purpose. */
const expected: Readonly<Record<Exclude<ConsigneErrorCode, "api">, readonly WireErrorName[]>> = {
  "flood-lock": [
    "floodIp",
    "floodIpUserInfo",
    "floodIpGuesses",
    "floodUser",
    "floodUserListing",
    "floodKey",
    "ipLocked",
  ],
  "not-found": ["resourceNotFound", "folderNotFound", "uploadNotFound", "downloadLinkNotFound", "downloadLinkEnded"],
  "wrong-password": ["invalidPassword", "passwordNotProvided"],
  "access-denied": [
    "resourceNotAllowed",
    "ownerLocked",
    "oneLocationOnly",
    "pageNotAllowed",
    "scopeMissing",
    "recentPasswordRequired",
    "fileBlocked",
  ],
  "not-authenticated": ["notAuthenticated", "noSuchUser", "keyInQueryRefused"],
  "not-customer": ["mustBeCustomer", "mustBeCustomerForToken"],
  "not-supported": ["endpointNotAvailable", "methodNotAllowed"],
  conflict: [
    "folderNotEmpty",
    "fileExists",
    "folderExists",
    "folderCycle",
    "folderTooDeep",
    "accountExists",
    "lastAdministrator",
    "ftpUserExists",
    "uploadInProgress",
    "uploadPartDiffers",
    "uploadOffsetDiffers",
  ],
  quota: ["quota", "storageFull", "tooManyKeys", "tooManyRemoteUploads", "tooManyEmails", "tooManyUploads"],
  damaged: ["fileDamaged"],
  "bad-request": [
    "contentTypeNotJson",
    "noFileRenamed",
    "badRequest",
    "tooLarge",
    "rootFolderProtected",
    "badName",
    "weakPassword",
    "badEmail",
    "uploadInterrupted",
    "noFileInUpload",
    "emptyFile",
    "fileTooLarge",
    "tooManyFiles",
    "digestWrong",
    "tusVersion",
    "notOffsetStream",
  ],
  server: [
    "downloadLinkInUse",
    "downloadsBusy",
    "downloadWait",
    "fileArriving",
    "storageUnavailable",
    "serverBusy",
    "internal",
  ],
  network: [],
  timeout: [],
  "too-large": [],
  "upload-failed": [],
  "download-failed": [],
  "checksum-mismatch": [],
  "local-file": [],
};

function judge(input: { status: number; text: string; number?: number; isApiAnswer?: boolean; isOriginal?: boolean }) {
  const { status, text, number, isApiAnswer = true, isOriginal = false } = input;
  const refusal = { endpoint: "file.ls", status, number, messageText: text };
  return judgeRefusal(refusal, { retryAfterMs: undefined, isApiAnswer, isOriginal });
}
const codeOf = (verdict: ReturnType<typeof judge>): string => verdict.error?.code ?? "flood-lock";

describe("refusals", () => {
  it("of the contract all have the error class that callers expect", () => {
    const sorted = Object.entries(expected).flatMap(([code, names]) => names.map((name) => ({ code, name })));
    assert.deepEqual(
      sorted.map(({ name }) => name).toSorted(),
      (Object.keys(wireErrors) as WireErrorName[]).toSorted(),
    );
    for (const { code, name } of sorted) {
      const { status, text, number } = wireErrors[name];
      assert.equal(codeOf(judge({ status, text, number })), code, name);
    }
  });

  it("of 1fichier.com with unknown numbers are recognized by their text", () => {
    const cases: [number, string, string][] = [
      [403, "Flood detected: IP Locked", "flood-lock"],
      [403, "Flood detected: Something Locked", "flood-lock"],
      [404, "Resource not found", "not-found"],
      [403, "Resource not allowed", "access-denied"],
      [403, "Must be a customer (Premium, Access)", "not-customer"],
      [403, "Password not provided. Resource not allowed", "wrong-password"],
      [403, "Owner locked", "access-denied"],
      [403, "No such user", "not-authenticated"],
    ];
    for (const [status, text, code] of cases) {
      assert.equal(codeOf(judge({ status, text, number: 7777, isOriginal: true })), code, text);
    }
  });

  it("with our numbers are not mistaken for 1fichier.com's", () => {
    const { number } = wireErrors.quota;
    assert.equal(codeOf(judge({ status: 403, text: "Words nobody knows", number, isOriginal: true })), "access-denied");
    assert.equal(codeOf(judge({ status: 409, text: "Words of an operator", number })), "quota");
  });

  it("without words are classified by status", () => {
    const cases: [number, string][] = [
      [400, "bad-request"],
      [401, "not-authenticated"],
      [403, "access-denied"],
      [404, "not-found"],
      [409, "conflict"],
      [410, "not-found"],
      [429, "flood-lock"],
      [500, "server"],
      [200, "api"],
    ];
    for (const [status, code] of cases) assert.equal(codeOf(judge({ status, text: "No reason given" })), code);
  });

  it("in an HTML page never mean that something is gone", () => {
    assert.equal(codeOf(judge({ status: 404, text: "The answer is not JSON", isApiAnswer: false })), "server");
  });

  it("say who is locked", () => {
    const kind = (text: string) => judge({ status: 403, text }).lock?.kind;
    assert.equal(kind("Flood detected: IP Locked"), "ip");
    assert.equal(kind("Flood detected: User Locked"), "account");
    assert.equal(kind("Flood detected: User APK Locked"), "key");
    assert.equal(judge({ status: 403, text: "IP Locked" }).lock?.isBan, true);
  });
});
