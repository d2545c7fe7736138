/** Rows read at a time. */
export const LISTING_PAGE = 250;

/**
 * A list that is read by pages: a short one at once, of a longer one the beginning, and each further page when it is
 * asked for. Pages follow an order that does not change, so what stays where it is meanwhile is listed exactly once.
 */
export class Listing<T> {
  readonly first: readonly T[];
  /** How many there were when the list was begun: exact for a short one, that of this moment for a longer one. */
  readonly count: number;
  readonly #rest: AsyncIterable<readonly T[]> | undefined;

  private constructor(first: readonly T[], count: number, rest: AsyncIterable<readonly T[]> | undefined) {
    this.first = first;
    this.count = count;
    this.#rest = rest;
  }

  /** Asks for the count only where the list is long. */
  static async from<T>(pages: AsyncGenerator<readonly T[]>, count: () => Promise<number>): Promise<Listing<T>> {
    const first: T[] = [];
    while (first.length <= LISTING_PAGE) {
      const next = await pages.next();
      if (next.done === true) return new Listing(first, first.length, undefined);
      first.push(...next.value);
    }
    return new Listing(first, await count(), pages);
  }

  /** True when `first` is everything. */
  get isWhole(): boolean {
    return this.#rest === undefined;
  }

  /** May be walked once. */
  async *pages(): AsyncGenerator<readonly T[]> {
    if (this.first.length > 0) yield this.first;
    if (this.#rest !== undefined) yield* this.#rest;
  }

  /** The same list of other things, each made when its page is read. */
  map<U>(convert: (item: T) => U): Listing<U> {
    const rest = this.#rest === undefined ? undefined : converted(this.#rest, convert);
    return new Listing(this.first.map(convert), this.count, rest);
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
