import { isLasting } from "../time-span.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long a session lasts after its last use, and in total. */
const lives = {
  short: { unusedMs: 12 * HOUR_MS, mostMs: 7 * DAY_MS },
  long: { unusedMs: 30 * DAY_MS, mostMs: 365 * DAY_MS },
} as const;
export type SessionLife = keyof typeof lives;

/** The same in hours and days, as people are told. */
export const sessionSpans = {
  short: { unusedHours: lives.short.unusedMs / HOUR_MS, mostDays: lives.short.mostMs / DAY_MS },
  long: { unusedHours: lives.long.unusedMs / HOUR_MS, mostDays: lives.long.mostMs / DAY_MS },
} as const;

/** No session that a right clock made ends later than this from now. */
export const LONGEST_UNUSED_MS = lives.long.unusedMs;
/** Most sessions of one account; the one used longest ago makes room. */
export const MOST_SESSIONS = 50;
/** What is kept of a browser's name. */
export const MOST_USER_AGENT_LENGTH = 200;

/** Somebody who signed in, until they sign out. Its token exists only where they did; what is kept is a hash. */
export interface Session {
  readonly id: string;
  readonly accountId: string;
  /** SHA-256 of the token, hexadecimal. The token has 238 random bits, so a slow hash would add nothing. */
  readonly hash: string;
  readonly life: SessionLife;
  /** When the password was last given in it. */
  readonly provedAt: Date;
  readonly createdAt: Date;
  /** To the minute. */
  readonly lastUsedAt: Date;
  readonly endsAt: Date;
  /** From where it was last used. */
  readonly address: string;
  /** It counts from there only. */
  readonly boundAddress: string | undefined;
  /** As the browser called itself, cut. */
  readonly userAgent: string;
}

/** What ended a session otherwise than by its own browser. */
export type SessionEnd = "ended elsewhere" | "password changed" | "expired" | "replaced";

/** What is noted of sessions that end. */
export interface SessionEnding {
  readonly as: SessionEnd;
  readonly at: Date;
}

/** What is kept of a session that ended: enough to tell the browser that still has its token why. */
export interface EndedSession extends Pick<Session, "hash" | "life" | "createdAt" | "endsAt"> {
  readonly ended: SessionEnding;
}

/** Of one account; older ones are forgotten. */
export const MOST_ENDED_SESSIONS = 50;
export const ENDED_SESSION_HISTORY_MS = 30 * DAY_MS;

/** Whether it ended for its age, and not because nobody used it. */
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
