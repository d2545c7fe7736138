import { type KeyScopes, type ScopeArea, scopeAreas, type ScopeRight, usualScopes } from "./api-key.ts";

/** A key that may do nothing but what is named. */
export function scopesOf(granted: Partial<Record<ScopeArea, ScopeRight>>): KeyScopes {
  const all = scopeAreas.map((area) => [area, granted[area] ?? "none"] as const);
  return Object.freeze(Object.fromEntries(all) as Record<ScopeArea, ScopeRight>);
}

/** What keys are usually made for. */
export const keyTemplates = {
  /** All that rclone asks for: files, bytes in both directions and, for `about`, the figures of the account. */
  rclone: scopesOf({ account: "read", files: "write", uploads: "write", downloads: "read" }),
  /** Hands in files, and sees nothing of what is there: for cameras, scanners and backups of machines not trusted. */
  "upload-only": scopesOf({ uploads: "write" }),
  "read-only": scopesOf({ account: "read", files: "read", downloads: "read", shares: "read" }),
  /** All but managing keys, which is always given by name. */
  everything: usualScopes,
} as const satisfies Record<string, KeyScopes>;

export type KeyTemplate = keyof typeof keyTemplates;
export const keyTemplateNames = Object.keys(keyTemplates) as KeyTemplate[];
