import type { CivilTimes } from "@consigne/contract/civil-time";
import type { Language } from "./languages.ts";

/** By language and zone. Creating one takes far longer than using it, and pages have lists; a server has one zone. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** For people: `29 Nov 2026, 14:05 CET`, and in French `29 nov. 2026, 14:05 UTC+1`. */
export function momentText(moment: Date, language: Language, { zone }: Pick<CivilTimes, "zone">): string {
  const key = `${language} ${zone}`;
  const format = formats.get(key) ?? makeFormat(language, zone);
  formats.set(key, format);
  return format.format(moment);
}

const makeFormat = (language: Language, zone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(language === "fr" ? "fr-FR" : "en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: zone,
    timeZoneName: "short",
  });
