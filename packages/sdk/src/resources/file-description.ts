import type { CivilTimes } from "@consigne/contract/civil-time";
import { type AccessRules, readRules } from "./access-rules.ts";
import { type FileEntry, toFileEntry } from "./file-entry.ts";
import { findNumber, readFlag } from "./wire-values.ts";

/** Everything about one file. */
export interface FileDescription extends FileEntry {
  /** The folder it is in, 0 is the root; undefined for somebody else's file. */
  folderId: number | undefined;
  /** Names of the folders above, `A/B`; undefined for somebody else's file. */
  folderPath: string | undefined;
  /** The owner's note; undefined for somebody else's file. */
  description: string | undefined;
  /** Can be downloaded without TLS. */
  allowsPlainHttp: boolean;
  /** Shown by the browser instead of saved. */
  isInline: boolean;
  /** Who may download; undefined if everybody may, or the server does not say. */
  access: AccessRules | undefined;
}

export function toFileDescription(raw: Record<string, unknown>, times: CivilTimes): FileDescription {
  const textOrNothing = (value: unknown) => (typeof value === "string" ? value : undefined);
  return {
    ...toFileEntry(raw, times),
    folderId: findNumber(raw["folder_id"]),
    folderPath: textOrNothing(raw["path"]),
    description: textOrNothing(raw["description"]),
    allowsPlainHttp: readFlag(raw["no_ssl"]),
    isInline: readFlag(raw["inline"]),
    access: readRules(raw["acl"]),
  };
}
