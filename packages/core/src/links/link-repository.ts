import type { ChangeableFileId } from "../files/file-repository.ts";
import type { UsableFolderId } from "../folders/folder-repository.ts";
import type { Permitted } from "../policy/permitted.ts";
import type { Link } from "./link.ts";

/** What links lead to, once the policy has permitted a change. */
export type LinkTarget = { readonly fileId: ChangeableFileId } | { readonly folderId: UsableFolderId };

/** The same for reading. */
export type LinksOf = { readonly fileId: string } | { readonly folderId: number };

export type NewLink = Omit<Link, "fileId" | "folderId" | "usedCount" | "hasEnded"> & { readonly target: LinkTarget };

export type LinkChanges = Partial<
  Pick<Link, "passwordHash" | "accessList" | "endsAt" | "maxDownloads" | "isOn" | "note">
>;

/** An additional link of a file, or a link of a folder, with the name of what it leads to. */
export interface FurtherLink extends Link {
  readonly name: string;
}

/** Links are removed with their file or folder. */
export interface LinkRepository {
  findById(id: string): Promise<Link | undefined>;
  /** Oldest first. */
  listOf(target: LinksOf): Promise<Link[]>;
  /** Additional links of an account that still work, newest first. */
  listFurtherOpen(ownerId: string, page: { now: Date; limit: number }): Promise<FurtherLink[]>;
  /**
   * Turns off all additional links of an account, including those to entries in the trash; returns how many were on.
   */
  switchOffFurther(ownerId: Permitted<"account.secure" | "server.manage" | "system", string>): Promise<number>;
  create(link: NewLink): Promise<void>;
  /** Like `create`, but if the id is that of a file's own link with rules, that link moves, with its rules and its count. */
  createOrMove(link: NewLink): Promise<void>;
  /** Fields left out of `changes` stay as they are. */
  update(id: string, target: LinkTarget, changes: LinkChanges): Promise<void>;
  /** Records that links have expired, all or one, until they get another end; returns how many. */
  endExpired(now: Date, id?: string): Promise<number>;
  remove(id: string, target: LinkTarget): Promise<void>;
}
