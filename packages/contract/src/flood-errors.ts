import { type WireErrorName, wireErrors } from "./wire-errors.ts";

/** What a lock applies to. */
export type LockedKind = "ip" | "account" | "key";

/** How the wire reports a lock, by what it applies to and what was exceeded. */
const floodErrors: Readonly<Record<LockedKind, Readonly<Record<string, WireErrorName>>>> = {
  ip: { calls: "floodIp", "account-info": "floodIpUserInfo", guesses: "floodIpGuesses", abuse: "ipLocked" },
  account: { "account-info": "floodUser", listings: "floodUserListing" },
  key: { calls: "floodKey" },
};

/** A lock that has no number on the wire is reported as the most common one of its kind. */
const others = { ip: "floodIp", account: "floodUser", key: "floodKey" } as const;

/** @param reason what was exceeded, such as `calls` */
export function floodErrorOf(kind: LockedKind, reason: string): WireErrorName {
  return floodErrors[kind][reason] ?? others[kind];
}

/** What was exceeded, for a lock with this number on the wire; undefined if no lock of that kind has it. */
export function floodReasonOf(kind: LockedKind, number: number): string | undefined {
  return Object.entries(floodErrors[kind]).find(([, name]) => wireErrors[name].number === number)?.[0];
}
