import assert from "node:assert/strict";
import { test } from "node:test";
import { Listing } from "@consigne/core";
import { isLong, jsonChunks, jsonText, withFirstPages } from "./json-text.ts";
import { wholeText } from "./send-chunks.ts";

/** As a listing reads it: in pages of some length. */
async function listingOf<T>(items: T[], pageLength: number): Promise<Listing<T>> {
  const pages = (async function* () {
    for (let at = 0; at < items.length; at += pageLength) yield items.slice(at, at + pageLength);
  })();
  return Listing.from(pages, async () => items.length);
}

const items = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    url: `https://example.org/?${index}`,
    filename: `line\nbreak ", \u2028 ${index}`,
    size: index,
    tags: index % 2 === 0 ? [] : [{ deep: true }],
  }));

test("the pieces of a long answer are what the whole would be, byte for byte", async () => {
  for (const count of [0, 1, 249, 250, 251, 501, 1300]) {
    for (const pageLength of [1, 100, 250]) {
      for (const isPretty of [false, true]) {
        const answer = {
          status: "OK",
          count,
          absent: undefined,
          nested: { a: [1, {}] },
          items: items(count),
          more: [],
        };
        const listed = { ...answer, items: await listingOf(answer.items, pageLength) };
        assert.equal(isLong(listed), count > 250);
        assert.equal(await wholeText(jsonChunks(listed, isPretty)), jsonText(answer, isPretty));
        const bare = await listingOf(answer.items, pageLength);
        assert.equal(await wholeText(jsonChunks(bare, isPretty)), jsonText(answer.items, isPretty));
      }
    }
  }
});

test("a short answer is the same with its lists put in their places", async () => {
  const answer = { status: "OK", items: items(3) };
  const listed = { ...answer, items: await listingOf(answer.items, 2) };
  assert.equal(jsonText(withFirstPages(listed), false), jsonText(answer, false));
  assert.equal(jsonText(withFirstPages(await listingOf(answer.items, 2)), false), jsonText(answer.items, false));
  assert.equal(withFirstPages(answer), answer);
  assert.equal(await wholeText(jsonChunks({}, true)), jsonText({}, true));
});
