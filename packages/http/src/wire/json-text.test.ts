import assert from "node:assert/strict";
import { test } from "node:test";
import { Listing } from "@consigne/core";
import { isLong, jsonChunks, jsonText, shortText } from "./json-text.ts";
import { wholeText } from "./send-chunks.ts";
import { RowsAsJson, WrittenJson } from "./written-json.ts";

/** A listing, read in pages of the given length. */
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

test("the pieces of a long answer are the same as the whole, byte for byte", async () => {
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

test("a short answer is the same with its lists inserted", async () => {
  const answer = { status: "OK", absent: undefined, items: items(3), nested: { a: [1, {}] } };
  const listed = { ...answer, items: await listingOf(answer.items, 2) };
  const bare = await listingOf(answer.items, 2);
  for (const isPretty of [false, true]) {
    assert.equal(shortText(listed, isPretty), jsonText(answer, isPretty));
    assert.equal(shortText(bare, isPretty), jsonText(answer.items, isPretty));
    assert.equal(shortText(answer, isPretty), jsonText(answer, isPretty));
    assert.equal(shortText({ items: await listingOf([], 2) }, isPretty), jsonText({ items: [] }, isPretty));
  }
  assert.equal(await wholeText(jsonChunks({}, true)), jsonText({}, true));
});

test("items already serialized come out like others, in every format", async () => {
  const plain = items(300);
  for (const count of [1, 5, 300]) {
    const mixed = plain.slice(0, count).map((item, index) => (index % 3 === 1 ? item : new WrittenJson(item)));
    const answer = { status: "OK", items: plain.slice(0, count) };
    const listed = { status: "OK", items: await listingOf(mixed, 100) };
    for (const isPretty of [false, true]) {
      const text = isLong(listed) ? await wholeText(jsonChunks(listed, isPretty)) : shortText(listed, isPretty);
      assert.equal(text, jsonText(answer, isPretty));
    }
  }
});

test("a cached row is serialized once per format, others each time", () => {
  const rows = new RowsAsJson<{ id: number }, { url: string }>();
  let count = 0;
  const textOf = (row: { id: number }, form: string) =>
    jsonText(
      rows.write(row, form, ({ id }) => ({ url: `${form}${id} ${++count}` })),
      false,
    );
  const kept = Object.freeze({ id: 7 });
  assert.equal(textOf(kept, "a"), '{"url":"a7 1"}');
  assert.equal(textOf(kept, "a"), '{"url":"a7 1"}');
  assert.equal(textOf(kept, "b"), '{"url":"b7 2"}');
  assert.equal(textOf(kept, "a"), '{"url":"a7 3"}');
  const own = { id: 8 };
  assert.equal(textOf(own, "a"), '{"url":"a8 4"}');
  assert.equal(textOf(own, "a"), '{"url":"a8 5"}');
  assert.equal(textOf(Object.freeze({ id: 7 }), "a"), '{"url":"a7 6"}');
});
