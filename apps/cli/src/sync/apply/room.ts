import { runAll } from "../trees/worker-pool.ts";

/** Remembers how much space is left: if a file did not fit, a larger one will not fit either. */
export class Room {
  #leastRefusedBytes = Infinity;

  mayHold(sizeBytes: number): boolean {
    return sizeBytes < this.#leastRefusedBytes;
  }

  refused(sizeBytes: number): void {
    this.#leastRefusedBytes = Math.min(this.#leastRefusedBytes, sizeBytes);
  }
}

/**
 * Processes items that take space, a few at a time; `attempt` returns false if one did not fit. Larger items then wait
 * until everything else is done, and are tried again, smallest first. Returns those that are left.
 */
export async function runWhereRoomIs<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number,
  atOnce: number,
  attempt: (item: Item) => Promise<boolean>,
): Promise<Item[]> {
  const room = new Room();
  const waiting: Item[] = [];
  await runAll(atOnce, items, async (item) => {
    if (room.mayHold(sizeOf(item)) && (await attempt(item))) return;
    room.refused(sizeOf(item));
    waiting.push(item);
  });
  const left = waiting.toSorted((a, b) => sizeOf(a) - sizeOf(b));
  for (let next = left[0]; next !== undefined && (await attempt(next)); next = left[0]) left.shift();
  return left;
}
