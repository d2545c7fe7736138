import type { EndpointName } from "@consigne/contract";
import type { ServerDescription } from "../calls/server-description.ts";
import type { CallInterval, PaceRate } from "./pacer.ts";

/** How often a server may be called. An interval of 0 is none. */
export interface PaceLimits {
  /** Undefined: no limit. */
  rate: PaceRate | undefined;
  listingIntervalMs: number;
  fullListingIntervalMs: number;
  userInfoIntervalMs: number;
  /** For all keys of this user together. */
  userInfoHostIntervalMs: number;
}

const USER_INFO_HOST_INTERVAL_MS = 60_000;
/** Networks deliver calls closer together than they were sent. */
const SHARE_OF_RATE = 0.9;

/** 1fichier.com documents 3 calls per second but sometimes locks below that; 2 has worked for everybody. */
export const cautiousRate: PaceRate = { callsPerSecond: 2, burst: 1 };

/** The documented intervals of 1fichier.com, for it and for servers that do not announce any. */
export const cautiousLimits: PaceLimits = {
  rate: cautiousRate,
  listingIntervalMs: 30_000,
  fullListingIntervalMs: 3_600_000,
  userInfoIntervalMs: 300_000,
  userInfoHostIntervalMs: USER_INFO_HOST_INTERVAL_MS,
};

/**
 * Slightly less than a server announced: calls that were sent apart may arrive together, so the burst keeps a reserve
 * for calls that were delayed on the way.
 */
export function announcedLimits({ limits }: ServerDescription): PaceLimits {
  const { callsPerSecond, burst = 1 } = limits;
  const userInfoIntervalMs = limits.userInfoIntervalMs ?? 0;
  return {
    rate:
      callsPerSecond === undefined
        ? undefined
        : {
            callsPerSecond: callsPerSecond * SHARE_OF_RATE,
            burst: Math.max(1, Math.min(burst - 2, Math.floor(burst / 2))),
          },
    listingIntervalMs: limits.listingIntervalMs ?? 0,
    fullListingIntervalMs: limits.fullListingIntervalMs ?? 0,
    userInfoIntervalMs,
    userInfoHostIntervalMs: Math.min(userInfoIntervalMs, USER_INFO_HOST_INTERVAL_MS),
  };
}

/** The minimum intervals between a call and the previous one of its kind. */
export function intervalsOf(limits: PaceLimits, name: EndpointName, body: object): CallInterval[] {
  if (name === "userInfo") {
    return [
      interval("user.info", limits.userInfoIntervalMs, "key"),
      interval("user.info", limits.userInfoHostIntervalMs, "host"),
    ].filter(({ ms }) => ms > 0);
  }
  if (name !== "fileLs") return [];
  const { folder_id: folderId = 0, sharing_user: owner = "" } = body as { folder_id?: number; sharing_user?: string };
  const ms = folderId === -1 ? limits.fullListingIntervalMs : limits.listingIntervalMs;
  return ms > 0 ? [interval(`file.ls ${folderId} ${owner}`.trim(), ms, "key")] : [];
}

const interval = (name: string, ms: number, per: CallInterval["per"]): CallInterval => ({ name, ms, per });
