/** All numbers of flood control. Unless stated otherwise, 0 means unlimited. */
export interface FloodFigures {
  /** Average calls per second from one address. */
  callsPerSecond: number;
  /** Calls that one address may make at once before the average counts. */
  burst: number;
  /** Average calls per second with one API key, from any addresses. */
  keyCallsPerSecond: number;
  keyBurst: number;
  /** Minimum time between two listings of the same folder by one account. */
  listingIntervalMs: number;
  /** Minimum time between two listings of all files by one account. */
  fullListingIntervalMs: number;
  /** Minimum time between two reads of its account by one account. */
  userInfoIntervalMs: number;
  /** Minimum time between two reads of an account from one address. */
  userInfoAddressIntervalMs: number;
  /** Wrong keys, passwords and removal codes from one address within `failureWindowMs`. */
  guesses: number;
  /** Calls from one address answered 401, 403, 404, 410 or 429 within `failureWindowMs`. */
  refusals: number;
  /** The period over which guesses and refusals are counted; never 0. */
  failureWindowMs: number;
  /** Duration of the first lock for too many calls; never 0. */
  lockMs: number;
  /** Duration of the first lock for too many guesses or refusals; never 0. */
  banMs: number;
  /** Longest duration of a lock; never 0. */
  maxLockMs: number;
  /** A lock this soon after the end of the previous one lasts twice as long. */
  lockMemoryMs: number;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Only stops what no client does on purpose; an rclone sync with default settings stays far below. */
const friendly: FloodFigures = {
  callsPerSecond: 100,
  burst: 6000,
  keyCallsPerSecond: 50,
  keyBurst: 3000,
  listingIntervalMs: 0,
  fullListingIntervalMs: 0,
  userInfoIntervalMs: 0,
  userInfoAddressIntervalMs: 0,
  guesses: 100,
  refusals: 0,
  failureWindowMs: 10 * MINUTE_MS,
  lockMs: 30 * SECOND_MS,
  banMs: MINUTE_MS,
  maxLockMs: 10 * MINUTE_MS,
  lockMemoryMs: DAY_MS,
};

/**
 * The 1fichier API guide mentions 3 calls a second, the four intervals, and that repeated refusals lead to a ban. It
 * does not say how many, how long locks last, or what one key may do: those numbers are ours. JDownloader waits five
 * minutes after a flood and an hour after a ban.
 */
const authentic: FloodFigures = {
  callsPerSecond: 3,
  burst: 3,
  keyCallsPerSecond: 3,
  // Out of reach for a single address, which would meet its own limit first.
  keyBurst: 10,
  listingIntervalMs: 30 * SECOND_MS,
  fullListingIntervalMs: HOUR_MS,
  userInfoIntervalMs: 5 * MINUTE_MS,
  userInfoAddressIntervalMs: MINUTE_MS,
  guesses: 20,
  refusals: 50,
  failureWindowMs: 10 * MINUTE_MS,
  lockMs: 5 * MINUTE_MS,
  banMs: HOUR_MS,
  maxLockMs: DAY_MS,
  lockMemoryMs: DAY_MS,
};

/** The starting values of each profile; settings change single figures. */
export const floodFigures: Readonly<Record<"friendly" | "authentic", FloodFigures>> = { friendly, authentic };

/** The pace at which a client never meets a lock. 0 means unlimited. */
export interface ClientPace {
  callsPerSecond: number;
  burst: number;
  listingIntervalMs: number;
  fullListingIntervalMs: number;
  userInfoIntervalMs: number;
}

/** The tighter limit wherever both an address and a key, or an address and an account, have one. */
export function paceOf(figures: FloodFigures): ClientPace {
  const limits = [
    { perSecond: figures.callsPerSecond, burst: figures.burst },
    { perSecond: figures.keyCallsPerSecond, burst: figures.keyBurst },
  ].filter(({ perSecond }) => perSecond > 0);
  const least = (numbers: number[]): number => (numbers.length === 0 ? 0 : Math.min(...numbers));
  return {
    callsPerSecond: least(limits.map(({ perSecond }) => perSecond)),
    burst: least(limits.map(({ burst }) => burst)),
    listingIntervalMs: figures.listingIntervalMs,
    fullListingIntervalMs: figures.fullListingIntervalMs,
    userInfoIntervalMs: Math.max(figures.userInfoIntervalMs, figures.userInfoAddressIntervalMs),
  };
}
