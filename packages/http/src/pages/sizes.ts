import type { Language } from "./languages.ts";

const units: Readonly<Record<Language, readonly string[]>> = {
  en: ["B", "KB", "MB", "GB", "TB"],
  fr: ["o", "Ko", "Mo", "Go", "To"],
};

/** For people: `405.44 MB`, and in French `405,44 Mo`. */
export function formatSize(sizeBytes: number, language: Language): string {
  const text = sizeForClients(sizeBytes, language);
  return language === "fr" ? text.replace(".", ",") : text;
}

/**
 * Binary units under decimal labels, as 1fichier.com writes them and clients read them: `11 B`, `405.44 MB`. With a point in
 * every language, in each place that a client is known to look for a size.
 */
export function sizeForClients(sizeBytes: number, language: Language): string {
  const labels = units[language];
  let value = sizeBytes;
  let unit = 0;
  // What would be rounded up to 1024 belongs to the next unit.
  while (Number(value.toFixed(unit === 0 ? 0 : 2)) >= 1024 && unit < labels.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(2)} ${labels[unit]}`;
}
