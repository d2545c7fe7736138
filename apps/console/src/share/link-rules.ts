import type { LinkRules } from "@consigne/sdk";
import { endOfDay } from "../looks/day-field.ts";
import type { TextId } from "../texts/parts.ts";

const SHORTEST_PASSWORD = 6;

/** The values in the fields. */
export interface Given {
  password: string;
  lastDay: string;
  most: string;
  note: string;
}

/** What is wrong with a field, shown beside it. Unchanged fields are not checked: a link may have ended long ago. */
export function problemsIn(given: Given, before: Given): Partial<Record<keyof Given, TextId<"share"> | undefined>> {
  const { password, lastDay, most } = given;
  return {
    ...(password !== "" && password.length < SHORTEST_PASSWORD ? { password: "share.passwordShort" } : {}),
    ...(lastDay !== before.lastDay && lastDay !== "" && endOfDay(lastDay) === undefined
      ? { lastDay: "share.lastDayOver" }
      : {}),
    ...(/^([1-9]\d{0,8})?$/.test(most.trim()) ? {} : { most: "share.mostNone" }),
  };
}

/** Only changed values, so that an hour set by another program stays. */
export function rulesFrom({ password, lastDay, most, note }: Given, before: Given): LinkRules {
  return {
    ...(password === "" ? {} : { password }),
    ...(lastDay === before.lastDay ? {} : { expiresAt: endOfDay(lastDay) ?? "never" }),
    ...(most === before.most ? {} : { maxDownloads: Number(most) }),
    ...(note === before.note ? {} : { note: note.trim() }),
  };
}
