import assert from "node:assert/strict";
import { test } from "node:test";
import { frenchTimes } from "@consigne/contract/civil-time";
import { momentText } from "./moments.ts";

test("times are shown in the reader's language, with their zone", () => {
  const moment = new Date("2026-11-29T13:05:00Z");
  assert.equal(momentText(moment, "en", frenchTimes), "29 Nov 2026, 14:05 CET");
  assert.equal(momentText(moment, "fr", frenchTimes), "29 nov. 2026, 14:05 UTC+1");
});
