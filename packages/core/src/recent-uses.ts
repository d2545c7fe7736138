/** Recording the last use more often would cost a commit for each call or page. */
const GRAIN_MS = 60_000;

/**
 * Remembers when the last uses of keys or sessions were written, or attempted to be, so that a failing database is not
 * asked each time. Keeps the last minute: keys and sessions come and go.
 */
export class RecentUses {
  /** Latest last. */
  readonly #atMs = new Map<string, number>();

  get count(): number {
    return this.#atMs.size;
  }

  /** True if the use should be written; from now on it counts as written. */
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
