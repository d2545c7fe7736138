import { realpath } from "node:fs/promises";
import { countWithin } from "../command-line/amounts.ts";
import { ageOptions, readAge } from "../command-line/age.ts";
import { filesFromOption, isEmptyList, readFilesFrom } from "../command-line/files-from.ts";
import { limitOptions } from "../sync/session/run-limits.ts";
import { defineCommand, dryRunOption, jsonOption, type CommandCall } from "../command-line/command.ts";
import { failureLine } from "../command-line/failures.ts";
import type { OptionSpec, ValuesOf } from "../command-line/option.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { remotePathText } from "../remote/remote-path.ts";
import type { CompareMethod } from "../sync/plan/comparison.ts";
import { bandwidthOption } from "../sync/session/bandwidth-option.ts";
import { encodingOption, localNamesOf } from "../sync/session/encoding-option.ts";
import { filterOptions, readFilter } from "../sync/session/filter-options.ts";
import { indexPath, LocalIndex } from "../sync/trees/local-index.ts";
import { TargetClaim } from "../sync/session/target-claim.ts";
import { notingOwnersQuota, requireWritableFolder, startOf } from "../remote/shared-root.ts";
import { findRemoteRoot } from "../sync/session/remote-root.ts";
import { runReported } from "../sync/session/reported-run.ts";
import type { SyncWatcher } from "../sync/apply/run-record.ts";
import { openSession } from "../sync/session/session.ts";
import type { Session } from "../sync/session/session.ts";
import { belowRemote } from "../sync/trees/listed-files.ts";
import { readSides } from "../sync/session/sides.ts";
import type { Sides } from "../sync/session/sides.ts";
import { parseDeletionLimit } from "../sync/session/sync-options.ts";
import { describeStep, progressWatcher } from "../sync/session/sync-report.ts";

const DEFAULT_TRANSFERS = 4;

const options = [
  { flags: "--delete", description: "remove from the target what the source does not have" },
  {
    flags: "--max-delete <n>",
    description: "change nothing if more files than this would be removed, such as 20 or 5%",
    parse: parseDeletionLimit,
  },
  { flags: "--allow-empty-source", description: "accept an empty source, even with --delete" },
  { flags: "--ignore-errors", description: "let --delete remove files even if something could not be sent or fetched" },
  dryRunOption,
  ...filterOptions,
  filesFromOption,
  ...ageOptions,
  { flags: "--size-only", description: "compare only sizes; moved files are not detected" },
  { flags: "--checksum", description: "re-read every local file, even if it seems unchanged" },
  { flags: "--copy-links", description: "follow symbolic links" },
  {
    flags: "--transfers <n>",
    description: `files to transfer at the same time (default: ${DEFAULT_TRANSFERS})`,
    parse: countWithin({ least: 1, most: 64 }),
  },
  bandwidthOption,
  ...limitOptions,
  encodingOption,
  { flags: "--steps", description: "print every step" },
  ...connectionOptions,
  {
    ...jsonOption("type", "action", "path", "fromPath", "sizeBytes", "url"),
    description: "print a line of JSON for each step and for the end",
  },
] as const satisfies readonly OptionSpec[];

type SyncCall = CommandCall<ValuesOf<typeof options>>;

export const syncCommand = defineCommand({
  name: "sync",
  isTransfer: true,
  description: "Copy new and changed files from a local folder to a remote one, or back.",
  arguments: [
    { label: "source", description: "local folder, or a remote one such as `:/photos`", completes: "either" },
    { label: "target", description: "the folder on the other side", completes: "either" },
  ],
  options,
  excludes: { "--size-only": ["--checksum"] },
  examples: [
    { line: "consigne sync ~/photos :/photos", purpose: "upload what is new or has changed" },
    { line: "consigne sync ~/photos :/photos --delete --dry-run", purpose: "show what an exact copy would change" },
    { line: "consigne sync :/photos ~/photos --exclude '*.tmp'", purpose: "download a folder without some files" },
  ],
  handler: (call) => notingOwnersQuota(call, () => sync(call)),
});

type Settings = ReturnType<typeof readSettings>;

async function sync(call: SyncCall): Promise<number> {
  const { options } = call;
  const sides = readSides("sync", call.arguments);
  const settings = readSettings(options);
  const listed = await readFilesFrom(call);
  if (isEmptyList(call, listed)) return exitCodes.ok;
  const filter = await readFilter(options, listed && belowRemote(listed, sides.remotePath));
  await using session = await openSession(call, { ...settings, profile: sides.remotePath.profile });
  return await runWith(session, sides, { ...settings, filter }, call);
}

async function runWith(
  session: Session,
  sides: Sides,
  settings: Settings & { filter: Awaited<ReturnType<typeof readFilter>> },
  call: SyncCall,
): Promise<number> {
  const { client, remote, hasher, signal, progress } = session;
  const start = await startOf(session, sides.remotePath);
  const root = await findRemoteRoot(remote, sides.remotePath, signal, start);
  if (sides.direction === "up") await requireWritableFolder(session, sides.remotePath, root.id ?? start.folderId);
  const localRoot = await realpath(sides.localRoot).catch(() => sides.localRoot);
  const pair = { localRoot, remote: `${client.apiUrl} ${remotePathText(sides.remotePath)}` };
  using index = LocalIndex.open(indexPath(call.environment.cacheFolder, pair));
  const target = { apiUrl: client.apiUrl, path: remotePathText(sides.remotePath) };
  const isWriting = sides.direction === "up" && !settings.isDryRun;
  using held = new DisposableStack();
  if (isWriting) held.use(TargetClaim.hold(call.environment.cacheFolder, target));
  const request = {
    ...settings,
    direction: sides.direction,
    remoteName: sides.remoteName,
    localRoot,
    remoteRootId: root.id,
    makeRemoteRoot: () => root.make(),
    remote,
    index,
    hasher,
    signal,
    mayCarry: session.limits.mayBegin,
    watcher: watcherFor(call, session),
  };
  return await runReported(request, { ...call, progress, hasClosing: true });
}

function readSettings(options: SyncCall["options"]) {
  return {
    method: methodOf(options),
    deletes: options.delete,
    maxDelete: options.maxDelete,
    allowsEmptySource: options.allowEmptySource,
    ignoresErrors: options.ignoreErrors,
    followsLinks: options.copyLinks,
    isDryRun: options.dryRun,
    isWantedByAge: readAge(options),
    transfers: options.transfers ?? DEFAULT_TRANSFERS,
    bytesPerSecond: options.bwlimit,
    localNames: localNamesOf(options),
  };
}

function methodOf({ sizeOnly, checksum }: SyncCall["options"]): CompareMethod {
  if (sizeOnly) return "size";
  return checksum ? "checksum" : "index";
}

function watcherFor({ options, output }: SyncCall, { progress }: Session): SyncWatcher {
  const shown = progressWatcher(progress);
  const isJson = options.json;
  const printsSteps = options.dryRun || options.steps;
  return {
    ...shown,
    onStep: (step) => {
      shown.onStep?.(step);
      if (isJson) output.print(JSON.stringify({ type: "step", ...step }));
      else if (printsSteps) output.print(describeStep(step));
    },
    onFailure: (failure, error) => {
      if (isJson) output.print(failureLine(failure, error));
    },
  };
}
