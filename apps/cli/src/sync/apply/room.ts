import { runAll } from "../trees/worker-pool.ts";

/** What is known of the room that is left: where there was none for a file, there is none for a larger one. */
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
 * Works through what takes room, a few at a time; `attempt` is false where there was none. Then what is larger waits
 * until all else has ended, and is tried again, the smallest first. Answers what is left.
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
