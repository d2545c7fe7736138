import { type ApiKey, isOver } from "./api-key.ts";

/**
 * Finds, among `keys`, the working keys that a given key made, directly or through other keys, including ended ones.
 * Keys not among `keys` are not followed, so that callers learn nothing about keys they may not see.
 */
export function workingCreatedKeys(keys: readonly ApiKey[], now: Date): (keyId: string) => ApiKey[] {
  const byMaker = Map.groupBy(keys, ({ createdByKeyId }) => createdByKeyId);
  return (keyId) => {
    const seen = new Set([keyId]);
    const created: ApiKey[] = [];
    // The loop also visits ids that are added while it runs.
    for (const id of seen) {
      for (const key of byMaker.get(id) ?? []) {
        if (seen.has(key.id)) continue;
        seen.add(key.id);
        created.push(key);
      }
    }
    return created.filter((key) => !isOver(key, now));
  };
}
