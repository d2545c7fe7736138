import { isLasting } from "../time-span.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long a session lasts after its last use, and in total. */
const lives = {
  short: { unusedMs: 12 * HOUR_MS, mostMs: 7 * DAY_MS },
  long: { unusedMs: 30 * DAY_MS, mostMs: 365 * DAY_MS },
} as const;
export type SessionLife = keyof typeof lives;

/** The same in hours and days, for people. */
export const sessionSpans = {
  short: { unusedHours: lives.short.unusedMs / HOUR_MS, mostDays: lives.short.mostMs / DAY_MS },
  long: { unusedHours: lives.long.unusedMs / HOUR_MS, mostDays: lives.long.mostMs / DAY_MS },
} as const;

/** No session made with a correct clock ends later than this from now. */
export const LONGEST_UNUSED_MS = lives.long.unusedMs;
/** The most sessions of one account; beyond that, the least recently used ends. */
export const MOST_SESSIONS = 50;
/** How much of a browser's user agent is stored. */
export const MOST_USER_AGENT_LENGTH = 200;

/** A signed-in person, until they sign out. Only the browser has the token; the server stores a hash. */
export interface Session {
  readonly id: string;
  readonly accountId: string;
  /** SHA-256 of the token, in hexadecimal. The token has 238 random bits, so a slow hash would add nothing. */
  readonly hash: string;
  readonly life: SessionLife;
  /** When the password was last given in this session. */
  readonly provedAt: Date;
  readonly createdAt: Date;
  /** Accurate to the minute. */
  readonly lastUsedAt: Date;
  readonly endsAt: Date;
  /** The address of its last use. */
  readonly address: string;
  /** The only address from which it is valid. */
  readonly boundAddress: string | undefined;
  /** The browser's user agent, shortened. */
  readonly userAgent: string;
}

/** Why a session ended, if its own browser did not end it. */
export type SessionEnd = "ended elsewhere" | "password changed" | "expired" | "replaced";

/** What is recorded about sessions that end. */
export interface SessionEnding {
  readonly as: SessionEnd;
  readonly at: Date;
}

/** What is stored about an ended session: enough to tell a browser that still has its token why. */
export interface EndedSession extends Pick<Session, "hash" | "life" | "createdAt" | "endsAt"> {
  readonly ended: SessionEnding;
}

/** Per account; older ones are removed. */
export const MOST_ENDED_SESSIONS = 50;
export const ENDED_SESSION_HISTORY_MS = 30 * DAY_MS;

/** Whether it ended because of its total age, and not for lack of use. */
export function isAged({ life, createdAt, endsAt }: Pick<Session, "life" | "createdAt" | "endsAt">): boolean {
  return endsAt.getTime() >= createdAt.getTime() + lives[life].mostMs;
}

/** When a session ends if it is used now and never again. */
export function endAfterUse({ life, createdAt }: Pick<Session, "life" | "createdAt">, now: Date): Date {
  const { unusedMs, mostMs } = lives[life];
  return new Date(Math.min(now.getTime() + unusedMs, createdAt.getTime() + mostMs));
}

export function isSessionOver({ createdAt, endsAt }: Pick<Session, "createdAt" | "endsAt">, now: Date): boolean {
  return !isLasting({ beganAt: createdAt, endsAt }, now);
}
