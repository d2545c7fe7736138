/** What a key may access; each area has its own right. */
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
/**
 * Areas that this server does not implement: old keys may have them; new keys do not get them, and they are not shown.
 */
const unservedAreas: ReadonlySet<ScopeArea> = new Set(["ftp", "vouchers"]);
export const servedScopeAreas: readonly ScopeArea[] = scopeAreas.filter((area) => !unservedAreas.has(area));
export type ScopeRight = "none" | "read" | "write";
export type KeyScopes = Readonly<Record<ScopeArea, ScopeRight>>;

/** Builds scopes by calling `rightOf` for each area. */
export function scopesBy(rightOf: (area: ScopeArea) => ScopeRight): KeyScopes {
  const rights = scopeAreas.map((area) => [area, rightOf(area)] as const);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries forgets that every area is there
  return Object.freeze(Object.fromEntries(rights) as Record<ScopeArea, ScopeRight>);
}

export const fullScopes: KeyScopes = scopesBy(() => "write");

/** The default scopes of a key: everything except creating, changing and revoking keys. */
export const usualScopes: KeyScopes = scopesBy((area) =>
  area === "keys" || unservedAreas.has(area) ? "none" : "write",
);

/** A bearer key. Its text only exists when it is created; only a hash is stored. */
export interface ApiKey {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  /** SHA-256 of the text, in hexadecimal. The text has 190 random bits, so a slow hash would add nothing. */
  readonly hash: string;
  /** The first characters of the text, so that people recognize the key in a list. */
  readonly hint: string;
  readonly scopes: KeyScopes;
  /** Restricts the key to this folder: it is the root that the key sees. */
  readonly fenceFolderId: number | undefined;
  /** CIDR blocks or addresses; empty means any. */
  readonly allowedAddresses: readonly string[];
  readonly expiresAt: Date | undefined;
  /** When the server noticed that the key had expired. */
  readonly endedAt: Date | undefined;
  readonly revokedAt: Date | undefined;
  readonly lastUsedAt: Date | undefined;
  /** The address of the last recorded use. */
  readonly lastUsedFrom: string | undefined;
  readonly createdAt: Date;
  /**
   * The key that was used to make this one; undefined if a person or the operator made it. When that key's row is
   * removed, the key that made it takes its place, if there is one.
   */
  readonly createdByKeyId: string | undefined;
}

/**
 * A revoked or expired key stays so, whatever the time: the clock may have been set back, and the caller may have read
 * the time earlier.
 */
export function isOver(key: Pick<ApiKey, "revokedAt" | "endedAt" | "expiresAt">, now: Date): boolean {
  const { revokedAt, endedAt, expiresAt } = key;
  if (revokedAt !== undefined || endedAt !== undefined) return true;
  return expiresAt !== undefined && expiresAt.getTime() <= now.getTime();
}
