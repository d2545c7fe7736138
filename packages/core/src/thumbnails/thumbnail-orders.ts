/** Waiting orders per account: beyond that, thumbnails appear a little later. */
const MOST_OF_ACCOUNT = 500;
/** After this, an order without a result may be repeated. */
const FORGOTTEN_MS = 10 * 60_000;

/** Which thumbnails this process has ordered and not seen done, so that repeated requests cost nothing. */
export class ThumbnailOrders {
  readonly #waiting = new Map<string, Map<string, number>>();

  /** False if it is ordered already, or the account has too many orders. */
  add(accountId: string, key: string): boolean {
    const own = this.#waiting.get(accountId) ?? new Map<string, number>();
    const now = performance.now();
    for (const [old, orderedAt] of own) {
      // In the order in which they were added.
      if (now - orderedAt < FORGOTTEN_MS) break;
      own.delete(old);
    }
    if (own.has(key) || own.size >= MOST_OF_ACCOUNT) return false;
    own.set(key, now);
    this.#waiting.set(accountId, own);
    return true;
  }

  end(accountId: string, key: string): void {
    const own = this.#waiting.get(accountId);
    own?.delete(key);
    if (own?.size === 0) this.#waiting.delete(accountId);
  }
}
