import { directoryUrl, type Face, fileUrl, toInstantText } from "@consigne/contract";
import { type ExportCursor, exportParts, type ExportRecord, remoteStateOf } from "@consigne/core";
import { readList } from "./cursor-list.ts";
import { RequestError } from "./error-answer.ts";
import { neighbourOf } from "./neighbours.ts";
import { wireAccessList } from "./wire-files.ts";
import { wireImportState } from "./wire-imports.ts";
import { wireMessage } from "./wire-remote-uploads.ts";

type Told = Record<string, unknown> & { kind: ExportRecord["kind"] };
type Of<Kind extends ExportRecord["kind"]> = Extract<ExportRecord, { kind: Kind }>;

const LONGEST_POSITION = 2;

/** A thing in an account, without secrets and their hashes. Undefined fields are left out of the answer. */
export function wireRecord(face: Face, record: ExportRecord, accountId: string): Told {
  switch (record.kind) {
    case "account":
      return toldAccount(record);
    case "folder":
      return toldFolder(face, record);
    case "file":
      return toldFile(face, record);
    case "trash":
      return toldTrash(record);
    case "key":
      return toldKey(record);
    case "session":
      return toldSession(record);
    case "remote":
      return toldRemote(record);
    case "import":
      return toldImport(record);
    case "share":
      return toldShare(record);
    case "received":
      return toldReceived(record);
    case "activity":
      return toldActivity(record, accountId);
  }
}

const instant = (date: Date | undefined): string | undefined => (date === undefined ? undefined : toInstantText(date));

function toldAccount({ kind, account }: Of<"account">): Told {
  const { email, planId: plan, quotaBytes, isAdmin, createdAt, rootFolderId, settings } = account;
  return {
    kind,
    email,
    plan,
    plan_ends_at: instant(account.planEndsAt),
    quota_bytes: quotaBytes,
    is_administrator: isAdmin,
    created_at: instant(createdAt),
    root_folder_id: rootFolderId,
    settings: { ...settings },
  };
}

function toldFolder(face: Face, { kind, folder, links }: Of<"folder">): Told {
  const { id, parentId, name, createdAt, publicShareId, sharePasswordHash } = folder;
  return {
    kind,
    id,
    parent_id: parentId,
    name,
    created_at: instant(createdAt),
    link: publicShareId === undefined ? undefined : directoryUrl(face, publicShareId),
    has_password: publicShareId === undefined ? undefined : sharePasswordHash !== undefined,
    links: links.map(toldLink),
  };
}

function toldFile(face: Face, { kind, file, links }: Of<"file">): Told {
  const { id, folderId, name, sizeBytes, whirlpool, contentType, description, accessList } = file;
  return {
    kind,
    id,
    folder_id: folderId,
    name,
    size: sizeBytes,
    checksum: whirlpool ?? "",
    content_type: contentType,
    description,
    created_at: instant(file.createdAt),
    link: fileUrl(face, id, file.domain),
    has_password: file.passwordHash !== undefined,
    access: accessList === undefined ? undefined : wireAccessList(accessList),
    is_inline: file.isInline,
    is_damaged: file.isDamaged,
    is_blocked: file.isBlocked,
    links: links.map(toldLink),
  };
}

function toldLink({ id, passwordHash, accessList, endsAt, maxDownloads, ...link }: Of<"file">["links"][number]) {
  return {
    id,
    has_password: passwordHash !== undefined,
    access: accessList === undefined ? undefined : wireAccessList(accessList),
    expires_at: instant(endsAt),
    max_downloads: maxDownloads,
    downloads: link.usedCount,
    is_enabled: link.isOn,
    note: link.note,
    created_at: instant(link.createdAt),
  };
}

function toldTrash({ kind, entry }: Of<"trash">): Told {
  return {
    kind,
    id: entry.id,
    of: entry.kind,
    target_id: entry.targetId,
    name: entry.name,
    path: `/${entry.place.map(({ name }) => name).join("/")}`,
    size: entry.sizeBytes,
    items: entry.itemCount,
    removed_at: instant(entry.removedAt),
    expires_at: instant(entry.endsAt),
  };
}

