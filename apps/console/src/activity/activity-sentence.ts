import type { AccountKey, ActivityRecord } from "@consigne/sdk";
import { activityTexts } from "../texts/english-activity.ts";
import type { TextId } from "../texts/english.ts";
import type { Text } from "../texts/use-text.ts";

export type KeyNames = ReadonlyMap<string, string>;

export const keyNamesOf = (keys: readonly AccountKey[]): KeyNames => new Map(keys.map(({ id, name }) => [id, name]));

/** What was done, as far as this page has words for it; else the name of the change. */
export function sentenceOf({ action, objectId, details }: ActivityRecord, keys: KeyNames, text: Text): string {
  const id = `act.${action}`;
  if (!Object.hasOwn(activityTexts, id)) return text("act.other", { action, object: objectId });
  const said = Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, typeof value === "boolean" ? String(value) : value]),
  );
  const key = typeof details["key"] === "string" ? (keys.get(details["key"]) ?? details["key"]) : objectId;
  return text(id as TextId, { count: 1, name: objectId, ...said, key });
}

export function whoDid({ by, keyId }: ActivityRecord, keys: KeyNames, text: Text): string {
  if (by !== "key") return text(`act.who.${by}`);
  const name = keyId === undefined ? undefined : keys.get(keyId);
  return name === undefined ? text("act.who.goneKey") : text("act.who.key", { name });
}
