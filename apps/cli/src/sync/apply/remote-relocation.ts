import { toRemoteName } from "@consigne/contract/remote-names";
import type { Attempts } from "./attempts.ts";
import { piecesOf } from "../trees/pieces.ts";
import type { Relocation } from "../plan/plan.ts";
import type { RemoteFolders } from "./remote-folders.ts";
import type { RemoteRemoval } from "./remote-removal.ts";
import { LINKS_PER_CALL } from "../trees/remote-store.ts";
import type { RemoteStore } from "../trees/remote-store.ts";
import type { RunRecord } from "./run-record.ts";
import { nameOf, parentOf } from "../trees/tree.ts";
import type { LocalFile, RemoteFile } from "../trees/tree.ts";

type Placed = Relocation<LocalFile, RemoteFile>;

export interface RelocationContext {
  remote: Pick<RemoteStore, "move" | "rename" | "copy">;
  folders: RemoteFolders;
  removal: RemoteRemoval;
  record: RunRecord;
  attempts: Attempts;
  signal: AbortSignal;
}

/** Moves or copies files on the server, those for one folder together. */
export async function relocateRemotely(
  wanted: readonly Placed[],
  action: "move" | "copy",
  context: RelocationContext,
): Promise<void> {
  const { attempts, folders, record, removal } = context;
  for (const [folder, group] of Map.groupBy(wanted, ({ path }) => parentOf(path))) {
    for (const piece of piecesOf(group, LINKS_PER_CALL)) {
      const paths = piece.map(({ path }) => path);
      const done = await attempts.try(action, paths, async () => {
        const id = await folders.idOf(folder);
        await (action === "move" ? movePiece(piece, folder, id, context) : copyPiece(piece, id, context));
      });
      if (done === undefined) continue;
      for (const { path, fromPath, file, replaced } of piece) {
        record.done({ action, path, fromPath, sizeBytes: file.sizeBytes });
        await removal.retire(
          path,
          replaced.map(({ url }) => url),
        );
      }
    }
  }
}

/** A moved file keeps its link. In between it has its old name in the new folder, where the next run finds it. */
async function movePiece(
  piece: readonly Placed[],
  folder: string,
  folderId: number,
  { remote, signal }: RelocationContext,
): Promise<void> {
  const elsewhere = piece.filter(({ fromPath }) => parentOf(fromPath) !== folder);
  const [only] = elsewhere;
  if (only !== undefined && piece.length === 1) {
    return remote.move([only.file.url], folderId, isRenamed(only) ? newName(only) : undefined, signal);
  }
  const urls = elsewhere.map(({ file }) => file.url);
  if (urls.length > 0) await remote.move(urls, folderId, undefined, signal);
  const names = piece.filter(isRenamed).map((each) => ({ url: each.file.url, name: newName(each) }));
  if (names.length > 0) await remote.rename(names, signal);
}

async function copyPiece(
  piece: readonly Placed[],
  folderId: number,
  { remote, signal }: RelocationContext,
): Promise<void> {
  const urls = piece.filter((each) => !isRenamed(each)).map(({ file }) => file.url);
  if (urls.length > 0) await remote.copy(urls, folderId, undefined, signal);
  for (const each of piece.filter(isRenamed)) await remote.copy([each.file.url], folderId, newName(each), signal);
}

function isRenamed({ path, fromPath }: Placed): boolean {
  return nameOf(path) !== nameOf(fromPath);
}

function newName({ path }: Placed): string {
  return toRemoteName(nameOf(path));
}
