import type { AccountKey, KeyArea, KeyRight, KeyScopes } from "@consigne/sdk";
import { formatMoment } from "../looks/format.ts";
import type { Language } from "../texts/language.ts";
import { perLanguage } from "../texts/per-language.ts";
import type { Text } from "../texts/use-text.ts";

export const areas: readonly KeyArea[] = ["account", "files", "uploads", "downloads", "shares", "remote", "keys"];

const lists = perLanguage((language) => new Intl.ListFormat(language, { type: "unit", style: "short" }));

/** `see and change: files, uploads; see: account`. */
export function rightsText(scopes: KeyScopes, text: Text<"keys">, language: Language): string {
  const of = (right: KeyRight) =>
    lists(language).format(areas.filter((area) => scopes[area] === right).map((area) => text(`key.area.${area}`)));
  const [write, read] = [of("write"), of("read")];
  const said = [
    ...(write === "" ? [] : [text("key.seeAndChange", { areas: write })]),
    ...(read === "" ? [] : [text("key.see", { areas: read })]),
  ];
  return said.length === 0 ? text("key.nothing") : said.join(language === "fr" ? " ; " : "; ");
}

export function usedText({ lastUsedAt, lastUsedFrom }: AccountKey, text: Text<"keys">, language: Language): string {
  if (lastUsedAt === undefined) return text("app.never");
  const time = formatMoment(lastUsedAt, language);
  return lastUsedFrom === undefined ? time : text("key.usedFrom", { time, address: lastUsedFrom });
}

export function endText({ state, expiresAt }: AccountKey, text: Text<"keys">, language: Language): string {
  if (state !== "active") return text(state === "revoked" ? "key.revoked" : "key.expired");
  return expiresAt === undefined ? text("app.never") : formatMoment(expiresAt, language);
}

export const isActive = ({ state }: AccountKey): boolean => state === "active";

/** Working keys come first, the newest at the top. */
export function workingFirst<Key extends AccountKey>(keys: readonly Key[]): Key[] {
  return keys.toReversed().toSorted((one, other) => Number(isActive(other)) - Number(isActive(one)));
}

/** Which key made this one, if it is among `keys`. */
export function makerText(id: string, keys: readonly AccountKey[], text: Text<"keys">): string {
  const name = keys.find((key) => key.id === id)?.name;
  return name === undefined ? text("key.createdByForgotten") : text("key.createdBy", { name });
}

/** The active keys that a key made, directly or through others. */
export function createdBy(keys: readonly AccountKey[], id: string): AccountKey[] {
  const makers = new Set([id]);
  // The loop also visits ids that are added while it runs.
  for (const maker of makers) for (const key of keys) if (key.createdBy === maker) makers.add(key.id);
  return keys.filter((key) => key.id !== id && makers.has(key.id) && key.state === "active");
}
