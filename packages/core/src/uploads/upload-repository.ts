import type { ReportBounds, ReportHolder, UploadReport, UploadSession } from "./upload-session.ts";

export interface UploadRepository {
  findById(id: string): Promise<UploadSession | undefined>;
  create(session: UploadSession): Promise<void>;
  /**
   * Claims the session for receiving. Creates it if unknown (some clients invent ids). False if it is already receiving
   * or finished: an id serves one upload.
   */
  claim(id: string, now: Date, expiresAt: Date): Promise<boolean>;
  /**
   * Releases a claimed session after a failed attempt, so that the client may send again and refused calls leave
   * nothing behind.
   */
  release(id: string): Promise<void>;
  finish(id: string, report: UploadReport, expiresAt: Date, holder: ReportHolder): Promise<void>;
  /** Removes the oldest, but never the newest, until the rest are within the bounds; returns how many were removed. */
  removeOldestReports(whose: ReportHolder | "all guests", bounds: ReportBounds): Promise<number>;
  /** Permanently ends a session whose end is still `expiresAt`. */
  expire(id: string, expiresAt: Date): Promise<void>;
  /** Removes sessions that have expired at `now`, and those that would last beyond `latestEnd`; returns how many. */
  removeExpired(now: Date, latestEnd: Date): Promise<number>;
}
