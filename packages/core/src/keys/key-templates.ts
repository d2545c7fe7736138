import { type KeyScopes, type ScopeArea, type ScopeRight, scopesBy, usualScopes } from "./api-key.ts";

/** Scopes with only the given rights. */
export function scopesOf(granted: Partial<Record<ScopeArea, ScopeRight>>): KeyScopes {
  return scopesBy((area) => granted[area] ?? "none");
}

export const keyTemplateNames = ["rclone", "upload-only", "read-only", "everything"] as const;
export type KeyTemplate = (typeof keyTemplateNames)[number];

/** Common kinds of keys. */
export const keyTemplates = {
  /** What rclone needs: files, uploads, downloads and, for `about`, the account's figures. */
  rclone: scopesOf({ account: "read", files: "write", uploads: "write", downloads: "read" }),
  /** Can upload, but not see what is there: for cameras, scanners and backups of untrusted machines. */
  "upload-only": scopesOf({ uploads: "write" }),
  "read-only": scopesOf({ account: "read", files: "read", downloads: "read", shares: "read" }),
  /** Everything except managing keys, which must always be requested explicitly. */
  everything: usualScopes,
} as const satisfies Record<KeyTemplate, KeyScopes>;
