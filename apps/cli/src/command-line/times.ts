import { durationIn } from "./amounts.ts";
import { UsageError } from "./errors.ts";

/** The local time, to the minute; spaces if there is none. */
export function timeText(time: Date | undefined): string {
  if (time === undefined) return "".padEnd(16);
  const two = (value: number) => String(value).padStart(2, "0");
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

/**
 * `7d` ago, or a moment such as `2026-01-31` or `2026-01-31T10:20`, in local time unless a zone is given: milliseconds
 * since 1970.
 * @throws {UsageError}
 */
export function parseMoment(text: string, flag: string): number {
  const isDate = /^\d{4}-\d\d-\d\d/.test(text);
  // A date alone would be parsed as UTC.
  const moment = isDate ? Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text) : Number.NaN;
  const ageMs = isDate ? undefined : durationIn(text);
  const found = ageMs === undefined ? moment : Date.now() - ageMs;
  if (!Number.isNaN(found)) return found;
  throw new UsageError(`${flag} takes an age such as 7d or a date such as 2026-01-31, not "${text}".`);
}
