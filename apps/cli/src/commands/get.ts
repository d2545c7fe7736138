import { basename, join } from "node:path";
import { fromRemoteName } from "@consigne/contract/remote-names";
import type { FileEntry } from "@consigne/sdk";
import { defineCommand, dryRunOption, jsonOption, type CommandCall } from "../command-line/command.ts";
import { countWithin } from "../command-line/amounts.ts";
import { ageOptions, readAge } from "../command-line/age.ts";
import { filesFromOption, isEmptyList, readFilesFrom, refuseSharedInput } from "../command-line/files-from.ts";
import { limitOptions } from "../sync/session/run-limits.ts";
import { CliError, UsageError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { makeLocalFolder } from "../command-line/local-folders.ts";
import { optionalSecret, passwordOption } from "../command-line/password-option.ts";
import type { OptionSpec, ValuesOf } from "../command-line/option.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { rememberingFolders } from "../remote/find-remote.ts";
import { findFile, findTarget, type FoundTarget, profileOf, readTarget, requireSound } from "../remote/remote-files.ts";
import { findRemotePath } from "../remote/remote-path.ts";
import { refuseSameNames } from "../remote/same-names.ts";
import type { LocalNames } from "../sync/trees/local-names.ts";
import { openSession, type Session } from "../sync/session/session.ts";
import { bandwidthOption } from "../sync/session/bandwidth-option.ts";
import { encodingOption, localNamesOf } from "../sync/session/encoding-option.ts";
import { FileFetch } from "../transfers/file-fetch.ts";
import { enterFolders, planFolderDownload } from "../transfers/folder-download.ts";
import { isFolderMeant, isLocalFolder, localNameOf } from "../transfers/local-place.ts";
import { isFreeOrSame } from "../transfers/same-content.ts";
import { isFolderLink, type ListedFolder, PublicFolderTree } from "../transfers/public-folder.ts";
import { provenBytes } from "../transfers/proven-bytes.ts";
import { TargetFolders } from "../transfers/target-folders.ts";

const DEFAULT_TRANSFERS = 4;

const options = [
  { flags: "-r, --recursive", description: "include folders, each under its own name in the target" },
  { flags: "--no-clobber", description: "do not replace existing local files" },
  {
    flags: "--transfers <n>",
    description: `files to download at the same time (default: ${DEFAULT_TRANSFERS})`,
    parse: countWithin({ least: 1, most: 64 }),
  },
  {
    flags: "--connections <n>",
    description: "connections per file (default: 1 to 6, by size and distance to the server)",
    parse: countWithin({ least: 1, most: 16 }),
  },
  filesFromOption,
  ...ageOptions,
  ...limitOptions,
  bandwidthOption,
  { flags: "--no-verify", description: "check the size but not the checksum" },
  encodingOption,
  passwordOption,
  dryRunOption,
  ...connectionOptions,
  jsonOption("type", "action", "path", "localPath", "sizeBytes"),
] as const satisfies readonly OptionSpec[];

type GetCall = CommandCall<ValuesOf<typeof options>>;

export const getCommand = defineCommand({
  name: "get",
  isTransfer: true,
  description: "Download files and folders. Each file is verified by its checksum before it gets its final name.",
  arguments: [
    {
      label: "path",
      description: "paths such as `:/photos`, or links; last, the target: a folder, a file, or - for standard output",
      isOptional: true,
      isList: true,
      completes: "either",
    },
  ],
  options,
  examples: [
    { line: "consigne get :/photos/cat.jpg", purpose: "download a file to the current folder" },
    { line: "consigne get -r :/photos ~/pictures", purpose: "download a folder, as ~/pictures/photos" },
    {
      line: "consigne get -r https://host/dir/Ab3dEf9h photos/",
      purpose: "download everything behind the link of a folder, as photos/…",
    },
    { line: "consigne get :/backup.tar.gz - | tar xz", purpose: "download to a pipe" },
  ],
  handler: get,
});

async function get(call: GetCall): Promise<number> {
  const { options } = call;
  refuseSharedInput(call);
  const listed = await readFilesFrom(call);
  const [sources, localTarget] = readArguments(call.arguments, listed);
  if (sources.length === 0 && isEmptyList(call, listed)) return exitCodes.ok;
  if (sources.length === 0) throw new UsageError("get needs a source and a target: get :/photos/cat.jpg .");
  const targets = sources.map(readTarget);
  const isWantedByAge = readAge(options);
  const transfers = options.transfers ?? DEFAULT_TRANSFERS;
  const connections = options.connections;
  const names = localNamesOf(options);
  const password = await optionalSecret(call);
  await using session = await openSession(call, {
    profile: profileOf(targets),
    bytesPerSecond: options.bwlimit,
  });
  if (localTarget === "-") return await toStandardOutput(call, session, targets, password);
  const isFolder = isFolderMeant(localTarget) || (await isLocalFolder(localTarget));
  if (targets.length > 1 && !isFolder)
    throw new UsageError(
      `"${localTarget}" is not a folder, and there are several sources; add a slash at the end to create it.`,
    );
  const placed: PlacedTarget[] = [];
  const server = rememberingFolders(session);
  for (const [index, target] of targets.entries()) {
    const { link } = target;
    if (link !== undefined && isFolderLink(link)) {
      if (!options.recursive) throw new UsageError(`${visible(link)} is a folder; pass -r to download it.`);
      const tree = new PublicFolderTree(session.client, { password, signal: session.signal });
      placed.push(
        placeContents({ kind: "page", link, tree, listing: await tree.list(link) }, link, localTarget, names),
      );
      continue;
    }
    const found = await findTarget(server, target, { password });
    if (found.kind === "folder" && !options.recursive)
      throw new UsageError(`${visible(found.text)} is a folder; pass -r to download it.`);
    placed.push(placeOf(found, sources[index] ?? "", { localTarget, isFolder, names }));
  }
  refuseSameNames(
    placed.flatMap(({ source, paths }) => paths.map((path) => ({ source, target: path }))),
    (path) => names.keyOf(path),
  );
  const run = new FileFetch(call, session, { password, connections, isWantedByAge });
  await planAll(call, session, { run, placed, localTarget, names });
  await run.fetchAll(transfers);
  session.progress.sum({ isVerified: run.isVerified });
  return run.outcome.exitCode();
}

/** The folder behind a link. Its page does not contain its name. */
interface PageTarget {
  kind: "page";
  link: string;
  tree: PublicFolderTree;
  listing: ListedFolder;
}

/** A source and the local paths requested for it. */
interface PlacedTarget {
  source: string;
  found: FoundTarget | PageTarget;
  localPath: string;
  paths: string[];
}

function placeOf(
  found: FoundTarget,
  source: string,
  { localTarget, isFolder, names }: { localTarget: string; isFolder: boolean; names: LocalNames },
): PlacedTarget {
  if (found.kind === "file") {
    // A name chosen by the user replaces that on the server, for example one that is too long for this disk.
    const localPath = isFolder
      ? join(localTarget, localNameOf(found.file.name, names, "get :/… short-name"))
      : localTarget;
    return { source, found, localPath, paths: [localPath] };
  }
  if (found.text !== "/") {
    const localPath = join(
      localTarget,
      localNameOf(found.listing.name || basename(found.text), names, "sync :/… short-name"),
    );
    return { source, found, localPath, paths: [localPath] };
  }
  return placeContents(found, source, localTarget, names);
}

/** A source without a name, such as the root, is downloaded as its contents. */
function placeContents(
  found: Extract<PlacedTarget["found"], { listing: unknown }>,
  source: string,
  localTarget: string,
  names: LocalNames,
): PlacedTarget {
  const { folders, files = [] } = found.listing;
  const local = new Set([...folders, ...files].map(({ name }) => names.toDisk(fromRemoteName(name))));
  return { source, found, localPath: localTarget, paths: [...local].map((name) => join(localTarget, name)) };
}

const isNameless = (found: PlacedTarget["found"]): boolean => found.kind === "page" || found.text === "/";

async function planAll(
  call: GetCall,
  { client, hasher, signal }: Session,
  {
    run,
    placed,
    localTarget,
    names,
  }: {
    run: FileFetch;
    placed: readonly PlacedTarget[];
    localTarget: string;
    names: LocalNames;
  },
): Promise<void> {
  const isDryRun = call.options.dryRun;
  const folders = new TargetFolders(localTarget, { makes: !isDryRun });
  const tools = {
    signal,
    names,
    taken: new Set(placed.flatMap(({ found, localPath }) => (isNameless(found) ? [] : [names.keyOf(localPath)]))),
    mayHave: (localPath: string, file: FileEntry) => isFreeOrSame(hasher, localPath, file, signal),
  };
  if (!isDryRun && isFolderMeant(localTarget)) makeLocalFolder(localTarget);
  for (const { found, localPath } of placed) {
    if (found.kind === "file") {
      run.plan([{ file: { ...found.file.entry, url: found.file.url }, localPath, remotePath: found.text }]);
      continue;
    }
    const isPage = found.kind === "page";
    const remotePath = isPage ? found.link : isNameless(found) ? "" : found.text;
    const list = isPage
      ? (id: number) => found.tree.list(id)
      : (id: number) => client.folders.get(id, { withFiles: true, signal });
    const wanted = await planFolderDownload(list, { listing: found.listing, localPath, remotePath }, tools);
    if (!isDryRun) makeLocalFolder(localTarget);
    const plan = await enterFolders(wanted, folders);
    run.plan(
      plan.files.map((each) => ({ ...each, asksChecksum: isPage })),
      folders,
    );
    for (const { path, why } of plan.leftOut) run.outcome.fail(path, new CliError("local-name", `not stored: ${why}`));
  }
}

function readArguments(
  given: readonly string[],
  list: readonly string[] | undefined,
): [sources: readonly string[], target: string] {
  const [last, listed] = [given.at(-1) ?? "", list ?? []];
  const isRemote = findRemotePath(last) !== undefined || /^https?:\/\//i.test(last);
  if (!isRemote && given.length > 0 && (given.length > 1 || list !== undefined)) {
    return [[...given.slice(0, -1), ...listed], last];
  }
  return [[...given, ...listed], "."];
}

async function toStandardOutput(
  { options, output }: GetCall,
  session: Session,
  targets: readonly ReturnType<typeof readTarget>[],
  password: string | undefined,
): Promise<number> {
  const [target] = targets;
  if (target === undefined || targets.length > 1) throw new UsageError("Only one file can go to standard output.");
  if (options.json) throw new UsageError("--json cannot be combined with a file on standard output.");
  const { client, hasher, signal } = session;
  const { file, text } = await findFile(session, target, { password });
  requireSound(file.entry, text);
  const { stream } = await client.downloads.open(file.url, { password, signal });
  for await (const chunk of provenBytes(file, stream, options.verify ? hasher : undefined)) {
    await output.printBytes(chunk);
  }
  return exitCodes.ok;
}
