/** Another connection's commit is noticed this much later at most; the writer of this process tells at once. */
const LOOK_INTERVAL_MS = 50;
/** A few megabytes. The deepest ancestry is kept; longer lists are not asked for often enough. */
const ROWS_KEPT = 10_000;
const LONGEST_LIST = 110;

/**
 * What reads found, until anything is committed, as the entities it stands for. Each read takes and drops the locks of the file, which costs more than
 * finding the row, and callers ask for the same key, file and folders again and again.
 */
export class ReadCache {
  readonly #kept = new Map<string, readonly unknown[]>();
  #keptRows = 0;
  #version: number | undefined;
  #clearings = 0;
  #lookedAtMs = -Infinity;

  /** True when it is time to `compareVersion`. */
  isDue(): boolean {
    return performance.now() - this.#lookedAtMs >= LOOK_INTERVAL_MS;
  }

  /** `version`: SQLite's `data_version`, which changes with the commits of all other connections. */
  compareVersion(version: number | undefined): void {
    if (version !== this.#version) this.clear();
    this.#version = version;
    this.#lookedAtMs = performance.now();
  }

  /** Changes with every commit that was noticed. Take it before a read whose rows are to be kept. */
  get moment(): number {
    return this.#clearings;
  }

  find(key: string): readonly unknown[] | undefined {
    return this.#kept.get(key);
  }

  /** Keeps nothing when something was committed since `moment`: the rows may be older. */
  keep(key: string, rows: readonly unknown[], moment: number): void {
    if (moment !== this.#clearings || rows.length > LONGEST_LIST) return;
    // A row that is absent takes room as well.
    this.#keptRows += rows.length + 1;
    if (this.#keptRows > ROWS_KEPT) this.clear();
    this.#kept.set(key, rows);
  }

  clear(): void {
    this.#kept.clear();
    this.#keptRows = 0;
    this.#clearings++;
  }
}
