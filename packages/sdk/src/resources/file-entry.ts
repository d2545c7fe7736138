import type { CivilTimes } from "@consigne/contract/civil-time";
import { parseFileLink } from "@consigne/contract/links";
import { findDate, findText, readFlag, readNumber, readText } from "./wire-values.ts";

/** A file in a listing. */
export interface FileEntry {
  /** Link of the file, by which other calls know it too. */
  url: string;
  /** Id in the link; undefined if the link has an unknown form. */
  id: string | undefined;
  /** Name, byte for byte as the server has it. */
  name: string;
  sizeBytes: number;
  /** When the server received it, to the second. */
  uploadedAt: Date | undefined;
  /** Checksum of the content, 128 lower-case hexadecimal digits; undefined when the server has none yet. */
  whirlpool: string | undefined;
  contentType: string | undefined;
  /** The link asks for a password. */
  hasPassword: boolean;
  /** An access list restricts who may download. */
  isRestricted: boolean;
  /** The owner pays CDN credits for it. */
  usesCdn: boolean;
  /**
   * The stored data is damaged and cannot be downloaded; uploading the same file again repairs it. Only our servers
   * report this.
   */
  isDamaged: boolean;
  /** The operator of the server has blocked this content: it cannot be downloaded. Only our servers report this. */
  isBlocked: boolean;
  /** The object as the server sent it. */
  raw: Readonly<Record<string, unknown>>;
}

export function toFileEntry(raw: Record<string, unknown>, times: CivilTimes): FileEntry {
  const url = readText(raw["url"]);
  return {
    url,
    id: parseFileLink(url)?.id,
    name: readText(raw["filename"]),
    sizeBytes: readNumber(raw["size"]),
    uploadedAt: findDate(raw["date"], times),
    whirlpool: findText(raw["checksum"])?.toLowerCase(),
    contentType: findText(raw["content-type"] ?? raw["content_type"]),
    hasPassword: readFlag(raw["pass"]),
    isRestricted: readFlag(raw["acl"]),
    usesCdn: readFlag(raw["cdn"]),
    isDamaged: readFlag(raw["damaged"]),
    isBlocked: readFlag(raw["blocked"]),
    raw,
  };
}
