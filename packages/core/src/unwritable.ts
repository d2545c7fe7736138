import { DatabaseError } from "./ports/database.ts";

/** The disk is full or read-only: rows can be read but not written. */
export function isUnwritable(error: unknown): boolean {
  return error instanceof DatabaseError && (error.failure === "full" || error.failure === "read-only");
}

/**
 * Records that something has ended, so that it stays so if the clock is set back. Callers treat it as ended even if no
 * row can be written.
 */
export async function noteEnd(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isUnwritable(error)) throw error;
  }
}
