import { namedSo } from "@consigne/contract/remote-names";
import type { Client, FileEntry, FolderListing } from "@consigne/sdk";
import { CliError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { visible } from "../command-line/visible-text.ts";
import type { RemotePath } from "./remote-path.ts";
import { remotePathText } from "./remote-path.ts";

/** What a path names: a folder with what is in it, or the files of that name, newest first. */
export type FoundRemote =
  | { kind: "folder"; listing: FolderListing }
  | { kind: "file"; files: readonly [FileEntry, ...FileEntry[]]; parent: FolderListing };

/**
 * One call for each part of the path. A folder wins over a file of the same name unless there is no slash at the end
 * and `prefers` says otherwise. Names are found in any of their spellings.
 * @throws {CliError} when there is nothing of that name
 */
export async function findRemote(
  client: Client,
  path: RemotePath,
  options: { signal: AbortSignal; prefers?: "file" | "folder" },
): Promise<FoundRemote> {
  let listing = await client.folders.get(0, { withFiles: true, signal: options.signal });
  for (const [index, name] of path.segments.entries()) {
    const isLast = index === path.segments.length - 1;
    const [folder] = namedSo(listing.folders, name);
    const [newest, ...older] = isLast ? filesOfName(listing, name) : [];
    const isFile = newest !== undefined && !path.isFolderMeant && (folder === undefined || options.prefers === "file");
    if (isFile) return { kind: "file", files: [newest, ...older], parent: listing };
    if (folder === undefined) throw notThere(path, index);
    listing = await client.folders.get(folder.id, { withFiles: true, signal: options.signal });
  }
  return { kind: "folder", listing };
}

function filesOfName(listing: FolderListing, name: string): FileEntry[] {
  return namedSo(listing.files ?? [], name).toSorted(
    (a, b) => (b.uploadedAt?.getTime() ?? 0) - (a.uploadedAt?.getTime() ?? 0),
  );
}

function notThere(path: RemotePath, index: number): CliError {
  const whole = visible(remotePathText(path));
  const missing = visible(path.segments[index] ?? "");
  const what = index === path.segments.length - 1 ? "" : `: there is no folder "${missing}"`;
  return new CliError("not-found", `${whole} is not on the server${what}.`, { exitCode: exitCodes.notFound });
}
