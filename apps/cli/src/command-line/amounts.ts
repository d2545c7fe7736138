import { UsageError } from "./errors.ts";

const KIBI = 1024;
const sizeUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;
const SIZE = /^(\d+(?:\.\d+)?)\s*([kmgtp]?)(?:i?b)?$/i;
const DURATION_PART = /(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)/gy;
const durationUnitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `10M`, `1.5 GiB`, `512`: bytes, units of 1024. @throws {UsageError} */
export function parseSize(text: string, what: string): number {
  const [, amount = "", unit = ""] = SIZE.exec(text.trim()) ?? [];
  const power = ["", "k", "m", "g", "t", "p"].indexOf(unit.toLowerCase());
  const bytes = Math.round(Number(amount) * KIBI ** power);
  if (amount === "" || !Number.isSafeInteger(bytes)) {
    throw new UsageError(`${what} takes a size such as 512, 10M or 1.5G, not "${text}".`);
  }
  return bytes;
}

/** `90s`, `1h30m`, `7d`: milliseconds; a bare number is seconds. @throws {UsageError} */
export function parseDuration(text: string, what: string): number {
  const ms = durationIn(text);
  if (ms === undefined) throw new UsageError(`${what} takes a time such as 90s, 1h30m or 7d, not "${text}".`);
  return ms;
}

/** Like `parseDuration`; undefined for invalid text. */
export function durationIn(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1000;
  let ms = 0;
  DURATION_PART.lastIndex = 0;
  while (DURATION_PART.lastIndex < trimmed.length) {
    const found = DURATION_PART.exec(trimmed);
    if (found === null) break;
    ms += Number(found[1]) * (durationUnitsMs[found[2] ?? ""] ?? 0);
    if (DURATION_PART.lastIndex === trimmed.length) return ms;
  }
  return undefined;
}

/** @throws {UsageError} unless the text is a whole number within the bounds */
export function parseCount(text: string, what: string, bounds: { least?: number; most?: number } = {}): number {
  const { least = 0, most = Number.MAX_SAFE_INTEGER } = bounds;
  const count = /^\d{1,16}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(count >= least && count <= most)) {
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
    throw new UsageError(`${what} takes a whole number ${range}, not "${text}".`);
  }
  return count;
}

/** For the value of an option: a whole number within the bounds. */
export const countWithin =
  (bounds: { least?: number; most?: number }) =>
  (text: string, flag: string): number =>
    parseCount(text, flag, bounds);

/** `1.4 GiB`. */
export function formatBytes(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 1023.95 && unit < sizeUnits.length - 1) {
    amount /= KIBI;
    unit += 1;
  }
  return unit === 0 ? `${Math.round(amount)} B` : `${amount.toFixed(1)} ${sizeUnits[unit]}`;
}

/** `28 s`, `4 min 05 s`, `2 h 07 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))} min`;
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`;
}

/** `1 folder`, `2 folders`; for words whose plural ends in s. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
