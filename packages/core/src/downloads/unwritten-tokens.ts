import type { DownloadToken } from "./download-token.ts";
import { isSameProof, type ProvedPasswords } from "./proved-passwords.ts";

const MOST_TOKENS = 10_000;

interface UnwrittenToken {
  token: DownloadToken;
  /** The token becomes invalid when any of them is changed. */
  proved: ProvedPasswords;
  holder: string;
}

/**
 * Download tokens made while no row can be written, because the disk is full or read-only. Downloads still work then;
 * such a token only exists in this process. When there are too many, tokens of the largest holder are dropped, so that
 * nobody can end other people's downloads.
 */
export class UnwrittenTokens {
  /** By token hash, oldest first. */
  readonly #held = new Map<string, UnwrittenToken>();
  readonly #counts = new Map<string, number>();
  readonly #most: number;

  constructor({ most = MOST_TOKENS } = {}) {
    this.#most = most;
  }

  /** `holder`: whose share of the space it uses. */
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

  /** False if a password was changed since the token was made. */
  isStanding(token: DownloadToken, proved: ProvedPasswords): boolean {
    const held = this.#held.get(token.hash);
    return held === undefined || isSameProof(held.proved, proved);
  }

  /** Drops a token of the holder with the most: its oldest unused one, else its oldest. */
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
