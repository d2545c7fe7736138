import { mostOfNetwork } from "../policy/counted-address.ts";
import type { RateLimit } from "../ports/rate-limiter.ts";
import { type FloodFigures, floodFigures } from "./flood-figures.ts";
import type { LockReason } from "./flood-lock.ts";

/** What is being called, as far as limits tell calls apart. */
export interface FloodSubject {
  /** An endpoint such as `user.info`; `credentials` for a failed proof of identity, `refusal` for a refused call. */
  operation: string;
  /** Narrows the count within the operation, e.g. a folder. */
  detail?: string | undefined;
}

/** One limit: how much, counted for whom, and what happens when it is exceeded. */
export interface FloodRule {
  /** Counted for each address, account or key; the lock falls on the same. */
  per: "ip" | "account" | "key";
  /**
   * With `ip`: counted, and locked, for the whole /48 of an IPv6 address; of no meaning for IPv4. Hundreds of customers may
   * share one, so such a lock stops guesses and nothing else.
   */
  isForNetwork?: true;
  /** Undefined: every operation but `credentials` and `refusal` together. */
  operation: string | undefined;
  /** `is`: only where the call's detail is this. `eachBut`: every detail but this, and each counted for itself. */
  detail?: { is: string } | { eachBut: string };
  limit: RateLimit;
  lockMs: number;
  reason: LockReason;
}

export type FloodProfileName = "friendly" | "authentic" | "off";

export interface FloodProfile {
  name: FloodProfileName;
  /** What the rules were made from; undefined where nothing is counted. */
  figures: FloodFigures | undefined;
  rules: readonly FloodRule[];
  /** A lock on the same within `lockMemoryMs` of the end of the one before lasts twice as long, up to this. */
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

/** The profiles as they are without any setting. */
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
 * Failed proofs of identity are counted in both profiles: they are guesses at keys and passwords. JDownloader puts an
 * account aside for an hour after "IP Locked", so the friendly profile, whose bans are short, says "Flood detected".
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
