import assert from "node:assert/strict";
import { it } from "node:test";
import { reasonOf } from "./upload-failure.ts";
import type { UploadFailure } from "./upload-item.ts";

const said = (failure: UploadFailure, storedBytes = 0) =>
  reasonOf({ failure, storedBytes, base: undefined }, (id) => id, "1 GiB");
const refusal = (number: number | undefined) => ({ said: "HTTP 500", number, isSessionOver: false });

it("only the server's refusals are called refusals, and failures of the server or a proxy are called that", () => {
  assert.equal(said(refusal(undefined)), "fail.other");
  assert.equal(said(refusal(568)), "fail.input");
  assert.equal(said(refusal(565)), "refused.root");
  assert.equal(said(refusal(590)), "up.noRoom");
});

it("a failure says what was kept of a file whose connection broke", () => {
  assert.equal(said("lost"), "up.lost");
  assert.equal(said("lost", 8), "up.lostKept");
});
