import assert from "node:assert/strict";
import { test } from "node:test";
import type { EndedSession, SessionEnd, SessionLife } from "@consigne/core";
import { plainContext } from "../page-context.ts";
import { sessionEndText } from "./sign-in-page.ts";

const DAY_MS = 24 * 3_600_000;
const context = plainContext("en", "https://files.example.org");
const ended = (as: SessionEnd, life: SessionLife = "short", days = 1): EndedSession => ({
  hash: "h",
  life,
  createdAt: new Date(0),
  endsAt: new Date(days * DAY_MS),
  ended: { as, at: new Date(days * DAY_MS) },
});

test("each reason for an ended session has its own words in both languages", () => {
  const ends = [
    undefined,
    ...(["ended elsewhere", "password changed", "replaced"] as const).map((as) => ended(as)),
    ended("expired"),
    ended("expired", "long", 60),
    ended("expired", "short", 7),
    ended("expired", "long", 365),
  ];
  for (const language of ["en", "fr"] as const) {
    const texts = ends.map((end) => sessionEndText(plainContext(language, ""), end));
    assert.equal(new Set(texts).size, ends.length);
  }
});

test("an expired session says after how long, and whether because of its age", () => {
  assert.match(sessionEndText(context, ended("expired")), /not used for 12 hours/);
  assert.match(sessionEndText(context, ended("expired", "long", 60)), /not used for 30 days/);
  assert.match(sessionEndText(context, ended("expired", "short", 7)), /for more than 7 days/);
  assert.match(sessionEndText(context, ended("expired", "long", 365)), /for more than 365 days/);
});
