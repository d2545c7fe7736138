import type { Output } from "./output.ts";

/**
 * Does the same to several things. Where it fails midway, the person is told how far it came.
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
