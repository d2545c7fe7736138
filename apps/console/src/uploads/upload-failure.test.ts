import assert from "node:assert/strict";
import { it } from "node:test";
import { reasonOf } from "./upload-failure.ts";
import type { UploadFailure } from "./upload-item.ts";

const said = (failure: UploadFailure, keptBytes = 0) =>
  reasonOf({ failure, keptBytes, base: undefined }, (id) => id, "1 GiB");
const refusal = (number: number | undefined) => ({ said: "HTTP 500", number, isSessionOver: false });

it("calls a refusal only what the server refused, and says a failure of it or of a proxy as one", () => {
  assert.equal(said(refusal(undefined)), "fail.other");
  assert.equal(said(refusal(568)), "fail.input");
  assert.equal(said(refusal(565)), "refused.root");
  assert.equal(said(refusal(590)), "up.noRoom");
});

it("says what was kept of a file whose line broke", () => {
  assert.equal(said("lost"), "up.lost");
  assert.equal(said("lost", 8), "up.lostKept");
});
