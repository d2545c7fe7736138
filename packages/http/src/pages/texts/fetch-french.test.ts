import assert from "node:assert/strict";
import { test } from "node:test";
import { fetchEnglish, type FetchMessage, type FetchSentences, inSentences } from "@consigne/core";
import { fetchFrench } from "./fetch-french.ts";

/** The values that any sentence needs. */
const facts = {
  host: "example.org",
  status: 404,
  name: "Not Found",
  port: 25,
  most: 1000,
  of: "levels",
  announced: 7,
  received: 5,
  listed: 3,
  sent: 2,
  count: 9,
  folder: "photos",
  url: "https://example.org/list/",
  hours: 24,
  type: "text/html",
  sizeBytes: 12_000,
  text: "As it was said.",
  reason: "quota-exceeded",
};
const say = (sentences: FetchSentences, code: string) =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every code with every fact
  inSentences(sentences, [{ ...facts, code } as unknown as FetchMessage]);

test("every message has its own sentence in both languages, with its values", () => {
  for (const code of Object.keys(fetchEnglish).filter((each) => each !== "text")) {
    const [english, french] = [say(fetchEnglish, code), say(fetchFrench, code)];
    assert.match(english, /^\S.*[.\w]$/, code);
    assert.match(french, /^\S.*[.\w]$/, code);
    assert.notEqual(french, english, code);
    assert.doesNotMatch(english + french, /undefined|\[object/, code);
    if (english.includes(facts.host)) assert.ok(french.includes(facts.host), code);
  }
  assert.equal(say(fetchFrench, "text"), facts.text);
});

test("a message from a later version shows its code", () => {
  assert.equal(say(fetchFrench, "of-tomorrow"), "of-tomorrow");
  assert.equal(say(fetchEnglish, "constructor"), "constructor");
});
