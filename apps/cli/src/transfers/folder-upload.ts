import { basename } from "node:path";
import { toRemoteName } from "@consigne/contract/remote-names";
import { type AgeValues, readAge } from "../command-line/age.ts";
import { failureLine } from "../command-line/failures.ts";
import { UsageError } from "../command-line/errors.ts";
import type { CommandCall, DryRunValues, JsonValues, QuietValues } from "../command-line/command.ts";
import type { PasswordValues } from "../command-line/password-option.ts";
import { type RemotePath, remotePathText } from "../remote/remote-path.ts";
import { requireWritableFolder, startOf } from "../remote/shared-root.ts";
import { filterOf } from "../sync/trees/filter-rules.ts";
import type { LocalNames } from "../sync/trees/local-names.ts";
import { indexPath, LocalIndex } from "../sync/trees/local-index.ts";
import { TargetClaim } from "../sync/session/target-claim.ts";
import { findRemoteRoot } from "../sync/session/remote-root.ts";
import { runReported } from "../sync/session/reported-run.ts";
import type { Session } from "../sync/session/session.ts";
import { progressWatcher } from "../sync/session/sync-report.ts";
import type { SyncRequest } from "../sync/session/sync-run.ts";

const TRANSFERS = 4;

type FolderValues = AgeValues &
  DryRunValues &
  JsonValues &
  PasswordValues &
  QuietValues & { readonly clobber: boolean; readonly keepBoth: boolean };

/**
 * Call before anything is sent: files named beside the folder would already be uploaded when its turn comes.
 * @throws {UsageError}
 */
export function refuseOptionsOfFiles({
  clobber,
  keepBoth,
  passwordStdin,
}: Pick<FolderValues, "clobber" | "keepBoth" | "passwordStdin">): void {
  if (clobber && !keepBoth && !passwordStdin) return;
  throw new UsageError("--no-clobber, --keep-both and --password-stdin are for single files, not for folders.");
}

/**
 * Sends a folder with the engine of `sync`, which batches small files and resumes interrupted runs; it removes nothing.
 */
export async function putFolder(
  call: CommandCall<FolderValues>,
  session: Session,
  folder: { localRoot: string; localNames: LocalNames; path: RemotePath },
): Promise<number> {
  const { options, output, environment } = call;
  const { client, remote, hasher, signal, progress } = session;
  // Always into the target, whether it exists or not: otherwise the same command would mean another place once the
  // target exists.
  const segments = [
    ...folder.path.segments,
    toRemoteName(folder.localNames.fromDisk(basename(folder.localRoot))),
  ].filter((name) => name !== "");
  const remoteName = remotePathText({ ...folder.path, segments });
  const start = await startOf(session, folder.path);
  const root = await findRemoteRoot(remote, { ...folder.path, segments, isFolderMeant: true }, signal, start);
  await requireWritableFolder(session, folder.path, root.id ?? start.folderId);
  const pair = { localRoot: folder.localRoot, remote: `${client.apiUrl} ${remoteName}` };
  using index = LocalIndex.open(indexPath(environment.cacheFolder, pair));
  const isDryRun = options.dryRun;
  const target = { apiUrl: client.apiUrl, path: remoteName };
  using held = new DisposableStack();
  if (!isDryRun) held.use(TargetClaim.hold(environment.cacheFolder, target));
  const isJson = options.json;
  const request: SyncRequest = {
    direction: "up",
    localRoot: folder.localRoot,
    localNames: folder.localNames,
    remoteName,
    remoteRootId: root.id,
    makeRemoteRoot: () => root.make(),
    remote,
    index,
    hasher,
    signal,
    filter: filterOf({ includes: [], excludes: [], filterLines: [] }),
    method: "index",
    deletes: false,
    maxDelete: undefined,
    allowsEmptySource: true,
    ignoresErrors: false,
    followsLinks: false,
    isDryRun,
    transfers: TRANSFERS,
    mayCarry: session.limits.mayBegin,
    isWantedByAge: readAge(options),
    watcher: {
      ...progressWatcher(progress),
      ...(isJson ? { onFailure: (failure, error) => output.print(failureLine(failure, error)) } : {}),
    },
  };
  return await runReported(request, { options, output, progress });
}
