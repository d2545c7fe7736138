import type { CallAnswer } from "../calls/api-caller.ts";
import { findText } from "./wire-values.ts";

export type EntrySort = "name" | "size" | "date" | "downloads";
/** Of files, by content type. */
export type FileKind = "image" | "video" | "audio" | "text" | "archive" | "document";

/** A folder in a listing. */
export interface ListedFolder {
  kind: "folder";
  id: number;
  name: string;
  createdAt: Date;
  /** Of the files directly in it. */
  sizeBytes: number;
  /** Folders directly in it. */
  folderCount: number;
  fileCount: number;
  /** URL of its public page, if it has one. */
  publicUrl: string | undefined;
  /** Its public page asks for a password. */
  hasPassword: boolean;
}

/** A file in a folder. */
export interface ListedEntryFile {
  kind: "file";
  id: string;
  /** The folder it is in; 0 is the root. */
  folderId: number;
  name: string;
  /** Empty if the owner of a shared folder hides links: the file is then known by its folder and name. */
  url: string;
  sizeBytes: number;
  uploadedAt: Date;
  contentType: string | undefined;
  /** Checksum of the content, 128 lower-case hexadecimal digits. */
  whirlpool: string | undefined;
  /** How many downloads of it were started. */
  downloads: number;
  /** The link asks for a password. */
  hasPassword: boolean;
  /** An access list restricts who may download. */
  isRestricted: boolean;
  /** Its own link is switched off, expired or used up, and works only for the owner. */
  isLinkInactive: boolean;
  /** Browsers show it instead of saving it. */
  isInline: boolean;
  usesCdn: boolean;
  /** The stored data is damaged and cannot be downloaded; uploading the same file again repairs it. */
  isDamaged: boolean;
  /** The operator of the server has blocked this content: it cannot be downloaded. */
  isBlocked: boolean;
  /**
   * For a picture, if it was requested: URL of a WebP of at most 320 pixels, which needs no key and is valid for at
   * least a day. It answers with 202 until the thumbnail is made, and with 404 if none can be made.
   */
  thumbnailUrl: string | undefined;
}

/** An entry of a folder. */
export type Entry = ListedFolder | ListedEntryFile;

export function toEntry(raw: CallAnswer<"folderList">["entries"][number]): Entry {
  const { name, size: sizeBytes, link, pass: isProtected } = raw;
  const [date, hasPassword] = [new Date(raw.date), isProtected === 1];
  if (raw.kind === "folder") {
    const counts = { folderCount: raw.folders ?? 0, fileCount: raw.files ?? 0 };
    return {
      kind: "folder",
      id: raw.folder_id,
      name,
      createdAt: date,
      sizeBytes,
      ...counts,
      publicUrl: link,
      hasPassword,
    };
  }
  return {
    kind: "file",
    id: raw.file_id ?? "",
    folderId: raw.folder_id,
    name,
    url: link ?? "",
    sizeBytes,
    uploadedAt: date,
    contentType: raw.content_type,
    whirlpool: findText(raw.checksum),
    downloads: raw.downloads ?? 0,
    hasPassword,
    isRestricted: raw.acl === 1,
    isLinkInactive: raw.link_inactive === 1,
    isInline: raw.inline === 1,
    usesCdn: raw.cdn === 1,
    isDamaged: raw.damaged === 1,
    isBlocked: raw.blocked === 1,
    thumbnailUrl: raw.thumbnail,
  };
}
