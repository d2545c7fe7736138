import { mostOfNetwork } from "../policy/counted-address.ts";
import type { RateLimit } from "../ports/rate-limiter.ts";
import { type FloodFigures, floodFigures } from "./flood-figures.ts";
import type { LockReason } from "./flood-lock.ts";

/** What is being called, as far as limits distinguish calls. */
export interface FloodSubject {
  /** An endpoint such as `user.info`; `credentials` for failed authentication, `refusal` for a refused call. */
  operation: string;
  /** Narrows the count within the operation, e.g. a folder. */
  detail?: string | undefined;
}

/** One limit: how much, counted for whom, and what happens when it is exceeded. */
export interface FloodRule {
  /** Counted for each address, account or key; the lock applies to the same. */
  per: "ip" | "account" | "key";
  /**
   * With `ip`: counted, and locked, for the whole /48 of an IPv6 address; not used for IPv4. Hundreds of customers may
   * share one, so such a lock only stops guesses.
   */
  isForNetwork?: true;
  /** Undefined: all operations together except `credentials` and `refusal`. */
  operation: string | undefined;
  /** `is`: only calls with this detail. `eachBut`: every other detail, each counted separately. */
  detail?: { is: string } | { eachBut: string };
  limit: RateLimit;
  lockMs: number;
  reason: LockReason;
}

export type FloodProfileName = "friendly" | "authentic" | "off";

export interface FloodProfile {
  name: FloodProfileName;
  /** The figures behind the rules; undefined if nothing is counted. */
  figures: FloodFigures | undefined;
  rules: readonly FloodRule[];
  /** A lock within `lockMemoryMs` of the end of the previous one lasts twice as long, up to this. */
  maxLockMs: number;
  lockMemoryMs: number;
}

/** `off` counts nothing. */
const off: FloodProfile = { name: "off", figures: undefined, rules: [], maxLockMs: 0, lockMemoryMs: 0 };

export function makeFloodProfile(name: "friendly" | "authentic", figures: FloodFigures): FloodProfile {
  return {
    name,
    figures,
    rules: [...callRules(figures), ...intervalRules(figures), ...failureRules(name, figures)],
    maxLockMs: figures.maxLockMs,
    lockMemoryMs: figures.lockMemoryMs,
  };
}

/** The profiles without any settings. */
export const floodProfiles: Readonly<Record<FloodProfileName, FloodProfile>> = {
  friendly: makeFloodProfile("friendly", floodFigures.friendly),
  authentic: makeFloodProfile("authentic", floodFigures.authentic),
  off,
};

function callRules(figures: FloodFigures): FloodRule[] {
  const { callsPerSecond, burst, keyCallsPerSecond, keyBurst, lockMs } = figures;
  const rule = (per: "ip" | "key", perSecond: number, atOnce: number): FloodRule[] =>
    perSecond === 0
      ? []
      : [
          {
            per,
            operation: undefined,
            limit: { burst: atOnce, windowMs: (atOnce * 1000) / perSecond },
            lockMs,
            reason: "calls",
          },
        ];
  return [...rule("ip", callsPerSecond, burst), ...rule("key", keyCallsPerSecond, keyBurst)];
}

function intervalRules(figures: FloodFigures): FloodRule[] {
  const once = (intervalMs: number, rule: Omit<FloodRule, "limit" | "lockMs">): FloodRule[] =>
    intervalMs === 0 ? [] : [{ ...rule, limit: { burst: 1, windowMs: intervalMs }, lockMs: figures.lockMs }];
  const info = { operation: "user.info", reason: "account-info" } as const;
  const listing = { per: "account", operation: "file.ls", reason: "listings" } as const;
  return [
    ...once(figures.userInfoAddressIntervalMs, { ...info, per: "ip" }),
    ...once(figures.userInfoIntervalMs, { ...info, per: "account" }),
    ...once(figures.fullListingIntervalMs, { ...listing, detail: { is: "everything" } }),
    ...once(figures.listingIntervalMs, { ...listing, detail: { eachBut: "everything" } }),
  ];
}

/**
 * Failed authentication is counted in both profiles, as guesses at keys and passwords. JDownloader stops using an
 * account for an hour after "IP Locked", so the friendly profile, whose bans are short, says "Flood detected".
 */
function failureRules(name: "friendly" | "authentic", figures: FloodFigures): FloodRule[] {
  const rule = (operation: string, most: number, reason: LockReason): FloodRule[] => {
    if (most === 0) return [];
    const { failureWindowMs: windowMs, banMs: lockMs } = figures;
    return [{ per: "ip", operation, limit: { burst: most, windowMs }, lockMs, reason }];
  };
  const guesses = rule("credentials", figures.guesses, name === "authentic" ? "abuse" : "guesses");
  const ofNetwork = guesses.map((one): FloodRule => {
    const { burst, windowMs } = one.limit;
    return { ...one, isForNetwork: true, limit: { burst: mostOfNetwork(burst), windowMs } };
  });
  return [...guesses, ...ofNetwork, ...rule("refusal", figures.refusals, "abuse")];
}
