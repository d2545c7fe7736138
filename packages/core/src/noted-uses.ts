/** Writing the last use more often would cost a commit for each call or page. */
const GRAIN_MS = 60_000;

/**
 * When the last uses of keys or sessions were written or tried to be, so that a database that refuses is not asked each time.
 * Holds those of the last minute: keys and sessions come and go.
 */
export class NotedUses {
  /** The latest comes last. */
  readonly #atMs = new Map<string, number>();

  get count(): number {
    return this.#atMs.size;
  }

  /** True where the use is to be written, which is taken for done from now on. */
  isDue({ id, lastUsedAt }: { readonly id: string; readonly lastUsedAt: Date | undefined }, now: Date): boolean {
    const nowMs = now.getTime();
    if (isRecent(this.#atMs.get(id) ?? lastUsedAt?.getTime() ?? -Infinity, nowMs)) return false;
    this.#atMs.delete(id);
    for (const [other, atMs] of this.#atMs) {
      if (isRecent(atMs, nowMs)) break;
      this.#atMs.delete(other);
    }
    this.#atMs.set(id, nowMs);
    return true;
  }
}

const isRecent = (atMs: number, nowMs: number): boolean => Math.abs(nowMs - atMs) < GRAIN_MS;
