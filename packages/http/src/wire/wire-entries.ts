import { directoryUrl, type Face, fileUrl, type FolderListResponse, toInstantText } from "@consigne/contract";
import {
  type Actor,
  type CountedFolder,
  type Entry,
  type EntryCursor,
  type EntryFile,
  type EntryOrder,
  type Folder,
  isAccountActor,
  type SharedRight,
  isLinkOver,
} from "@consigne/core";
import { readList } from "./cursor-list.ts";
import { RequestError } from "./error-answer.ts";

type WireEntry = FolderListResponse["entries"][number];

const flag = (isSet: boolean): 0 | 1 => (isSet ? 1 : 0);

/** An entry as its owner sees it. */
export function wireEntryOf(
  face: Face,
  actor: Actor,
  { thumbnailOf, now }: { thumbnailOf: (file: EntryFile) => string | undefined; now: Date },
): (entry: Entry) => WireEntry {
  const idOf = (folderId: number) => wireId(actor, folderId);
  return (entry) =>
    entry.kind === "folder"
      ? wireFolder(face, entry.folder, idOf(entry.folder.id))
      : wireFile(face, entry.file, { folderId: idOf(entry.file.folderId), thumbnail: thumbnailOf(entry.file), now });
}

/** A folder above an entry. The root has no name. */
export function wirePlace(actor: Actor, { id, name }: Folder): { folder_id: number; name: string } {
  const folderId = wireId(actor, id);
  return { folder_id: folderId, name: folderId === 0 ? "" : name };
}

/** What the caller may do in somebody else's folder; left out for the caller's own. */
export const sharedRightOf = (right: SharedRight | undefined) =>
  right === undefined
    ? {}
    : { shared: { email: right.ownerEmail, rw: flag(right.mayWrite), hide_links: flag(right.hidesLinks) } };

/** A caller's root is 0 in the API, even if it is the folder that its key is restricted to. */
export const wireId = (actor: Actor, folderId: number): number =>
  isAccountActor(actor) && actor.rootFolderId === folderId ? 0 : folderId;

function wireFolder(face: Face, folder: CountedFolder, id: number): WireEntry {
  const { publicShareId } = folder;
  return {
    kind: "folder",
    folder_id: id,
    name: id === 0 ? "" : folder.name,
    size: folder.sizeBytes,
    date: toInstantText(folder.createdAt),
    ...(publicShareId === undefined ? {} : { link: directoryUrl(face, publicShareId) }),
    pass: flag(folder.sharePasswordHash !== undefined),
    folders: folder.folderCount,
    files: folder.fileCount,
  };
}

function wireFile(
  face: Face,
  file: EntryFile,
  { folderId, thumbnail, now }: { folderId: number; thumbnail: string | undefined; now: Date },
): WireEntry {
  return {
    kind: "file",
    folder_id: folderId,
    file_id: file.id,
    name: file.name,
    size: file.sizeBytes,
    date: toInstantText(file.createdAt),
    ...(file.isHidden === true ? { hidden: flag(true) } : { link: fileUrl(face, file.id, file.domain) }),
    pass: flag(file.hasPassword),
    content_type: file.contentType,
    checksum: file.whirlpool ?? "",
    downloads: file.downloads,
    acl: flag(file.isRestricted),
    inline: flag(file.isInline),
    cdn: flag(file.isCdn),
    ...(file.ownLink !== undefined && isLinkOver(file.ownLink, now) ? { link_inactive: flag(true) } : {}),
    ...(file.isDamaged ? { damaged: flag(true) } : {}),
    ...(file.isBlocked ? { blocked: flag(true) } : {}),
    ...(thumbnail === undefined ? {} : { thumbnail }),
  };
}

/** A cursor is only valid for its sort order. */
export function cursorText(cursor: EntryCursor | number, { sort, isDescending }: EntryOrder): string {
  const place = typeof cursor === "number" ? ["skip", cursor, ""] : [cursor.kind, cursor.key, cursor.id];
  return Buffer.from(JSON.stringify([sort, flag(isDescending), ...place])).toString("base64url");
}

/**
 * A position in the list, or how many entries to skip.
 * @throws {RequestError} for a cursor that no answer in this order contained
 */
export function readCursor(text: string, { sort, isDescending }: EntryOrder): EntryCursor | number {
  const [ofSort, ofOrder, kind, key, id, ...rest] = readList(text);
  const isOfOrder = ofSort === sort && ofOrder === flag(isDescending) && rest.length === 0;
  if (isOfOrder && kind === "skip" && Number.isSafeInteger(key) && Number(key) >= 0) return Number(key);
  const isText = sort === "name" || (kind === "folder" && sort !== "date");
  if (isOfOrder && (isText ? typeof key === "string" : Number.isSafeInteger(key))) {
    const position = { key: isText ? String(key) : Number(key) };
    if (kind === "folder" && Number.isSafeInteger(id)) return { kind, ...position, id: Number(id) };
    if (kind === "file" && typeof id === "string") return { kind, ...position, id };
  }
  throw new RequestError("badRequest", "This cursor is not from an answer with the same sort and order.");
}
