import type { ReportBounds, ReportHolder, UploadReport, UploadSession } from "./upload-session.ts";

export interface UploadRepository {
  findById(id: string): Promise<UploadSession | undefined>;
  create(session: UploadSession): Promise<void>;
  /**
   * Takes the session for receiving. Creates it when unknown (some clients invent ids).
   * False when it is already receiving or finished: an id serves one upload.
   */
  claim(id: string, now: Date, expiresAt: Date): Promise<boolean>;
  /** Forgets a claimed session after a failed attempt, so that the client may send again and refused calls leave nothing. */
  release(id: string): Promise<void>;
  finish(id: string, report: UploadReport, expiresAt: Date, holder: ReportHolder): Promise<void>;
  /** Removes the oldest, but never the newest, until the rest are within the bounds; returns how many were removed. */
  removeOldestReports(whose: ReportHolder | "all guests", bounds: ReportBounds): Promise<number>;
  /** Ends a session for good whose end is still `expiresAt`. */
  expire(id: string, expiresAt: Date): Promise<void>;
  /** Those over at `now`, and those that would last beyond `latestEnd`; returns how many went. */
  removeExpired(now: Date, latestEnd: Date): Promise<number>;
}
