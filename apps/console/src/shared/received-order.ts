import type { ReceivedFolder } from "@consigne/sdk";
import type { Language } from "../texts/language.ts";
import { perLanguage } from "../texts/per-language.ts";

export const receivedOrders = ["name.asc", "name.desc", "owner.asc", "date.desc", "date.asc"] as const;
export type ReceivedOrder = (typeof receivedOrders)[number];

const collators = perLanguage((language) => new Intl.Collator(language, { numeric: true }));

/** A copy in this order; equal ones are ordered by name. */
export function inOrder(
  folders: readonly ReceivedFolder[],
  order: ReceivedOrder,
  language: Language,
): ReceivedFolder[] {
  const { compare } = collators(language);
  const byName = (a: ReceivedFolder, b: ReceivedFolder) => compare(a.name, b.name);
  const byDate = (a: ReceivedFolder, b: ReceivedFolder) => a.date.getTime() - b.date.getTime() || byName(a, b);
  switch (order) {
    case "name.asc":
      return folders.toSorted(byName);
    case "name.desc":
      return folders.toSorted((a, b) => byName(b, a));
    case "owner.asc":
      return folders.toSorted((a, b) => compare(a.owner, b.owner) || byName(a, b));
    case "date.desc":
      return folders.toSorted((a, b) => byDate(b, a));
    case "date.asc":
      return folders.toSorted(byDate);
  }
}
