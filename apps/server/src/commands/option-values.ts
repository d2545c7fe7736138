import { isPlanId, type PlanId, plans } from "@consigne/core";
import { InvalidArgumentError } from "commander";

/** A day or an instant, in UTC: `2027-01-31` or `2027-01-31T12:00:00Z`. */
export function parseInstant(text: string): Date {
  const form = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d)?Z)?$/.exec(text);
  const instant = new Date(text);
  // Otherwise the 31st of February would become a day in March.
  if (form === null || Number.isNaN(instant.getTime()) || !instant.toISOString().startsWith(form[1] ?? "")) {
    throw new InvalidArgumentError("Use a date such as 2027-01-31 or 2027-01-31T12:00:00Z.");
  }
  return instant;
}

/** Like `parseInstant`, but must be in the future. */
export function parseFutureInstant(text: string): Date {
  const instant = parseInstant(text);
  if (instant.getTime() <= Date.now()) throw new InvalidArgumentError("That is in the past.");
  return instant;
}

export function parsePlan(text: string): PlanId {
  if (!isPlanId(text)) throw new InvalidArgumentError(`Plans: ${Object.keys(plans).join(", ")}.`);
  return text;
}

const UNIT_NAMES = ["", "k", "M", "G", "T", "P"];

/** The forms that `parseQuota` accepts, for the help text. */
export const QUOTA_FORMS =
  "such as 500GB (powers of 1000, as disks are sold) or 465GiB (powers of 1024, as in the console)";

/**
 * Bytes: `500GB` is 500 × 10⁹, `1.5TiB` is 1.5 × 2⁴⁰, a bare number counts bytes; `plan` for the plan's quota. A unit
 * must end in B, because people mean either by `500G`.
 */
export function parseQuota(text: string): number | "plan" {
  if (text === "plan") return text;
  const form = /^(\d+(?:\.\d+)?) ?(?:(?:([kMGTP])(i?))?B)?$/i.exec(text);
  const power = UNIT_NAMES.findIndex((name) => name.toLowerCase() === (form?.[2] ?? "").toLowerCase());
  const bytes = Math.round(Number(form?.[1]) * ((form?.[3] ?? "") === "" ? 1000 : 1024) ** power);
  if (!Number.isSafeInteger(bytes))
    throw new InvalidArgumentError(
      "Use a size such as 500GB (500 × 1000³ bytes) or 465GiB (465 × 1024³ bytes), or plan.",
    );
  return bytes;
}

export const countUpTo =
  (most: number) =>
  (text: string): number => {
    const count = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : Infinity;
    if (count > most) throw new InvalidArgumentError(`Use a whole number from 1 to ${most}.`);
    return count;
  };
export const parseCount = countUpTo(999_999);

/** For an option that may be repeated. */
export function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}
