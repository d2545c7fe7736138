import type { ReadingRight } from "./policy/reading-right.ts";

/** Rows read at a time. */
export const LISTING_PAGE = 250;

/**
 * A list that is read by pages: a short one at once, of a longer one the beginning, and each further page when it is
 * asked for. Whoever has lost the right meanwhile is given no more of it. Pages follow an order that does not change, so what stays where it is meanwhile is listed exactly once.
 */
export class Listing<T> {
  readonly first: readonly T[];
  /** How many there were when the list was begun: exact for a short one, that of this moment for a longer one. */
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
   * Asks for the count only where the list is long.
   * @param right which is asked for again before the beginning is handed out; `pages` has to do so before each further one
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

  /** True when `first` is everything. */
  get isWhole(): boolean {
    return this.#rest === undefined;
  }

  /**
   * May be walked once.
   * @throws what the policy says once the right is gone
   */
  async *pages(): AsyncGenerator<readonly T[]> {
    // Long ones wait for their turn, and short ones for the long ones before them.
    if (this.isWhole) await this.#right?.readOn();
    else await this.#right?.askAgain();
    if (this.first.length > 0) yield this.first;
    if (this.#rest !== undefined) yield* this.#rest;
  }

  /** The same list of other things, each made when its page is read. */
  map<U>(convert: (item: T) => U): Listing<U> {
    const rest = this.#rest === undefined ? undefined : converted(this.#rest, convert);
    return new Listing({ first: this.first.map(convert), count: this.count, rest, right: this.#right });
  }

  /** Its beginning, at most `count`: no page is read beyond those that this takes. @throws as `pages` */
  async atMost(count: number): Promise<T[]> {
    const some: T[] = [];
    for await (const page of this.pages()) {
      some.push(...page.slice(0, count - some.length));
      if (some.length === count) break;
    }
    return some;
  }

  /** All at once, for whoever has the memory. */
  async all(): Promise<T[]> {
    const all: T[] = [];
    for await (const page of this.pages()) all.push(...page);
    return all;
  }
}

async function* converted<T, U>(pages: AsyncIterable<readonly T[]>, convert: (item: T) => U): AsyncGenerator<U[]> {
  for await (const page of pages) yield page.map(convert);
}

/** Pages of at most `limit` rows in all, each asked for by the position of the last row before it. */
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
