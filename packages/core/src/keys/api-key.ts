/** What a key may touch; each area has its own right. */
export const scopeAreas = [
  "account",
  "files",
  "uploads",
  "downloads",
  "shares",
  "remote",
  "ftp",
  "vouchers",
  "keys",
] as const;
export type ScopeArea = (typeof scopeAreas)[number];
/** Those that no door of this server serves: old keys may have them, and none is given or told of. */
const unservedAreas: ReadonlySet<ScopeArea> = new Set(["ftp", "vouchers"]);
export const servedScopeAreas: readonly ScopeArea[] = scopeAreas.filter((area) => !unservedAreas.has(area));
export type ScopeRight = "none" | "read" | "write";
export type KeyScopes = Readonly<Record<ScopeArea, ScopeRight>>;

/** For each area what `rightOf` says of it. */
export function scopesBy(rightOf: (area: ScopeArea) => ScopeRight): KeyScopes {
  const rights = scopeAreas.map((area) => [area, rightOf(area)] as const);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries forgets that every area is there
  return Object.freeze(Object.fromEntries(rights) as Record<ScopeArea, ScopeRight>);
}

export const fullScopes: KeyScopes = scopesBy(() => "write");

/** What a key gets for which nothing was said: everything that is served but making, changing and ending keys. */
export const usualScopes: KeyScopes = scopesBy((area) =>
  area === "keys" || unservedAreas.has(area) ? "none" : "write",
);

/** A bearer key. Its text exists only when it is created; only a hash is stored. */
export interface ApiKey {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  /** SHA-256 of the text, hexadecimal. The text has 190 random bits, so a slow hash would add nothing. */
  readonly hash: string;
  /** First characters of the text, so that a person recognises the key in a list. */
  readonly hint: string;
  readonly scopes: KeyScopes;
  /** The key sees this folder as its root, and nothing outside it. */
  readonly fenceFolderId: number | undefined;
  /** CIDR blocks or addresses; empty means any. */
  readonly allowedAddresses: readonly string[];
  readonly expiresAt: Date | undefined;
  /** When the server found that its end had come. */
  readonly endedAt: Date | undefined;
  readonly revokedAt: Date | undefined;
  readonly lastUsedAt: Date | undefined;
  /** The address it was last used from, as far as it was noted: together with the time. */
  readonly lastUsedFrom: string | undefined;
  readonly createdAt: Date;
  /**
   * The key that whoever made this one used; undefined where it was a person or the operator. Once that key is forgotten, the
   * one that made it takes its place, if there is one.
   */
  readonly madeByKeyId: string | undefined;
}

/**
 * Revoked is revoked and ended is ended, whatever the time: the clock may have been set back since, and the call that
 * asks may have noted its time before.
 */
export function isOver(key: Pick<ApiKey, "revokedAt" | "endedAt" | "expiresAt">, now: Date): boolean {
  const { revokedAt, endedAt, expiresAt } = key;
  if (revokedAt !== undefined || endedAt !== undefined) return true;
  return expiresAt !== undefined && expiresAt.getTime() <= now.getTime();
}
