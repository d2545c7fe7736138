import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type Cut, Pieces } from "./pieces.ts";
import type { Span } from "./span-set.ts";

const MIB = 1024 * 1024;
const usual: Cut = { connections: 3, isFar: false, isFirst: false };

/** In MiB. */
function cutAll(pieces: Pieces, cut: Cut): Span[] {
  const cuts: Span[] = [];
  for (let piece = pieces.next(cut); piece !== undefined; piece = pieces.next(cut))
    cuts.push([piece[0] / MIB, piece[1] / MIB]);
  return cuts;
}

const sizesOf = (cuts: readonly Span[]): number[] => cuts.map(([start, end]) => end - start);

suite("pieces of a download", () => {
  test("are the whole download for a single connection", () => {
    assert.deepEqual(cutAll(new Pieces([[0, 40 * MIB]]), { ...usual, connections: 1 }), [[0, 40]]);
  });

  test("end at multiples of their size, wherever a gap begins", () => {
    const gaps: Span[] = [
      [3 * MIB, 36 * MIB],
      [60 * MIB, 61 * MIB],
    ];
    assert.deepEqual(cutAll(new Pieces(gaps), usual), [
      [3, 16],
      [16, 32],
      [32, 36],
      [60, 61],
    ]);
  });

  test("start small, until the distance of the server is known", () => {
    const pieces = new Pieces([[0, 40 * MIB]]);
    assert.deepEqual(pieces.next({ ...usual, isFirst: true }), [0, 4 * MIB]);
    assert.deepEqual(pieces.next(usual), [4 * MIB, 16 * MIB]);
  });

  test("get smaller towards the end on a slow line, and add up to the whole", () => {
    const far = { connections: 6, isFar: true, isFirst: false };
    const cuts = cutAll(new Pieces([[0, 200 * MIB]]), far);
    const sizes = sizesOf(cuts);
    assert.equal(sizes[0], 16);
    assert.deepEqual(
      sizes,
      sizes.toSorted((one, other) => other - one),
    );
    assert.deepEqual(
      sizes.slice(-9),
      Array.from({ length: 9 }, () => 1),
    );
    assert.equal(cuts.at(-1)?.[1], 200);
    for (const [at, [start]] of cuts.entries()) assert.equal(start, cuts[at - 1]?.[1] ?? 0);
  });

  test("of a connection that ended are taken first by the others", () => {
    const pieces = new Pieces([[0, 40 * MIB]]);
    const [start = 0, end = 0] = pieces.next(usual) ?? [];
    pieces.giveBack([[start + MIB, end]]);
    assert.equal(pieces.leftBytes, 39 * MIB);
    assert.deepEqual(pieces.next(usual), [MIB, 16 * MIB]);
    assert.equal(pieces.isEmpty, false);
  });
});
