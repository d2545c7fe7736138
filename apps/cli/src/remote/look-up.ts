import { meantBy, entriesNamed } from "@consigne/contract/remote-names";
import type { FileEntry } from "@consigne/sdk";
import { CliError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { visible } from "../command-line/visible-text.ts";
import { type RemotePath, remotePathText } from "./remote-path.ts";

interface Named {
  readonly name: string;
}

/**
 * What a name leads to in a folder: a server may have a file and a folder with the same name. All commands use this, so
 * that the same path means the same to each.
 */
export function lookUp<Folder extends Named, File extends Named>(
  { folders, files = [] }: { folders: readonly Folder[]; files?: readonly File[] | undefined },
  name: string,
): { folder: Folder | undefined; files: readonly File[] } {
  const [folder] = entriesNamed(folders, name);
  const named = { folder, files: entriesNamed(files, name) };
  if (folder !== undefined || named.files.length > 0) return named;
  const meant = new Set<unknown>(meantBy<Folder | File>([...folders, ...files], name));
  return { folder: folders.find((each) => meant.has(each)), files: files.filter((each) => meant.has(each)) };
}

/** Newest first; within the same second in the order of the listing. */
export function fromNewest(files: readonly FileEntry[]): FileEntry[] {
  return files.toSorted((a, b) => (b.uploadedAt?.getTime() ?? 0) - (a.uploadedAt?.getTime() ?? 0));
}

/** A path that leads to both means the file, or with a trailing slash the folder. */
export function twoOfOneName(path: Pick<RemotePath, "segments" | "profile" | "owner">): string {
  const text = remotePathText(path);
  const folder = path.owner === undefined ? `${path.profile ?? ""}:${text}/` : `${text}/`;
  return `${visible(text)} is both a file and a folder on the server; this path means the file, and ${visible(folder)} the folder`;
}

/** For a folder that would have the same name as a file. */
export function fileInTheWay(path: Pick<RemotePath, "segments" | "owner">): CliError {
  const text = `${visible(remotePathText(path))} is a file on the server, not a folder. Nothing was changed.`;
  return new CliError("conflict", text, { exitCode: exitCodes.conflict });
}

/** For a file that would have the same name as a folder. */
export function folderInTheWay(text: string): CliError {
  return new CliError("conflict", `${visible(text)} is a folder on the server; a file cannot have the same name.`, {
    exitCode: exitCodes.conflict,
  });
}
