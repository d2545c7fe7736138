import type { AccountKey, ActivityRecord } from "@consigne/sdk";
import { formatSize } from "../looks/format.ts";
import type { Spoken } from "../texts/language.ts";
import type { Text, TextId } from "../texts/parts.ts";

export type KeyNames = ReadonlyMap<string, string>;

export const keyNamesOf = (keys: readonly AccountKey[]): KeyNames => new Map(keys.map(({ id, name }) => [id, name]));

/** More specific sentences, by the detail that they need; later ones come first. */
const variants = { account: "of", note: "noted", own: "own", from: "from", quotaBytes: "sized", who: "who" } as const;

/** What was done, if this page has words for it, else the name of the change; and whose folder it was in. */
export function sentenceOf(record: ActivityRecord, keys: KeyNames, words: Spoken<"activity">): string {
  const what = changeOf(record, keys, words);
  const { ownerEmail: owner } = record;
  return owner === undefined ? what : words.text("act.in", { what, owner });
}

function changeOf(record: ActivityRecord, keys: KeyNames, { text, language, knows }: Spoken<"activity">): string {
  const { action, objectId, details, address = "" } = record;
  const id = `act.${action}`;
  if (!knows(id)) return text("act.other", { action, object: objectId });
  const fuller = Object.entries(variants)
    .filter(([detail]) => Object.hasOwn(details, detail))
    .map(([, variant]) => `${id}.${variant}`);
  const best = fuller.findLast(knows) ?? id;
  const quota = formatSize(Number(details["quotaBytes"] ?? 0), language);
  const said = Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, typeof value === "boolean" ? String(value) : value]),
  );
  const { key: keyId, name = keyId } = details;
  const key = typeof keyId === "string" ? (keys.get(keyId) ?? String(name)) : objectId;
  return text(best as TextId<"activity">, {
    count: 1,
    name: objectId,
    email: objectId,
    kind: objectId,
    address,
    quota,
    ...said,
    key,
  });
}

export function whoDid({ by, keyId, actorEmail }: ActivityRecord, keys: KeyNames, text: Text<"activity">): string {
  if (actorEmail !== undefined) return actorEmail;
  if (by !== "key") return text(`act.who.${by}`);
  const name = keyId === undefined ? undefined : keys.get(keyId);
  return name === undefined ? text("act.who.goneKey") : text("act.who.key", { name });
}

/**
 * When an uploaded file replaces the bytes of another, only the replacement is shown: it names the upload and comes
 * first in lists that begin with the newest.
 */
export class Replacements {
  readonly #sources = new Set<string>();

  /** Called for every record of a list, in order. */
  tellsOf({ action, objectId, details }: ActivityRecord): boolean {
    if (action === "file.replace" && typeof details["by"] === "string") this.#sources.add(details["by"]);
    return action === "file.upload" && details["count"] === undefined && this.#sources.has(objectId);
  }
}
