import { type FloodFigures, floodFigures } from "@consigne/core";

/** One figure of flood control and the variable that sets it. */
export interface LimitSetting {
  figure: keyof FloodFigures;
  /** Value of one of the variable's units, in units of the figure. */
  unit: number;
  least: 0 | 1;
  most: number;
  meaning: string;
}

const SECOND_MS = 1000;
const MONTH_SECONDS = 30 * 86_400;
/** The database itself forgets locks that ended earlier. */
const WEEK_SECONDS = 7 * 86_400;

const count = (figure: keyof FloodFigures, meaning: string, least: 0 | 1 = 0): LimitSetting => ({
  figure,
  unit: 1,
  least,
  most: 1_000_000,
  meaning,
});
const seconds = (
  figure: keyof FloodFigures,
  meaning: string,
  least: 0 | 1 = 0,
  most = MONTH_SECONDS,
): LimitSetting => ({
  figure,
  unit: SECOND_MS,
  least,
  most,
  meaning,
});

/** Each changes one figure of the profile chosen with `CONSIGNE_LIMITS`. */
export const limitSettings = {
  CONSIGNE_LIMIT_REQUESTS_PER_SECOND: count("callsPerSecond", "API calls per second from one address; 0 for no limit."),
  CONSIGNE_LIMIT_BURST: count(
    "burst",
    "API calls one address may make in a burst; by default scales with the setting above.",
    1,
  ),
  CONSIGNE_LIMIT_KEY_REQUESTS_PER_SECOND: count(
    "keyCallsPerSecond",
    "API calls per second with one key, from all addresses together; 0 for no limit.",
  ),
  CONSIGNE_LIMIT_KEY_BURST: count(
    "keyBurst",
    "API calls that may be made with one key in a burst; by default scales with the setting above.",
    1,
  ),
  CONSIGNE_LIMIT_LISTING_SECONDS: seconds(
    "listingIntervalMs",
    "Shortest time between two `file/ls.cgi` calls for one folder by one account; 0 for no limit.",
  ),
  CONSIGNE_LIMIT_FULL_LISTING_SECONDS: seconds(
    "fullListingIntervalMs",
    "Shortest time between two `file/ls.cgi` calls for all files by one account; 0 for no limit.",
  ),
  CONSIGNE_LIMIT_USER_INFO_SECONDS: seconds(
    "userInfoIntervalMs",
    "Shortest time between two `user/info.cgi` calls by one account; 0 for no limit.",
  ),
  CONSIGNE_LIMIT_USER_INFO_ADDRESS_SECONDS: seconds(
    "userInfoAddressIntervalMs",
    "Shortest time between two `user/info.cgi` calls from one address; 0 for no limit.",
  ),
  CONSIGNE_LIMIT_GUESSES: count(
    "guesses",
    "Wrong keys, passwords and removal codes from one address before a ban; 0 for no limit.",
  ),
  CONSIGNE_LIMIT_REFUSALS: count(
    "refusals",
    "API calls from one address answered 401, 403, 404, 410 or 429 before a ban; 0 for no limit.",
  ),
  CONSIGNE_LIMIT_FAILURE_SECONDS: seconds("failureWindowMs", "Time over which guesses and refusals are counted.", 1),
  CONSIGNE_LIMIT_LOCK_SECONDS: seconds("lockMs", "Length of the first lock for too many calls.", 1),
  CONSIGNE_LIMIT_BAN_SECONDS: seconds("banMs", "Length of the first ban for too many guesses or refusals.", 1),
  CONSIGNE_LIMIT_LONGEST_LOCK_SECONDS: seconds("maxLockMs", "Length of the longest lock or ban.", 1),
  CONSIGNE_LIMIT_LOCK_MEMORY_SECONDS: seconds(
    "lockMemoryMs",
    "A lock that follows another within this time lasts twice as long.",
    0,
    WEEK_SECONDS,
  ),
} as const satisfies Record<`CONSIGNE_LIMIT_${string}`, LimitSetting>;

export type LimitSettingName = keyof typeof limitSettings;
export const limitSettingNames = Object.keys(limitSettings) as LimitSettingName[];

/** For the settings reference: the values of both profiles. */
export function limitFallback({ figure, unit }: LimitSetting): string {
  return `${floodFigures.friendly[figure] / unit}, authentic ${floodFigures.authentic[figure] / unit}`;
}