function toldShare({ kind, share }: Of<"share">): Told {
  const { folderId, email, mayWrite, hidesLinks, createdAt } = share;
  return {
    kind,
    folder_id: folderId,
    email,
    may_write: mayWrite,
    hides_links: hidesLinks,
    created_at: instant(createdAt),
  };
}

function toldReceived({ kind, share }: Of<"received">): Told {
  const { folder, ownerEmail, mayWrite, hidesLinks, createdAt } = share;
  return {
    kind,
    folder_id: folder.id,
    name: folder.name,
    owner_email: ownerEmail,
    may_write: mayWrite,
    hides_links: hidesLinks,
    created_at: instant(createdAt),
  };
}

function toldKey({ kind, key }: Of<"key">): Told {
  return {
    kind,
    id: key.id,
    name: key.name,
    hint: key.hint,
    scopes: key.scopes,
    folder_id: key.fenceFolderId,
    addresses: key.allowedAddresses,
    created_at: instant(key.createdAt),
    expires_at: instant(key.expiresAt),
    ended_at: instant(key.endedAt),
    revoked_at: instant(key.revokedAt),
    last_used_at: instant(key.lastUsedAt),
    last_used_from: key.lastUsedFrom,
    created_by: key.createdByKeyId,
  };
}

function toldSession({ kind, session }: Of<"session">): Told {
  return {
    kind,
    id: session.id,
    user_agent: session.userAgent,
    address: session.address,
    created_at: instant(session.createdAt),
    last_used_at: instant(session.lastUsedAt),
    expires_at: instant(session.endsAt),
  };
}

function toldRemote({ kind, request, items }: Of<"remote">): Told {
  return {
    kind,
    id: request.id,
    key_id: request.apiKeyId,
    address: request.address,
    folder_id: request.folderId,
    requested_at: instant(request.requestedAt),
    ended_at: instant(request.endedAt),
    items: items.map((each) => ({
      url: each.item.url,
      state: remoteStateOf(each),
      file_id: each.item.end?.state === "done" ? each.item.end.fileId : undefined,
      ...wireMessage(each.item.end?.messages ?? each.item.trouble),
    })),
  };
}

function toldImport({ kind, order }: Of<"import">): Told {
  return {
    kind,
    id: order.id,
    from: order.kind,
    source: order.sourceUrl,
    path: order.sourcePath,
    is_dry_run: order.isPlan,
    state: wireImportState(order.state),
    key_id: order.apiKeyId,
    address: order.address,
    folder_id: order.folderId,
    requested_at: instant(order.requestedAt),
    ended_at: instant(order.endedAt),
    ...wireMessage(order.messages),
  };
}

/** Other people's IP addresses are not shown. */
function toldActivity({ kind, record }: Of<"activity">, accountId: string): Told {
  const isOwn = record.accountId === accountId;
  return {
    kind,
    at: instant(record.at),
    action: record.action,
    object_id: record.objectId,
    key_id: isOwn ? record.apiKeyId : undefined,
    address: isOwn ? record.address : undefined,
    ...neighbourOf(record, accountId),
    details: { ...record.details },
  };
}

export const exportCursorText = ({ part, after }: ExportCursor): string =>
  Buffer.from(JSON.stringify([part, ...after])).toString("base64url");

/** @throws {RequestError} for a cursor that no answer contained */
export function readExportCursor(text: string): ExportCursor {
  const [name, ...after] = readList(text);
  const part = exportParts.find((each) => each === name);
  const isPosition = after.length <= LONGEST_POSITION && after.every((value) => /^(string|number)$/.test(typeof value));
  if (part === undefined || !isPosition)
    throw new RequestError("badRequest", "This cursor is not from an earlier answer.");
  return { part, after: after.map((value) => (typeof value === "number" ? value : String(value))) };
}
