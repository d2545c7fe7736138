import type { CivilTimes } from "@consigne/contract/civil-time";

/** Readers of what servers send. Servers differ in what is a number and what is text, so both are accepted. */

/** A number, or 0. */
export function readNumber(value: unknown): number {
  return findNumber(value) ?? 0;
}

/** A number; undefined when there is none. */
export function findNumber(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

export function readText(value: unknown): string {
  return findText(value) ?? "";
}

/** Undefined when absent or empty. */
export function findText(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** 0, 1, "0", "1", true, false. Anything else that is present, such as an access list, counts as yes. */
export function readFlag(value: unknown): boolean {
  if (typeof value === "string") return !["", "0", "false"].includes(value.trim().toLowerCase());
  return value !== undefined && value !== null && value !== 0 && value !== false;
}

/** Undefined if absent, not a date, or the beginning of 1970, which means "not yet" on 1fichier.com. */
export function findDate(value: unknown, times: CivilTimes): Date | undefined {
  const date = typeof value === "string" ? times.fromWire(value.trim()) : undefined;
  return date === undefined || date.getUTCFullYear() < 1971 ? undefined : date;
}

/** For the extensions, whose times include the zone. */
export function findInstant(value: unknown): Date | undefined {
  const date = new Date(findText(value) ?? NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** The objects of a list; an absent one is empty. */
export function readList(value: unknown): Record<string, unknown>[] {
  if (!Array.isArray(value)) return [];
  return value.filter((each): each is Record<string, unknown> => typeof each === "object" && each !== null);
}

export function readTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
}

/** The same object with unknown fields: what a server sends need not match its type. */
export function fieldsOf(value: object): Record<string, unknown> {
  return value as Record<string, unknown>;
}

/** The value to send for a yes or no. */
export const flagOf = (value: boolean | undefined): 0 | 1 | undefined =>
  value === undefined ? undefined : value ? 1 : 0;

/** Leaves out what is undefined, which the types of requests do not allow. */
export function present<T extends object>(
  fields: T,
): { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
} {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof present<T>
  >;
}
