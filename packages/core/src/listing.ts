import type { ReadingRight } from "./policy/reading-right.ts";

/** Rows read at a time. */
export const LISTING_PAGE = 250;

/**
 * A list read in pages: a short one all at once, of a longer one the first page, and the others on demand. Stops when
 * the reader loses the right. Pages follow a stable order, so entries that do not move meanwhile are listed exactly
 * once.
 */
export class Listing<T> {
  readonly first: readonly T[];
  /** The number of entries when the list was started: exact for a short one, the current total for a longer one. */
  readonly count: number;
  readonly #rest: AsyncIterable<readonly T[]> | undefined;
  readonly #right: ReadingRight | undefined;

  private constructor(list: {
    first: readonly T[];
    count: number;
    rest: AsyncIterable<readonly T[]> | undefined;
    right: ReadingRight | undefined;
  }) {
    this.first = list.first;
    this.count = list.count;
    this.#rest = list.rest;
    this.#right = list.right;
  }

  /**
   * Only asks for the count if the list is long.
   * @param right checked again before the first page is returned; `pages` must check it before each further one
   */
  static async from<T>(
    pages: AsyncGenerator<readonly T[]>,
    count: () => Promise<number>,
    right?: ReadingRight,
  ): Promise<Listing<T>> {
    const first: T[] = [];
    while (first.length <= LISTING_PAGE) {
      const next = await pages.next();
      if (next.done === true) return new Listing({ first, count: first.length, rest: undefined, right });
      first.push(...next.value);
    }
    return new Listing({ first, count: await count(), rest: pages, right });
  }

  /** True if `first` is everything. */
  get isWhole(): boolean {
    return this.#rest === undefined;
  }

  /**
   * Can be iterated once.
   * @throws what the policy says when the right is gone
   */
  async *pages(): AsyncGenerator<readonly T[]> {
    // Long lists wait for their turn, and short ones for long ones ahead of them.
    if (this.isWhole) await this.#right?.readOn();
    else await this.#right?.askAgain();
    if (this.first.length > 0) yield this.first;
    if (this.#rest !== undefined) yield* this.#rest;
  }

  /** The same list with each entry converted, when its page is read. */
  map<U>(convert: (item: T) => U): Listing<U> {
    const rest = this.#rest === undefined ? undefined : converted(this.#rest, convert);
    return new Listing({ first: this.first.map(convert), count: this.count, rest, right: this.#right });
  }

  /** The first entries, at most `count`: reads no more pages than needed. @throws as `pages` */
  async atMost(count: number): Promise<T[]> {
    const some: T[] = [];
    for await (const page of this.pages()) {
      some.push(...page.slice(0, count - some.length));
      if (some.length === count) break;
    }
    return some;
  }

  /** Everything at once, for callers with enough memory. */
  async all(): Promise<T[]> {
    const all: T[] = [];
    for await (const page of this.pages()) all.push(...page);
    return all;
  }
}

async function* converted<T, U>(pages: AsyncIterable<readonly T[]>, convert: (item: T) => U): AsyncGenerator<U[]> {
  for await (const page of pages) yield page.map(convert);
}

/** Pages of at most `limit` rows in total, each requested with the position of the previous row. */
export async function* pagesByPosition<T, Position>(
  read: (after: Position | undefined, limit: number) => Promise<T[]>,
  positionOf: (row: T) => Position,
  limit: number,
): AsyncGenerator<T[]> {
  let after: Position | undefined;
  for (let left = limit; left > 0;) {
    const asked = Math.min(LISTING_PAGE, left);
    const page = await read(after, asked);
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (page.length < asked || last === undefined) return;
    after = positionOf(last);
    left -= page.length;
  }
}
