import { type KeyScopes, type ScopeArea, type ScopeRight, scopesBy, usualScopes } from "./api-key.ts";

/** A key with only the rights that are named. */
export function scopesOf(granted: Partial<Record<ScopeArea, ScopeRight>>): KeyScopes {
  return scopesBy((area) => granted[area] ?? "none");
}

export const keyTemplateNames = ["rclone", "upload-only", "read-only", "everything"] as const;
export type KeyTemplate = (typeof keyTemplateNames)[number];

/** The usual kinds of keys. */
export const keyTemplates = {
  /** All that rclone asks for: files, bytes in both directions and, for `about`, the figures of the account. */
  rclone: scopesOf({ account: "read", files: "write", uploads: "write", downloads: "read" }),
  /** Hands in files, and sees nothing of what is there: for cameras, scanners and backups of machines not trusted. */
  "upload-only": scopesOf({ uploads: "write" }),
  "read-only": scopesOf({ account: "read", files: "read", downloads: "read", shares: "read" }),
  /** All but managing keys, which is always given by name. */
  everything: usualScopes,
} as const satisfies Record<KeyTemplate, KeyScopes>;
