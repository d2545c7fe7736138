import { DatabaseError } from "../ports/database.ts";
import type { StoredFile } from "../files/file.ts";
import type { DownloadToken } from "./download-token.ts";

/** The oldest are forgotten above this. */
const MOST_TOKENS = 10_000;

interface UnwrittenToken {
  token: DownloadToken;
  /** The password that was proved, or none that was asked: a token ends with it. */
  passwordHash: string | undefined;
}

/**
 * Download tokens of a time in which no row can be written, because the disk is full or read-only. Files can be fetched
 * all the same; such a token is known to this process only, and ends with it.
 */
export class UnwrittenTokens {
  readonly #held = new Map<string, UnwrittenToken>();

  keep(token: DownloadToken, { passwordHash }: Pick<StoredFile, "passwordHash">): void {
    for (const [hash, held] of this.#held) {
      if (this.#held.size < MOST_TOKENS && held.token.expiresAt > token.createdAt) break;
      this.#held.delete(hash);
    }
    this.#held.set(token.hash, { token, passwordHash });
  }

  find(hash: string): DownloadToken | undefined {
    return this.#held.get(hash)?.token;
  }

  /** False once the file's password is another one than when the token was made. */
  isStanding(token: DownloadToken, { passwordHash }: Pick<StoredFile, "passwordHash">): boolean {
    const held = this.#held.get(token.hash);
    return held === undefined || held.passwordHash === passwordHash;
  }
}

export function isUnwritable(error: unknown): boolean {
  return error instanceof DatabaseError && (error.failure === "full" || error.failure === "read-only");
}
