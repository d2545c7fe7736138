/** The longest time that any caller waits for its turn. */
export const LONGEST_WAIT_MS = 30_000;

export interface BoundedWait {
  /** Aborts when the caller disconnects. */
  signal: AbortSignal | undefined;
  waitMs: number;
  /** The refusal for a caller that has waited too long. */
  late: () => Error;
  /** Leaves the queue and rejects with this reason. */
  leave: (reason: unknown) => void;
}

/** Waits until `leave` is called: because the caller disconnected or has waited for too long. */
export async function boundedWait<T>(waited: Promise<T>, { signal, waitMs, late, leave }: BoundedWait): Promise<T> {
  const isGone = () => leave(signal?.reason);
  const timer = setTimeout(() => leave(late()), waitMs);
  signal?.addEventListener("abort", isGone, { once: true });
  try {
    return await waited;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", isGone);
  }
}
