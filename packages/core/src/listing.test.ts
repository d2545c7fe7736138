import assert from "node:assert/strict";
import { test } from "node:test";
import { Listing, LISTING_PAGE, pagesByPosition } from "./listing.ts";

/** The numbers from 1 up to `last`, as a database would give them. */
function numbers(last: number, limit = Infinity) {
  const asked: number[] = [];
  const read = async (after: number | undefined, most: number): Promise<number[]> => {
    asked.push(most);
    const first = (after ?? 0) + 1;
    return Array.from({ length: Math.max(0, Math.min(most, last - first + 1)) }, (_, index) => first + index);
  };
  return { asked, pages: pagesByPosition(read, (number) => number, limit) };
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const uncounted = async (): Promise<number> => assert.fail("A short list needs no count.");

test("a short list is read at once and knows its length", async () => {
  for (const length of [0, 1, LISTING_PAGE - 1, LISTING_PAGE]) {
    const listing = await Listing.from(numbers(length).pages, uncounted);
    assert.deepEqual([listing.isWhole, listing.count, listing.first], [true, length, upTo(length)]);
    assert.deepEqual(await listing.all(), upTo(length));
  }
});

test("a long list is read page by page, on demand", async () => {
  const { asked, pages } = numbers(1700);
  const listing = await Listing.from(pages, async () => 1700);
  assert.deepEqual([listing.isWhole, listing.count], [false, 1700]);
  assert.ok(listing.first.length <= 2 * LISTING_PAGE);
  const before = asked.length;
  const walk = listing.map((number) => -number).pages();
  assert.deepEqual(
    (await walk.next()).value,
    listing.first.map((number) => -number),
  );
  assert.equal(asked.length, before);
  const third = (await walk.next()).value as number[];
  assert.deepEqual([asked.length, third[0]], [before + 1, -listing.first.length - 1]);
  const rest = [];
  for await (const page of walk) rest.push(...page);
  assert.deepEqual(
    [...listing.first.map((number) => -number), ...third, ...rest],
    upTo(1700).map((number) => -number),
  );
  assert.ok(asked.every((most) => most <= LISTING_PAGE));
});

test("the beginning of a long list is read without the rest", async () => {
  for (const [length, wanted] of [
    [10, 500],
    [500, 500],
    [501, 500],
    [1_000_000, 700],
  ] as const) {
    const { asked, pages } = numbers(length);
    const listing = await Listing.from(pages, async () => length);
    assert.deepEqual(await listing.atMost(wanted), upTo(Math.min(length, wanted)));
    assert.ok(asked.length <= Math.ceil(wanted / LISTING_PAGE), `${asked.length} pages`);
  }
});

test("no more is listed than requested", async () => {
  for (const limit of [1, LISTING_PAGE, LISTING_PAGE + 1, 777]) {
    const listing = await Listing.from(numbers(2000, limit).pages, async () => limit);
    assert.deepEqual(await listing.all(), upTo(limit));
  }
});
