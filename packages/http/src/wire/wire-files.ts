import { type CivilTimes, type Face, type FileChattrRequest, fileUrl, parseFileLink } from "@consigne/contract";
import { type AccessList, type Actor, isAccountActor, isAddressPattern } from "@consigne/core";
import type { FileDetails, FileReference, FolderReference, ListedFile, Listing } from "@consigne/core";
import { RequestError } from "./error-answer.ts";
import { RowsAsJson } from "./written-json.ts";

const flag = (isSet: boolean): 0 | 1 => (isSet ? 1 : 0);

const written = new RowsAsJson<ListedFile, ReturnType<typeof listedFile>>();

/** A listing, newest first: if a name occurs twice, rclone reads the first of them. */
export function listedFiles(face: Face, times: CivilTimes, files: Listing<ListedFile>) {
  const form = `${times.zone} ${face.kind === "native" ? face.publicUrl : face.kind}`;
  return files.map((file) => written.write(file, form, (row) => listedFile(face, times, row)));
}

/** One entry of a listing. Always with these nine keys: Python and C# clients fail if one is missing. */
function listedFile(face: Face, times: CivilTimes, file: ListedFile) {
  return {
    url: linkOf(face, file),
    filename: file.name,
    size: file.sizeBytes,
    date: times.toWire(file.createdAt),
    checksum: file.whirlpool ?? "",
    "content-type": file.contentType,
    pass: flag(file.hasPassword),
    acl: flag(file.isRestricted),
    cdn: flag(file.isCdn),
    ...conditionOf(file),
  };
}

/** Empty if the owner of a shared folder hides links: the key must exist, but leads nowhere. */
const linkOf = (face: Face, { id, domain }: Pick<ListedFile, "id" | "domain">): string =>
  id === "" ? "" : fileUrl(face, id, domain);

/** `file/info`. Folder, path, note and access list are only for the owner. */
export function fileInfo(face: Face, times: CivilTimes, details: FileDetails) {
  const { file, place } = details;
  return {
    url: linkOf(face, file),
    filename: file.name,
    size: file.sizeBytes,
    date: times.toWire(file.createdAt),
    ...(place === undefined ? {} : { folder_id: place.isRoot ? 0 : place.folderId, path: place.path.join("/") }),
    checksum: file.whirlpool ?? "",
    "content-type": file.contentType,
    content_type: file.contentType,
    ...(place === undefined ? {} : { description: file.description }),
    pass: flag(file.passwordHash !== undefined),
    no_ssl: flag(file.isSslDisabled),
    inline: flag(file.isInline),
    cdn: flag(file.isCdn),
    ...(place === undefined || file.accessList === undefined ? {} : { acl: wireAccessList(file.accessList) }),
    ...conditionOf(file),
  };
}

/** An extension of ours; left out for files that can be downloaded. */
function conditionOf({ isDamaged, isBlocked }: Pick<ListedFile, "isDamaged" | "isBlocked">): {
  damaged?: 0 | 1;
  blocked?: 0 | 1;
} {
  return { ...(isDamaged ? { damaged: flag(true) } : {}), ...(isBlocked ? { blocked: flag(true) } : {}) };
}

export function wireAccessList(list: AccessList) {
  return {
    ...(list.addresses === undefined ? {} : { ip: [...list.addresses] }),
    ...(list.countries === undefined ? {} : { country: [...list.countries] }),
    ...(list.emails === undefined ? {} : { email: [...list.emails] }),
    ...(list.isPremiumOnly === undefined ? {} : { premium: flag(list.isPremiumOnly) }),
  };
}

/** A link as clients send it. Text that cannot be a link is treated like an unknown one. */
export function fileReference(url: string): { fileId: string } {
  const link = parseFileLink(url);
  if (link === undefined) throw new RequestError("resourceNotFound", "This is not a link to a file.");
  return { fileId: link.id };
}

/** A missing id and 0 mean the root. */
export function folderReference(id: number | undefined): FolderReference {
  return id === undefined || id === 0 ? "root" : id;
}

/** Either the link, or folder and exact name. */
export function namedFile(
  actor: Actor,
  input: {
    url?: string | undefined;
    folder_id?: number | undefined;
    filename?: string | undefined;
    sharing_user?: string | undefined;
  },
): FileReference {
  if (input.url !== undefined) return fileReference(input.url);
  if (input.filename === undefined) throw new RequestError("badRequest", "Give url, or folder_id and filename.");
  return { folder: folderOf(actor, input.folder_id, input.sharing_user), name: input.filename };
}

/**
 * The folder of a call that may also name the owner of a root. That only matters with folder id 0: in somebody else's
 * root there is nothing that others could name. rclone sends "".
 */
export function folderOf(actor: Actor, id: number | undefined, user: string | undefined): FolderReference {
  const reference = folderReference(id);
  if (reference === "root" && isOtherUser(actor, user)) throw noSuchUser();
  return reference;
}

/** Whether a given user is somebody other than the caller. */
export function isOtherUser(actor: Actor, user: string | undefined): boolean {
  if (user === undefined || user === "") return false;
  return !isAccountActor(actor) || actor.account.email.toLowerCase() !== user.toLowerCase();
}

/** The same for users who share nothing with the caller and those that do not exist. */
const noSuchUser = () => new RequestError("resourceNotFound", "There is no folder shared by this user.");

/** `{}` removes the list. */
export function givenAccessList(acl: FileChattrRequest["acl"]): AccessList | "none" | undefined {
  if (acl === undefined) return undefined;
  const bad = (acl.ip ?? []).find((pattern) => !isAddressPattern(pattern));
  if (bad !== undefined)
    throw new RequestError("badRequest", "Each entry of acl.ip must be an address or a CIDR block.");
  const some = (entries: string[] | undefined) => (entries === undefined || entries.length === 0 ? undefined : entries);
  const list: AccessList = {
    addresses: some(acl.ip),
    countries: some(acl.country?.map((country) => country.toUpperCase())),
    emails: some(acl.email),
    isPremiumOnly: acl.premium === 1 ? true : undefined,
  };
  return Object.values(list).every((value) => value === undefined) ? "none" : list;
}
