import { isPlanId, type PlanId, plans } from "@consigne/core";
import { InvalidArgumentError } from "commander";

/** A day or an instant, UTC: `2027-01-31` or `2027-01-31T12:00:00Z`. */
export function parseInstant(text: string): Date {
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime()) || !/^\d{4}-\d\d-\d\d/.test(text)) {
    throw new InvalidArgumentError("Write a date like 2027-01-31.");
  }
  return instant;
}

export function parsePlan(text: string): PlanId {
  if (!isPlanId(text)) throw new InvalidArgumentError(`Plans: ${Object.keys(plans).join(", ")}.`);
  return text;
}

export function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}
