/** All numbers of flood control. Unless stated otherwise, 0 means no such limit. */
export interface FloodFigures {
  /** Calls per second of one address, on average. */
  callsPerSecond: number;
  /** Calls one address may make at once before the average counts. */
  burst: number;
  /** The same for one API key, from whatever addresses it is used. */
  keyCallsPerSecond: number;
  keyBurst: number;
  /** Between two listings of the same folder by one account. */
  listingIntervalMs: number;
  /** Between two listings of all files of one account. */
  fullListingIntervalMs: number;
  /** Between two reads of the account by one account. */
  userInfoIntervalMs: number;
  /** Between two reads of an account from one address. */
  userInfoAddressIntervalMs: number;
  /** Wrong keys, passwords and removal codes from one address within `failureWindowMs`. */
  guesses: number;
  /** Calls from one address answered 401, 403, 404, 410 or 429 within `failureWindowMs`. */
  refusals: number;
  /** Over which guesses and refusals are counted; never 0. */
  failureWindowMs: number;
  /** First lock for too many calls; never 0. */
  lockMs: number;
  /** First lock for too many guesses or refusals; never 0. */
  banMs: number;
  /** No lock is longer; never 0. */
  maxLockMs: number;
  /** A lock this soon after the end of the one before lasts twice as long as that one. */
  lockMemoryMs: number;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Stops only what no client does on purpose; a default rclone sync stays far below. */
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
 * The original's guide names 3 calls a second and the four intervals, and that repeated refusals lead to a ban. How many,
 * how long locks last and what one key may do it does not say: those are ours. JDownloader waits five minutes after a
 * flood and an hour after a ban.
 */
const authentic: FloodFigures = {
  callsPerSecond: 3,
  burst: 3,
  keyCallsPerSecond: 3,
  // Out of reach of one address, which would meet its own limit first.
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

/** What each profile begins with; settings change single figures. */
export const floodFigures: Readonly<Record<"friendly" | "authentic", FloodFigures>> = { friendly, authentic };

/** What a client keeps to so that it never meets a lock. 0 is "no limit". */
export interface ClientPace {
  callsPerSecond: number;
  burst: number;
  listingIntervalMs: number;
  fullListingIntervalMs: number;
  userInfoIntervalMs: number;
}

/** The tighter one wherever an address and a key, or an address and an account, have a limit each. */
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
