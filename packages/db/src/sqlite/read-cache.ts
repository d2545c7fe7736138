/**
 * Commits of other connections are noticed at most this much later; the writer of this process reports its own at once.
 */
const LOOK_INTERVAL_MS = 50;
/** Estimated from the rows; the entities take about twice as much. */
const BYTES_KEPT = 4 * 1024 * 1024;
/** The deepest ancestry with names of usual length fits; anything larger is not read often enough. */
const LARGEST_LIST_BYTES = 64 * 1024;
/** Size of a map entry, an object and each of its values, besides text. */
const ENTRY_BYTES = 100;
const VALUE_BYTES = 16;

/**
 * Keeps what reads found, as entities, until anything is committed. Each read locks and unlocks the file, which costs
 * more than finding the row, and callers ask for the same key, file and folders again and again.
 */
export class ReadCache {
  readonly #entries = new Map<string, readonly unknown[]>();
  #bytes = 0;
  #version: number | undefined;
  #clearings = 0;
  #lookedAtMs = -Infinity;

  /** True when it is time to call `compareVersion`. */
  isDue(): boolean {
    return performance.now() - this.#lookedAtMs >= LOOK_INTERVAL_MS;
  }

  /** `version`: SQLite's `data_version`, which changes with every commit by another connection. */
  compareVersion(version: number | undefined): void {
    if (version !== this.#version) this.clear();
    this.#version = version;
    this.#lookedAtMs = performance.now();
  }

  /** Rows have changed; versions may be counted from the start again. */
  restart(): void {
    this.clear();
    this.#version = undefined;
    this.#lookedAtMs = -Infinity;
  }

  /** Changes with every commit that was noticed. Read it before a read whose rows will be kept. */
  get moment(): number {
    return this.#clearings;
  }

  find(key: string): readonly unknown[] | undefined {
    return this.#entries.get(key);
  }

  /** Keeps nothing if something was committed since `moment`: the rows may be older. */
  keep(
    key: string,
    { entities, rows, moment }: { entities: readonly unknown[]; rows: readonly unknown[]; moment: number },
  ): void {
    if (moment !== this.#clearings) return;
    const bytes = bytesOf(key, rows);
    if (bytes > LARGEST_LIST_BYTES) return;
    if (this.#bytes + bytes > BYTES_KEPT) this.clear();
    this.#bytes += bytes;
    this.#entries.set(key, entities);
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
    this.#clearings++;
  }
}

/** A missing row takes space as well; stops counting above the limit. */
function bytesOf(key: string, rows: readonly unknown[]): number {
  let bytes = ENTRY_BYTES + 2 * key.length;
  for (const row of rows) {
    bytes += ENTRY_BYTES;
    if (typeof row !== "object" || row === null) continue;
    for (const value of Object.values(row)) bytes += VALUE_BYTES + (typeof value === "string" ? 2 * value.length : 0);
    if (bytes > LARGEST_LIST_BYTES) break;
  }
  return bytes;
}
