import { meantBy, entriesNamed } from "@consigne/contract/remote-names";
import { type FolderListing, isNotFoundError, isQuotaError } from "@consigne/sdk";
import type { CommandCall } from "../command-line/command.ts";
import { CliError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { visible } from "../command-line/visible-text.ts";
import type { Server } from "./find-remote.ts";
import type { FoundTarget } from "./remote-files.ts";
import { findRemotePath, type RemotePath, remotePathText } from "./remote-path.ts";

type Asking = Pick<Server, "client" | "signal">;

/** Where a path begins: the root, or a shared folder, which is the first part of the path. */
export interface PathStart {
  readonly folderId: number;
  /** How many parts of the path lead there. */
  readonly depth: number;
}

/**
 * @throws {CliError} if this user shares nothing of that name, or several such folders, or if the path names none of
 *   them: nothing can be put into the list of what somebody shares, and no folder stands for all of it
 */
export async function startOf(asking: Asking, path: Pick<RemotePath, "segments" | "owner">): Promise<PathStart> {
  const { owner, segments } = path;
  if (owner === undefined) return { folderId: 0, depth: 0 };
  const [name] = segments;
  if (name === undefined) {
    const text = `${visible(owner)}:/ is the list of what ${visible(owner)} shares with you; name one of its folders. consigne ls ${visible(owner)}:/ shows them.`;
    throw new CliError("usage", text, { exitCode: exitCodes.usage });
  }
  const { folders } = await sharedBy(asking, owner);
  const exact = entriesNamed(folders, name);
  const [found, another] = exact.length > 0 ? exact : meantBy(folders, name);
  const where = visible(remotePathText({ owner, segments: [name] }));
  if (another !== undefined)
    throw new CliError(
      "conflict",
      `${visible(owner)} shares several folders with you that are named ${visible(name)}; ask for one of them to be renamed. Nothing was changed.`,
      { exitCode: exitCodes.conflict },
    );
  if (found !== undefined) return { folderId: found.id, depth: 1 };
  const text = `${where} is not shared with you. \`consigne shared\` lists what is. Nothing was changed.`;
  throw new CliError("not-found", text, { exitCode: exitCodes.notFound });
}

/** The folders that this user shares with the caller, as one listing. @throws {CliError} if there are none */
export async function sharedBy({ client, signal }: Asking, owner: string): Promise<FolderListing> {
  try {
    return await client.folders.get(0, { withFiles: true, sharingUser: owner, signal });
  } catch (error) {
    if (!isNotFoundError(error)) throw error;
    throw new CliError(
      "not-found",
      `${visible(owner)} shares no folder with you. \`consigne shared\` lists what others share.`,
      { exitCode: exitCodes.notFound, cause: error },
    );
  }
}

/** Call before something is moved, renamed or removed. @throws {CliError} `read-only` */
export function requireChangeable(path: RemotePath | undefined, found: FoundTarget): void {
  if (path?.owner === undefined) return;
  const within = found.kind === "file" ? found.parent : found.listing;
  if (within !== undefined) requireWritable(within, path);
  if (path.segments.length > 1) return;
  throw new CliError(
    "read-only",
    `${visible(remotePathText(path))} is shared with you by ${visible(path.owner)}; only they can move, rename or remove it. Nothing was changed.`,
    { exitCode: exitCodes.authentication },
  );
}

/** Like `requireWritable`, for a folder that was not listed yet; does not ask about the user's own. */
export async function requireWritableFolder(
  { client, signal }: Asking,
  path: Pick<RemotePath, "segments" | "owner">,
  folderId: number,
): Promise<void> {
  if (path.owner !== undefined) requireWritable(await client.folders.get(folderId, { signal }), path);
}

/** Call before sending anything that the server would refuse. @throws {CliError} `read-only` */
export function requireWritable(
  { canWrite, owner }: Pick<FolderListing, "canWrite" | "owner">,
  path: Pick<RemotePath, "segments" | "owner">,
): void {
  if (canWrite) return;
  const by = owner === undefined ? "" : ` by ${visible(owner)}`;
  throw new CliError(
    "read-only",
    `${visible(remotePathText(path))} is shared with you${by} for reading only. Nothing was changed.`,
    { exitCode: exitCodes.authentication },
  );
}

/**
 * Says whose storage is full when something was put into somebody else's folder: the general advice is for the user's
 * own.
 */
export async function notingOwnersQuota(
  { arguments: given, output }: Pick<CommandCall, "arguments" | "output">,
  work: () => Promise<number>,
): Promise<number> {
  const owner = given.map((text) => findRemotePath(text)?.owner).find((each) => each !== undefined);
  const note = () => {
    if (owner === undefined) return;
    output.note(
      `Files in ${visible(owner)}:/ count towards the storage of ${visible(owner)}, which has no room left for this.`,
    );
  };
  try {
    const code = await work();
    if (code === exitCodes.quota) note();
    return code;
  } catch (error) {
    if (isQuotaError(error) || (error instanceof CliError && error.exitCode === exitCodes.quota)) note();
    throw error;
  }
}
