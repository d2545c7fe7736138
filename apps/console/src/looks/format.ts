import type { Language } from "../texts/language.ts";
import { perLanguage } from "../texts/per-language.ts";
import type { Text } from "../texts/use-text.ts";

const units: Readonly<Record<Language, readonly string[]>> = {
  en: ["B", "KiB", "MiB", "GiB", "TiB"],
  fr: ["o", "Kio", "Mio", "Gio", "Tio"],
};

/** `1.4 MiB`, in French `1,4 Mio`. */
export function formatSize(bytes: number, language: Language): string {
  let value = bytes;
  let unit = 0;
  // A value that would round up to 1024 belongs to the next unit.
  while (Number(value.toFixed(unit === 0 ? 0 : 1)) >= 1024 && unit < units.en.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const numbers = unit === 0 || value >= 100 ? wholes : tenths;
  return `${numbers(language).format(value)}\u{a0}${units[language][unit] ?? ""}`;
}

/** Exact: `1,468,006 B`. */
export const formatBytes = (bytes: number, language: Language): string =>
  `${wholes(language).format(bytes)}\u{a0}${units[language][0] ?? ""}`;

/** The day, or the time if that is today; the tooltip shows everything. */
export function formatDate(date: Date, language: Language, now: Date): string {
  const isToday = date.toDateString() === now.toDateString();
  const isThisYear = date.getFullYear() === now.getFullYear();
  const dates = isToday ? times : isThisYear ? days : daysOfYears;
  return dates(language).format(date);
}

export function formatWholeDate(date: Date, language: Language): string {
  return wholeDates(language).format(date);
}

/** `31 January 2027`, if the hour does not matter. */
export function formatDay(date: Date, language: Language): string {
  return wholeDays(language).format(date);
}

/** Day and time, if both matter. */
export function formatMoment(date: Date, language: Language): string {
  return moments(language).format(date);
}

/** Rounded up, for somebody who waits. */
export function formatDuration(seconds: number, text: Text): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return text("time.seconds", { count: whole });
  const minutes = Math.ceil(whole / 60);
  if (minutes < 60) return text("time.minutes", { count: minutes });
  return text("time.hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

const numbersWith = (maximumFractionDigits: number) =>
  perLanguage((language) => new Intl.NumberFormat(language, { maximumFractionDigits }));
const wholes = numbersWith(0);
const tenths = numbersWith(1);

/** English as on the site: day before month. */
const datesWith = (options: Intl.DateTimeFormatOptions) =>
  perLanguage((language) => new Intl.DateTimeFormat(language === "en" ? "en-GB" : "fr-FR", options));
const times = datesWith({ hour: "2-digit", minute: "2-digit" });
const days = datesWith({ day: "numeric", month: "short" });
const daysOfYears = datesWith({ day: "numeric", month: "short", year: "numeric" });
const wholeDates = datesWith({ dateStyle: "long", timeStyle: "medium" });
const wholeDays = datesWith({ dateStyle: "medium" });
const moments = datesWith({ dateStyle: "medium", timeStyle: "short" });
