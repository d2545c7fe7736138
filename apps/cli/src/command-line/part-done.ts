import type { Output } from "./output.ts";

/**
 * Does the same for several things. If one fails, a note says how far it got.
 * @throws what `work` throws
 */
export async function toEach<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
  { output, done }: { output: Output; done: string },
): Promise<void> {
  for (const [count, item] of items.entries()) {
    try {
      await work(item);
    } catch (error) {
      if (count > 0) output.note(`consigne: ${count} of ${items.length} ${done} before the failure below.`);
      throw error;
    }
  }
}
