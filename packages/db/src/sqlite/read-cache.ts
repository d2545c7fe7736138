/** Another connection's commit is noticed this much later at most; the writer of this process tells at once. */
const LOOK_INTERVAL_MS = 50;
/** Counted on the rows; what they stand for takes about twice as much. */
const BYTES_KEPT = 4 * 1024 * 1024;
/** The deepest ancestry with names of usual length is kept; what is larger is not asked for often enough. */
const LARGEST_LIST_BYTES = 64 * 1024;
/** What an entry of the map, an object and each of its values take beside text. */
const ENTRY_BYTES = 100;
const VALUE_BYTES = 16;

/**
 * What reads found, until anything is committed, as the entities it stands for. Each read takes and drops the locks of the file, which costs more than
 * finding the row, and callers ask for the same key, file and folders again and again.
 */
export class ReadCache {
  readonly #kept = new Map<string, readonly unknown[]>();
  #keptBytes = 0;
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

  /** Rows have changed, and whoever reads from now on may count versions anew. */
  restart(): void {
    this.clear();
    this.#version = undefined;
    this.#lookedAtMs = -Infinity;
  }

  /** Changes with every commit that was noticed. Take it before a read whose rows are to be kept. */
  get moment(): number {
    return this.#clearings;
  }

  find(key: string): readonly unknown[] | undefined {
    return this.#kept.get(key);
  }

  /** Keeps nothing when something was committed since `moment`: the rows may be older. */
  keep(
    key: string,
    { entities, rows, moment }: { entities: readonly unknown[]; rows: readonly unknown[]; moment: number },
  ): void {
    if (moment !== this.#clearings) return;
    const bytes = bytesOf(key, rows);
    if (bytes > LARGEST_LIST_BYTES) return;
    if (this.#keptBytes + bytes > BYTES_KEPT) this.clear();
    this.#keptBytes += bytes;
    this.#kept.set(key, entities);
  }

  clear(): void {
    this.#kept.clear();
    this.#keptBytes = 0;
    this.#clearings++;
  }
}

/** A row that is absent takes room as well; more than is kept is not counted. */
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
