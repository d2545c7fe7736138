import assert from "node:assert/strict";
import { test } from "node:test";
import { TALLEST, TallList } from "./tall-list.ts";

const WINDOW = 600;

function listOf(whole: number): TallList {
  const list = new TallList();
  list.resize(whole, WINDOW);
  return list;
}

test("a list that browsers can draw is drawn unchanged", () => {
  const list = listOf(100_000);
  assert.equal(list.drawn, 100_000);
  for (const real of [0, 70, 50_000, 99_400]) assert.deepEqual([list.moved(real), list.shift], [real, 0]);
  assert.deepEqual([list.goTo(1234), list.place], [1234, 1234]);
  assert.equal(list.goTo(1_000_000), 99_400, "no further than its end");
});

test("the scroll bar of a taller list represents all of it, and a small scroll moves a little", () => {
  const whole = 10 * TALLEST;
  const list = listOf(whole);
  assert.equal(list.drawn, TALLEST);
  const most = TALLEST - WINDOW;
  assert.equal(list.moved(most), whole - WINDOW, "the end");
  assert.equal(list.moved(0), 0, "the beginning");
  assert.ok(Math.abs(list.moved(most / 2) - (whole - WINDOW) / 2) < 1, "the middle");
  const { place } = list;
  assert.equal(list.moved(most / 2 + 100), place + 100);
  assert.equal(list.moved(most / 2 - 200), place - 200);
});

test("every position can be reached, and the browser's scroll event moves nothing", () => {
  const whole = 10 * TALLEST;
  const list = listOf(whole);
  for (const place of [0, 32, 64, 5_000_000, 5_000_032, 77_000_000, whole - WINDOW - 32, whole - WINDOW]) {
    const real = list.goTo(place);
    assert.ok(real >= 0 && real <= TALLEST - WINDOW, String(real));
    assert.equal(list.moved(real), place);
    assert.equal(list.shift, place - real);
  }
});

test("rows keep their position during a small scroll, wherever it starts", () => {
  const list = listOf(10 * TALLEST);
  for (const begin of [0.1, 1_234_567.3, 7_499_700.125]) {
    list.moved(begin);
    const { shift } = list;
    for (let real = begin; real < begin + 2000; real += 33.4) {
      list.moved(real);
      assert.equal(list.shift, shift, `at ${real}`);
    }
  }
});
