/**
 * Processes a list, a few items at a time; `add` appends more. After the first failure nothing more is started, and it
 * is thrown once everything that runs has ended.
 */
export async function runAll<Item>(
  atOnce: number,
  items: Iterable<Item>,
  work: (item: Item, add: (item: Item) => void) => Promise<void>,
): Promise<void> {
  const given = items[Symbol.iterator]();
  const added: Item[] = [];
  const failures: unknown[] = [];
  const running = new Set<Promise<void>>();
  const next = (): { item: Item } | undefined => {
    const found = given.next();
    if (found.done !== true) return { item: found.value };
    return added.length > 0 ? { item: added.shift() as Item } : undefined;
  };
  for (;;) {
    while (running.size < atOnce && failures.length === 0) {
      const found = next();
      if (found === undefined) break;
      const task: Promise<void> = work(found.item, (item) => void added.push(item))
        .catch((error: unknown) => void failures.push(error))
        .finally(() => running.delete(task));
      running.add(task);
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  if (failures.length > 0) throw failures[0];
}
