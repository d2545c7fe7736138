import { type ApiKey, isOver } from "./api-key.ts";

/**
 * Of `keys`, those that work and that the key asked about made, directly or through keys it made: those that ended lead on
 * to theirs. Keys that are not among `keys` lead nowhere, so whoever does not see a key learns nothing of it.
 */
export function workingMadeKeys(keys: readonly ApiKey[], now: Date): (keyId: string) => ApiKey[] {
  const byMaker = Map.groupBy(keys, ({ madeByKeyId }) => madeByKeyId);
  return (keyId) => {
    const seen = new Set([keyId]);
    const made: ApiKey[] = [];
    // A set that grows is walked to its end.
    for (const id of seen) {
      for (const key of byMaker.get(id) ?? []) {
        if (seen.has(key.id)) continue;
        seen.add(key.id);
        made.push(key);
      }
    }
    return made.filter((key) => !isOver(key, now));
  };
}
