import type { Language } from "./languages.ts";

const units: Readonly<Record<Language, readonly string[]>> = {
  en: ["B", "KB", "MB", "GB", "TB"],
  fr: ["o", "Ko", "Mo", "Go", "To"],
};

const exactUnits: typeof units = {
  en: ["B", "KiB", "MiB", "GiB", "TiB"],
  fr: ["o", "Kio", "Mio", "Gio", "Tio"],
};

/** For people, in the format of the console and the command line: `405.4 MiB`, and in French `405,4 Mio`. */
export function formatSize(sizeBytes: number, language: Language): string {
  const text = sizeText(sizeBytes, exactUnits[language], 1);
  return language === "fr" ? text.replace(".", ",") : text;
}

/**
 * Binary units under decimal labels, as 1fichier.com writes them and clients read them: `11 B`, `405.44 MB`. With a
 * decimal point in every language, wherever a client is known to look for a size.
 */
export function sizeForClients(sizeBytes: number, language: Language): string {
  return sizeText(sizeBytes, units[language], 2);
}

function sizeText(sizeBytes: number, labels: readonly string[], digits: number): string {
  let value = sizeBytes;
  let unit = 0;
  // A value that would round up to 1024 belongs to the next unit.
  while (Number(value.toFixed(unit === 0 ? 0 : digits)) >= 1024 && unit < labels.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(digits)} ${labels[unit]}`;
}
