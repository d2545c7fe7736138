import type { CivilTimes } from "@consigne/contract/civil-time";
import type { Language } from "./languages.ts";

/** For people: `29 Nov 2026, 14:05 CET`, and in French `29 nov. 2026, 14:05 UTC+1`. */
export function momentText(moment: Date, language: Language, { zone }: Pick<CivilTimes, "zone">): string {
  return new Intl.DateTimeFormat(language === "fr" ? "fr-FR" : "en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: zone,
    timeZoneName: "short",
  }).format(moment);
}
