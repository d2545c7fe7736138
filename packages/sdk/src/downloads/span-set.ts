/** Bytes from `start`, up to and not including `end`. */
export type Span = readonly [start: number, end: number];

/** Which bytes of a file have arrived: ordered spans that do not touch. */
export class SpanSet {
  #spans: Span[] = [];

  constructor(spans: readonly Span[] = []) {
    for (const [start, end] of spans) this.add(start, end);
  }

  get spans(): readonly Span[] {
    return this.#spans;
  }

  get sizeBytes(): number {
    return this.#spans.reduce((sum, [start, end]) => sum + end - start, 0);
  }

  /** Where the first gap begins: everything before it has arrived. */
  get frontier(): number {
    const [first] = this.#spans;
    return first?.[0] === 0 ? first[1] : 0;
  }

  add(start: number, end: number): void {
    if (start >= end) return;
    let [from, to] = [start, end];
    const apart: Span[] = [];
    for (const span of this.#spans) {
      if (span[1] < from || span[0] > to) apart.push(span);
      else [from, to] = [Math.min(from, span[0]), Math.max(to, span[1])];
    }
    this.#spans = [...apart, [from, to] as const].toSorted((a, b) => a[0] - b[0]);
  }

  remove(start: number, end: number): void {
    this.#spans = this.#spans.flatMap((span): Span[] => {
      if (span[1] <= start || span[0] >= end) return [span];
      const left: Span[] = [
        [span[0], Math.min(span[1], start)],
        [Math.max(span[0], end), span[1]],
      ];
      return left.filter(([from, to]) => from < to);
    });
  }

  /** What is missing between two positions, in order and in pieces that end at multiples of `pieceBytes`. */
  missing([from, to]: Span, pieceBytes: number): Span[] {
    const gaps: Span[] = [];
    let at = from;
    for (const [start, end] of [...this.#spans, [to, to] as const]) {
      const gapEnd = Math.min(start, to);
      while (at < gapEnd) {
        const pieceEnd = Math.min(gapEnd, at - (at % pieceBytes) + pieceBytes);
        gaps.push([at, pieceEnd]);
        at = pieceEnd;
      }
      at = Math.max(at, end);
    }
    return gaps;
  }
}
