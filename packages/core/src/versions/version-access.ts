import type { Account } from "../accounts/account.ts";
import { DomainError } from "../errors.ts";
import { admitToManageFile, type FileAccessRows, targetIdOf, type LinkedFile } from "../files/file-access.ts";
import type { Actor } from "../policy/actor.ts";
import type { Repositories } from "../ports/database.ts";
import { fileAt, type FileVersion } from "./file-version.ts";

const DAY_MS = 24 * 3_600_000;

/** How long the account keeps older versions of files; 0: not at all. */
export function versionDaysOf({ settings }: Pick<Account, "settings">, usualDays: number): number {
  return settings.versionDays ?? usualDays;
}

export const versionEnd = (now: Date, days: number): Date => new Date(now.getTime() + days * DAY_MS);

/** @throws {DomainError} `version-not-found` */
export async function requireVersion(
  rows: Pick<Repositories, "versions">,
  fileId: string,
  versionId: number,
): Promise<FileVersion> {
  const version = await rows.versions.find(fileId, versionId);
  if (version !== undefined) return version;
  throw new DomainError("version-not-found", "This file has no such version, or it is no longer kept.");
}

/**
 * A file with the content of that version, for its owner.
 * @throws {DomainError} `file-not-found`, `version-not-found`
 */
export async function ownVersion(
  rows: FileAccessRows & Pick<Repositories, "versions">,
  actor: Actor,
  { file, versionId }: { file: LinkedFile; versionId: number },
  now: Date,
): Promise<LinkedFile> {
  const fileId = targetIdOf(file);
  await admitToManageFile(rows, actor, { fileId }, now);
  return fileAt(file, await requireVersion(rows, fileId, versionId));
}
