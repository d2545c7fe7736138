import type { ChangeableFileId } from "../files/file-repository.ts";
import type { UsableFolderId } from "../folders/folder-repository.ts";
import type { Permitted } from "../policy/permitted.ts";
import type { Link } from "./link.ts";

/** What links lead to, once the policy has let somebody change it. */
export type LinkTarget = { readonly fileId: ChangeableFileId } | { readonly folderId: UsableFolderId };

/** The same for whoever only reads. */
export type LinksOf = { readonly fileId: string } | { readonly folderId: number };

export type NewLink = Omit<Link, "fileId" | "folderId" | "usedCount" | "hasEnded"> & { readonly target: LinkTarget };

export type LinkChanges = Partial<
  Pick<Link, "passwordHash" | "accessList" | "endsAt" | "maxDownloads" | "isOn" | "note">
>;

/** One that is no own link of a file, with the name of what it leads to. */
export interface FurtherLink extends Link {
  readonly name: string;
}

/** They go with what they lead to. */
export interface LinkRepository {
  findById(id: string): Promise<Link | undefined>;
  /** Oldest first. */
  listOf(target: LinksOf): Promise<Link[]>;
  /** The further ones of an account that lead somewhere, the newest first. */
  listFurtherOpen(ownerId: string, page: { now: Date; limit: number }): Promise<FurtherLink[]>;
  /** All further ones of an account, those that lie in the trash among them; returns how many were on. */
  switchOffFurther(ownerId: Permitted<"account.secure" | "server.manage" | "system", string>): Promise<number>;
  create(link: NewLink): Promise<void>;
  /** What is absent from `changes` stays as it is. */
  update(id: string, target: LinkTarget, changes: LinkChanges): Promise<void>;
  /** Notes that the end of those has come, of all or of one, until they are given another end; returns how many. */
  endExpired(now: Date, id?: string): Promise<number>;
  remove(id: string, target: LinkTarget): Promise<void>;
}
