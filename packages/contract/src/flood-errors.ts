import { type WireErrorName, wireErrors } from "./wire-errors.ts";

/** Whom a lock keeps out. */
export type LockedKind = "ip" | "account" | "key";

/** How the wire tells of a lock: by whom it keeps out, and by what was too much. */
const floodErrors: Readonly<Record<LockedKind, Readonly<Record<string, WireErrorName>>>> = {
  ip: { calls: "floodIp", "account-info": "floodIpUserInfo", guesses: "floodIpGuesses", abuse: "ipLocked" },
  account: { "account-info": "floodUser", listings: "floodUserListing" },
  key: { calls: "floodKey" },
};

/** What the wire has no number for is told as the most usual lock of that kind. */
const others = { ip: "floodIp", account: "floodUser", key: "floodKey" } as const;

/** @param reason what was too much, such as `calls` */
export function floodErrorOf(kind: LockedKind, reason: string): WireErrorName {
  return floodErrors[kind][reason] ?? others[kind];
}

/** What was too much for a lock that bears this number on the wire; undefined where none of that kind does. */
export function floodReasonOf(kind: LockedKind, number: number): string | undefined {
  return Object.entries(floodErrors[kind]).find(([, name]) => wireErrors[name].number === number)?.[0];
}
