import type { Database, Repositories } from "../ports/database.ts";

/** Counts rows between two turns of the event loop, as the port returns or receives them. */
export class TurnWatch implements Disposable {
  /** The most rows without yielding. */
  mostRows = 0;
  turns = 0;
  #rows = 0;
  #immediate = setImmediate(() => this.#tick());

  count(rows: number): void {
    this.#rows += rows;
    this.mostRows = Math.max(this.mostRows, this.#rows);
  }

  /** `database`, with every row counted: those in a returned or given list, else one. */
  watching(database: Database): Database {
    const watched = this.#watchingRows(database);
    return new Proxy(database, {
      get: (target, name): unknown => {
        if (name === "transaction") {
          return <T>(work: (rows: Repositories) => Promise<T>): Promise<T> =>
            target.transaction((rows) => work(this.#watchingRows(rows)));
        }
        if (Object.hasOwn(watched, name)) return Reflect.get(watched, name);
        const member: unknown = Reflect.get(target, name);
        return typeof member === "function" ? member.bind(target) : member;
      },
    });
  }

  [Symbol.dispose](): void {
    clearImmediate(this.#immediate);
  }

  #tick(): void {
    this.turns++;
    this.#rows = 0;
    this.#immediate = setImmediate(() => this.#tick());
  }

  #watchingRows(rows: Repositories): Repositories {
    const { accounts, apiKeys, folders, files, trash, versions, blobs, discardedBytes } = rows;
    const { counters, uploads, downloadTokens, floodLocks, audit } = rows;
    const all = { accounts, apiKeys, folders, files, trash, blobs, discardedBytes, counters, uploads, downloadTokens };
    const entries = Object.entries<object>({ ...all, versions, floodLocks, audit });
    return Object.fromEntries(
      entries.map(([name, each]) => [name, this.#watchingEach(each)]),
    ) as unknown as Repositories;
  }

  #watchingEach<T extends object>(repository: T): T {
    return new Proxy(repository, {
      get: (target, name): unknown => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return async (...values: unknown[]): Promise<unknown> => {
          const turnsBefore = this.turns;
          const result: unknown = await Reflect.apply(member, target, values);
          const rows = Math.max(1, rowsOf(String(name), result) ?? (Array.isArray(values[0]) ? values[0].length : 1));
          // If many are requested at once, those of the last turn count, estimated from the average.
          this.count(Math.ceil(rows / (this.turns - turnsBefore + 1)));
          return result;
        };
      },
    });
  }
}

function rowsOf(method: string, result: unknown): number | undefined {
  if (typeof result === "number" && method.startsWith("remove")) return result;
  return Array.isArray(result) ? result.length : undefined;
}
