import { DatabaseError } from "./ports/database.ts";

/** The disk is full or read-only: rows can be read and none be written. */
export function isUnwritable(error: unknown): boolean {
  return error instanceof DatabaseError && (error.failure === "full" || error.failure === "read-only");
}

/** Notes that something has ended, so that it stays over when the clock is set back. It is over as well where no row can be written. */
export async function noteEnd(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isUnwritable(error)) throw error;
  }
}
