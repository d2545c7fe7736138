import type { EntryPosition, EntrySpan } from "@consigne/core";
import { type RawBuilder, sql } from "kysely";
import type { PreparedRead, RowSource } from "../row-source.ts";

/** An index of 1,000,000 entries is skipped through in steps of this many, which take a few milliseconds each. */
const ROWS_PER_HOP = 20_000;
/** Where rows are examined, a step has as many as take about `STEP_MS`, depending on names and search terms. */
const FEWEST_PER_STEP = 200;
const MOST_PER_STEP = 10_000;
const STEP_MS = 3;

/** Long names that contain the search term again and again take about 100 microseconds each. */
const ROWS_PER_SEARCH = 500;

/** One order of the entries in a folder or account, all in one index: the place, the sort value, the id. */
export interface SortedPlace {
  readonly table: "files" | "folders";
  readonly within: { readonly column: "folder_id" | "parent_id" | "account_id"; readonly id: number | string };
  readonly key: "sort_name" | "size_bytes" | "created_at" | "download_count";
  readonly isDescending: boolean;
}

interface Window {
  after?: EntryPosition | undefined;
  until?: EntryPosition | undefined;
  condition?: RawBuilder<unknown> | undefined;
}

interface Read extends Window {
  skip: number;
  limit: number;
  /** From the end. */
  isReversed?: boolean;
}

export interface Found {
  total: number;
  positions: EntryPosition[];
}

/**
 * Finds entries by their position in an order. Only reads positions; the rows of the wanted entries are read
 * afterwards.
 */
export class EntryWalk {
  readonly #rows: RowSource;
  readonly #place: SortedPlace;

  constructor(rows: RowSource, place: SortedPlace) {
    this.#rows = rows;
    this.#place = place;
  }

  /** Among all entries, whose number is known. The far half is reached from the end. */
  async find(span: Pick<EntrySpan, "after" | "skip" | "limit">, total: number): Promise<EntryPosition[]> {
    const isNearEnd = span.after === undefined && span.skip > total / 2;
    if (!isNearEnd) return this.#pass(span);
    const limit = Math.min(span.limit, total - span.skip);
    if (limit <= 0) return [];
    const found = await this.#pass({ skip: total - span.skip - limit, limit, isReversed: true });
    return found.toReversed();
  }

