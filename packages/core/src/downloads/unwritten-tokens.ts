import type { DownloadToken } from "./download-token.ts";
import { isSameProof, type ProvedPasswords } from "./proved-passwords.ts";

const MOST_TOKENS = 10_000;

interface UnwrittenToken {
  token: DownloadToken;
  /** A token ends with any of them. */
  proved: ProvedPasswords;
  holder: string;
}

/**
 * Download tokens of a time in which no row can be written, because the disk is full or read-only. Files can be fetched
 * all the same; such a token is known to this process only, and ends with it. When there are too many, the caller that
 * holds most makes room: nobody ends the downloads of others.
 */
export class UnwrittenTokens {
  /** By the hash of the token, oldest first. */
  readonly #held = new Map<string, UnwrittenToken>();
  readonly #counts = new Map<string, number>();
  readonly #most: number;

  constructor({ most = MOST_TOKENS } = {}) {
    this.#most = most;
  }

  /** `holder`: whose share of the room it takes. */
  keep(token: DownloadToken, proved: ProvedPasswords, holder: string): void {
    const known = this.#held.get(token.hash);
    if (known !== undefined) {
      known.token = token;
      return;
    }
    for (const [hash, held] of this.#held) {
      if (held.token.expiresAt > token.createdAt) break;
      this.forget(hash);
    }
    if (this.#held.size >= this.#most) this.#makeRoomFor(holder);
    this.#held.set(token.hash, { token, proved, holder });
    this.#counts.set(holder, this.#countOf(holder) + 1);
  }

  find(hash: string): DownloadToken | undefined {
    return this.#held.get(hash)?.token;
  }

  forget(hash: string): void {
    const held = this.#held.get(hash);
    if (held === undefined) return;
    this.#held.delete(hash);
    const left = this.#countOf(held.holder) - 1;
    if (left === 0) this.#counts.delete(held.holder);
    else this.#counts.set(held.holder, left);
  }

  /** False once a password is another one than when the token was made. */
  isStanding(token: DownloadToken, proved: ProvedPasswords): boolean {
    const held = this.#held.get(token.hash);
    return held === undefined || isSameProof(held.proved, proved);
  }

  /** Of the holder with the most tokens goes the oldest that has not been used yet, else the oldest of all. */
  #makeRoomFor(asking: string): void {
    let largest = asking;
    for (const [holder, count] of this.#counts) if (count > this.#countOf(largest)) largest = holder;
    let oldest: string | undefined;
    for (const [hash, { token, holder }] of this.#held) {
      if (holder !== largest) continue;
      if (token.startedAt === undefined) return this.forget(hash);
      oldest ??= hash;
    }
    if (oldest !== undefined) this.forget(oldest);
  }

  #countOf(holder: string): number {
    return this.#counts.get(holder) ?? 0;
  }
}
