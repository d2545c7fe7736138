import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toWireError, type WireError, wireErrors } from "./wire-errors.ts";

const all: [string, WireError][] = Object.entries(wireErrors);
const ours = all.filter(([, error]) => error.origin === "ours");
/** One client sorts refusals by such words, wherever they stand. */
const loadedWords = /subscription|expired|flood|rate|too many|offline|invalid.*key|key.*invalid/i;

describe("wire errors", () => {
  it("word 1fichier.com's refusals as clients match them", () => {
    assert.deepEqual(toWireError("contentTypeNotJson").body.message, "Content-Type not JSON #24");
    assert.deepEqual(toWireError("notAuthenticated").body.message, "Not authenticated #12");
    assert.deepEqual(toWireError("noSuchUser").body.message, "No such user #93");
    assert.deepEqual(toWireError("mustBeCustomerForToken").body.message, "Must be a customer (Premium, Access) #236");
    assert.deepEqual(toWireError("resourceNotFound"), {
      status: 404,
      body: { message: "Resource not found #469", status: "KO" },
    });
    assert.deepEqual(toWireError("floodIp"), {
      status: 403,
      body: { message: "Flood detected: IP Locked #374", status: "KO" },
    });
    assert.deepEqual(
      toWireError("passwordNotProvided").body.message,
      "Password not provided. Resource not allowed #403",
    );
  });

  it("put the message before the status", () => {
    assert.equal(
      JSON.stringify(toWireError("folderNotEmpty").body),
      '{"message":"Folder not empty #561","status":"KO"}',
    );
  });

  it("never have status 200", () => {
    for (const [name, error] of all) assert.ok(error.status >= 400 && error.status < 600, name);
  });

  it("have numbers below 1000, which rclone reads completely", () => {
    for (const [name, error] of all) assert.ok(error.number > 0 && error.number < 1000, name);
  });

  it("have numbers of our own that nobody else uses", () => {
    for (const [name, error] of ours) {
      assert.deepEqual(
        all.filter(([, other]) => other.number === error.number).map(([other]) => other),
        [name],
      );
      assert.ok(![93, 186, 374, 412].includes(error.number), name);
    }
  });

  it("avoid alarming words in our own texts", () => {
    for (const [name, error] of ours) assert.doesNotMatch(error.text, loadedWords, name);
    for (const [name, error] of ours) {
      if (error.status !== 404) assert.doesNotMatch(error.text, /not found/i, name);
    }
  });

  it("use no status that rclone retries for permanent refusals of folders and files", () => {
    const retried = [403, 429, 500, 502, 503, 504, 509];
    for (const name of [
      "folderNotEmpty",
      "folderExists",
      "badName",
      "folderCycle",
      "quota",
      "noFileRenamed",
    ] as const) {
      assert.ok(!retried.includes(wireErrors[name].status), name);
    }
  });

  it("replace our own words with the details, but never 1fichier.com's", () => {
    assert.equal(toWireError("badRequest", "urls is missing.").body.message, "urls is missing #550");
    assert.equal(toWireError("resourceNotFound", "There is no file.").body.message, "Resource not found #469");
    assert.equal(toWireError("badRequest", " . ").body.message, "Request not understood #550");
  });

  it("accept no number or line break in a detail", () => {
    const { message } = toWireError("badName", 'The name "a#374\r\nb" is taken').body;
    assert.equal(message, 'The name "a 374 b" is taken #566');
  });
});
