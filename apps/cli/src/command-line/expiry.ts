import { durationIn } from "./amounts.ts";
import { UsageError } from "./errors.ts";
import { visible } from "./visible-text.ts";

const LAST_YEAR = 9999;

/** After a time such as `7d`, or on a day such as `2027-01-31`. @throws {UsageError} for what is not in the future */
export function parseExpiry(text: string, flag: string): Date {
  const end = endIn(text.trim());
  if (end.getTime() > Date.now() && end.getUTCFullYear() <= LAST_YEAR) return end;
  throw new UsageError(`${flag} takes a time in the future, such as 7d or 2027-01-31, not "${visible(text)}".`);
}

/** An invalid date for what is neither. */
function endIn(text: string): Date {
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return new Date(Date.now() + (durationIn(text) ?? Number.NaN));
  return new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text);
}