  /** Among those that meet a condition, with their number: examines all of them. */
  async findSome(span: Pick<EntrySpan, "after" | "skip" | "limit">, condition: RawBuilder<unknown>): Promise<Found> {
    const found: Found = { total: 0, positions: [] };
    let { skip } = span;
    for await (const window of this.#steps(condition)) {
      const matching = await this.#count(window);
      found.total += matching;
      const lacking = span.limit - found.positions.length;
      if (matching === 0 || lacking <= 0) continue;
      if (skip >= matching) {
        skip -= matching;
        continue;
      }
      const after = this.#later(window.after, span.after);
      found.positions.push(...(await this.#read({ ...window, after, skip, limit: lacking })));
      skip = 0;
    }
    return found;
  }

  /** One step after a position: entries that meet the condition, and where the next step begins. */
  async step(
    after: EntryPosition | undefined,
    condition: RawBuilder<unknown>,
  ): Promise<{ found: EntryPosition[]; next: EntryPosition | undefined }> {
    const [next] = await this.#read({ after, skip: ROWS_PER_SEARCH - 1, limit: 1 });
    return { found: await this.#read({ after, until: next, condition, skip: 0, limit: ROWS_PER_SEARCH }), next };
  }

  async #pass(read: Read): Promise<EntryPosition[]> {
    if (read.limit <= 0) return [];
    let { skip, after } = read;
    while (skip > ROWS_PER_HOP) {
      after = await this.#hop(after, read.isReversed === true);
      if (after === undefined) return [];
      skip -= ROWS_PER_HOP;
    }
    return this.#read({ ...read, after, skip });
  }

  /** The last position of a step. Dragging a scroll bar requests the same ones again and again, so they are kept. */
  async #hop(after: EntryPosition | undefined, isReversed: boolean): Promise<EntryPosition | undefined> {
    const isDescending = this.#isDescending(isReversed);
    const read = hopRead(this.#place, { isDescending, isFirst: after === undefined });
    const from = after === undefined ? [] : [after.key, after.id];
    const [reached] = await this.#rows.readPrepared(read, [this.#place.within.id, ...from]);
    return reached;
  }

  /** All of the folder, in windows. */
  async *#steps(condition: RawBuilder<unknown>): AsyncGenerator<Window> {
    let size = FEWEST_PER_STEP;
    for (let after: EntryPosition | undefined; ;) {
      const [until] = await this.#read({ after, skip: size - 1, limit: 1 });
      const beganAtMs = performance.now();
      yield { after, until, condition };
      if (until === undefined) return;
      const isQuick = performance.now() - beganAtMs < STEP_MS;
      size = isQuick ? Math.min(MOST_PER_STEP, size * 2) : Math.max(FEWEST_PER_STEP, Math.floor(size / 2));
      after = until;
    }
  }

  async #count(window: Window): Promise<number> {
    const { table, conditions } = this.#where(window);
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from ${table} where ${conditions}`.execute(this.#rows.read);
    return rows[0]?.count ?? 0;
  }

  async #read({ skip, limit, isReversed = false, ...window }: Read): Promise<EntryPosition[]> {
    const { table, key, conditions } = this.#where(window, isReversed);
    const direction = sql.raw(this.#isDescending(isReversed) ? "desc" : "asc");
    const { rows } = await sql<EntryPosition>`
      select ${key} as key, id from ${table} where ${conditions}
      order by ${key} ${direction}, id ${direction} limit ${limit} offset ${skip}`.execute(this.#rows.read);
    return rows;
  }

  #where({ after, until, condition }: Window, isReversed = false) {
    const table = sql.table(this.#place.table);
    const key = sql.ref(this.#place.key);
    const { column, id } = this.#place.within;
    const [beyond, upTo] = this.#isDescending(isReversed) ? ["<", ">="] : [">", "<="];
    const conditions = [sql`${sql.ref(column)} = ${id}`];
    if (after !== undefined) conditions.push(sql`(${key}, id) ${sql.raw(beyond)} (${after.key}, ${after.id})`);
    if (until !== undefined) conditions.push(sql`(${key}, id) ${sql.raw(upTo)} (${until.key}, ${until.id})`);
    if (condition !== undefined) conditions.push(condition);
    return { table, key, conditions: sql.join(conditions, sql` and `) };
  }

  #isDescending(isReversed: boolean): boolean {
    return this.#place.isDescending !== isReversed;
  }

  /** The later of two positions. */
  #later(one: EntryPosition | undefined, other: EntryPosition | undefined): EntryPosition | undefined {
    if (one === undefined || other === undefined) return one ?? other;
    const order = compare(one.key, other.key) || compare(one.id, other.id);
    return order > 0 !== this.#place.isDescending ? one : other;
  }
}

const hopReads = new Map<string, PreparedRead<EntryPosition, EntryPosition>>();

/** One for each order, from the beginning and from a position. */
function hopRead(
  { table, within, key }: SortedPlace,
  { isDescending, isFirst }: { isDescending: boolean; isFirst: boolean },
): PreparedRead<EntryPosition, EntryPosition> {
  const name = `entry-hop ${table} ${within.column} ${key} ${isDescending} ${isFirst}`;
  const known = hopReads.get(name);
  if (known !== undefined) return known;
  const [direction, beyond] = (isDescending ? ["desc", "<"] : ["asc", ">"]).map((word) => sql.raw(word));
  const column = sql.ref(key);
  const after = isFirst ? sql`` : sql` and (${column}, id) ${beyond} (${0}, ${0})`;
  const read: PreparedRead<EntryPosition, EntryPosition> = {
    name,
    build: (db) =>
      sql<EntryPosition>`
        select ${column} as key, id from ${sql.table(table)} where ${sql.ref(within.column)} = ${0}${after}
        order by ${column} ${direction}, id ${direction} limit 1 offset ${sql.lit(ROWS_PER_HOP - 1)}`.compile(db),
    toEntity: (row) => row,
  };
  hopReads.set(name, read);
  return read;
}

/** Compares like the database: numbers by value, texts by their UTF-8 bytes. */
function compare(one: string | number, other: string | number): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)));
}
