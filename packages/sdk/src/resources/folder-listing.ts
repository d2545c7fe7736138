import type { CivilTimes } from "@consigne/contract/civil-time";
import { type FileEntry, toFileEntry } from "./file-entry.ts";
import { placeAddress } from "./place-address.ts";
import { findDate, findNumber, findText, readFlag, readList, readNumber, readText } from "./wire-values.ts";

/** A folder in the listing of the one above it. */
export interface FolderEntry {
  id: number;
  name: string;
  createdAt: Date | undefined;
  /** Its public page asks for a password. */
  hasPassword: boolean;
  /** E-mail address of the owner, if it is shared with the caller. */
  owner: string | undefined;
  raw: Readonly<Record<string, unknown>>;
}

/** An account a folder is shared with. */
export interface FolderShare {
  email: string;
  /** May change the content. */
  canWrite: boolean;
  /** Sees names but no links. */
  hidesLinks: boolean;
}

/** A folder with what is directly in it. */
export interface FolderListing {
  /** 0 is the root. */
  id: number;
  name: string;
  createdAt: Date | undefined;
  folders: FolderEntry[];
  /** Only if they were requested. */
  files: FileEntry[] | undefined;
  fileCount: number;
  /** Of the files directly in it. */
  sizeBytes: number;
  /** URL of its public page, if it has one. */
  publicUrl: string | undefined;
  hasPassword: boolean;
  shares: FolderShare[];
  /** E-mail address of the owner, if it is shared with the caller. */
  owner: string | undefined;
  /**
   * Files and folders may be added, changed and removed: always in your own folders, in shared ones if the owner
   * allowed it.
   */
  canWrite: boolean;
  /** Its owner hides the links of its files: each `url` then works for downloads only. */
  hidesLinks: boolean;
  raw: Readonly<Record<string, unknown>>;
}

export function toFolderListing(raw: Record<string, unknown>, askedId: number, times: CivilTimes): FolderListing {
  const id = findNumber(raw["folder_id"]) ?? askedId;
  const hidesLinks = readFlag(raw["hide_links"]);
  const seen = (file: FileEntry): FileEntry => (hidesLinks ? { ...file, url: placeAddress(id, file.name) } : file);
  return {
    id,
    name: readText(raw["name"]),
    createdAt: findDate(raw["create_date"], times),
    folders: readList(raw["sub_folders"]).map((each) => toFolderEntry(each, times)),
    files: Array.isArray(raw["items"])
      ? readList(raw["items"]).map((each) => seen(toFileEntry(each, times)))
      : undefined,
    fileCount: readNumber(raw["files"]),
    sizeBytes: readNumber(raw["size"]),
    publicUrl: findText(raw["shared"]),
    hasPassword: readFlag(raw["pass"]),
    shares: readList(raw["shares"]).map((share) => ({
      email: readText(share["email"]),
      canWrite: readFlag(share["rw"]),
      hidesLinks: readFlag(share["hide_links"]),
    })),
    owner: findText(raw["user"]),
    canWrite: raw["rw"] === undefined || raw["rw"] === null || readFlag(raw["rw"]),
    hidesLinks,
    raw,
  };
}

function toFolderEntry(raw: Record<string, unknown>, times: CivilTimes): FolderEntry {
  return {
    // The documentation says `folder_id`, 1fichier.com sends `id`.
    id: findNumber(raw["id"]) ?? readNumber(raw["folder_id"]),
    name: readText(raw["name"]),
    createdAt: findDate(raw["create_date"], times),
    hasPassword: readFlag(raw["pass"]),
    owner: findText(raw["email"]),
    raw,
  };
}
