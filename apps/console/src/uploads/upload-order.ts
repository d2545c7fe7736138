import type { ItemState, UploadItem } from "./upload-item.ts";

const PLACES: Readonly<Record<ItemState, number>> = {
  failed: 0,
  comparing: 1,
  sending: 1,
  verifying: 1,
  waiting: 2,
  done: 3,
  skipped: 3,
  cancelled: 3,
};

/** In display order: failed, running, waiting, done; within each in the order of selection. */
export function inOrder<Item extends Pick<UploadItem, "state">>(items: readonly Item[]): Item[] {
  const kinds: [Item[], Item[], Item[], Item[]] = [[], [], [], []];
  for (const item of items) kinds[PLACES[item.state]]?.push(item);
  return kinds.flat();
}
