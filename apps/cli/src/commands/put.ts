import { realpath, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { entriesNamed, toRemoteName, writtenName } from "@consigne/contract/remote-names";
import { type Client, type FileEntry, fromPath, type UploadedFile } from "@consigne/sdk";
import { defineCommand, dryRunOption, jsonOption, type CommandCall } from "../command-line/command.ts";
import { ageOptions, readAge } from "../command-line/age.ts";
import { filesFromOption, isEmptyList, readFilesFrom, refuseSharedInput } from "../command-line/files-from.ts";
import { limitOptions } from "../sync/session/run-limits.ts";
import { CliError, UsageError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { optionalSecret, passwordOption } from "../command-line/password-option.ts";
import type { OptionSpec, ValuesOf } from "../command-line/option.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { folderInTheWay, fromNewest } from "../remote/look-up.ts";
import { type Destination, findDestination } from "../remote/remote-files.ts";
import { notingOwnersQuota } from "../remote/shared-root.ts";
import { readAnyPath } from "../remote/remote-path.ts";
import { type PlacedSource, refuseSameNames } from "../remote/same-names.ts";
import type { LocalNames } from "../sync/trees/local-names.ts";
import { openSession, type Session } from "../sync/session/session.ts";
import { bandwidthOption } from "../sync/session/bandwidth-option.ts";
import { encodingOption, localNamesOf } from "../sync/session/encoding-option.ts";
import { putFolder, refuseOptionsOfFiles } from "../transfers/folder-upload.ts";
import { holdsSame, holdsSameAsFarAsKnown, isOnServer } from "../transfers/same-content.ts";
import { fromStandardInput } from "../transfers/standard-input-source.ts";
import { SentFiles } from "../transfers/sent-files.ts";
import { ShownTransfer } from "../transfers/shown-transfer.ts";
import { TransferOutcome } from "../transfers/transfer-outcome.ts";

const options = [
  { flags: "-r, --recursive", description: "include folders, each under its own name in the target" },
  { flags: "-p, --parents", description: "create missing parent folders of the target" },
  { flags: "--no-clobber", description: "do not replace existing remote files" },
  { flags: "--keep-both", description: "keep the existing file as well, under the same name" },
  { flags: "--allow-empty", description: "let empty standard input replace a file that is not empty" },
  filesFromOption,
  ...ageOptions,
  ...limitOptions,
  bandwidthOption,
  encodingOption,
  { ...passwordOption, description: "protect the new links with a password, from standard input or a prompt" },
  dryRunOption,
  ...connectionOptions,
  jsonOption("type", "action", "path", "url", "sizeBytes", "whirlpool", "isDamaged"),
] as const satisfies readonly OptionSpec[];

type PutCall = CommandCall<ValuesOf<typeof options>>;

export const putCommand = defineCommand({
  name: "put",
  isTransfer: true,
  description:
    "Upload files and folders. Identical files are skipped; a file that differs is replaced once the new one is stored.",
  arguments: [
    {
      label: "path",
      description: "local files, or - for standard input; last, the remote folder or name",
      isList: true,
      completes: "either",
    },
  ],
  options,
  excludes: { "--no-clobber": ["--keep-both"] },
  examples: [
    { line: "consigne put *.jpg :/photos/", purpose: "upload files to a folder and print their links" },
    { line: "consigne put -r ~/photos :/backup", purpose: "upload a folder, as :/backup/photos" },
    { line: "tar cz ~/mail | consigne put - :/backup/mail.tar.gz", purpose: "upload from a pipe" },
  ],
  handler: (call) => notingOwnersQuota(call, () => put(call)),
});

async function put(call: PutCall): Promise<number> {
  const { options } = call;
  const sources = await readSources(call);
  if (sources.length === 0) return exitCodes.ok;
  const isWantedByAge = readAge(options);
  const path = readAnyPath(call.arguments.at(-1) ?? "");
  const isOnly = sources.length === 1;
  const kinds = await Promise.all(sources.map((source) => kindOf(source, { takesFolders: options.recursive, isOnly })));
  if (kinds.includes("folder")) refuseOptionsOfFiles(options);
  const names = localNamesOf(options);
  const password = await optionalSecret(call);
  await using session = await openSession(call, { profile: path.profile, bytesPerSecond: options.bwlimit });
  const makesParents = options.parents;
  const isFolderMeant = path.isFolderMeant || (makesParents && (!isOnly || kinds[0] === "folder"));
  const destination = await findDestination(
    session,
    { ...path, isFolderMeant },
    { makesParents, advice: "; pass -p to create it" },
  );
  if (sources.length > 1 && destination.kind === "new") {
    throw new CliError(
      "not-found",
      `${visible(destination.text)} does not exist; add a slash at the end to create it as a folder.`,
      { exitCode: exitCodes.notFound },
    );
  }
  if (!options.keepBoth) refuseSameNames(await placesOf(sources, kinds, destination, names));
  const sizes = options.dryRun
    ? []
    : await Promise.all(sources.map(async (each, index) => (kinds[index] === "file" ? sizeOf(each) : undefined)));
  for (const bytes of sizes) if (bytes !== undefined) session.progress.expect({ files: 1, bytes });
  const outcome = new TransferOutcome(call, session);
  const sent = new SentFiles(session);
  let worst: number = exitCodes.ok;
  for (const [index, source] of sources.entries()) {
    await outcome.attempt(source, { isOnly }, async () => {
      if (source !== "-") await stat(source);
      if (kinds[index] === "folder") {
        const localRoot = await realpath(source);
        worst = Math.max(worst, await putFolder(call, session, { localRoot, localNames: names, path }));
        return;
      }
      const isWanted = isWantedByAge?.(await changedAtMs(source)) !== false;
      const isSent = isWanted && (await putFile(call, session, { source, destination, password, names, sent }));
      const bytes = sizes[index];
      if (!isSent && bytes !== undefined) session.progress.expect({ files: -1, bytes: -bytes });
    });
  }
  for (const { path, error } of await sent.takeBackMisplaced()) {
    if (isOnly) throw error;
    outcome.fail(path, error);
  }
  if (!options.dryRun) session.progress.sum({ isVerified: true });
  return outcome.exitCode() || worst;
}

/** The size of a stream is unknown; a missing file is reported when its turn comes. */
async function sizeOf(source: string): Promise<number> {
  return source === "-"
    ? 0
    : stat(source).then(
        ({ size }) => size,
        () => 0,
      );
}

/**
 * None for an empty list.
 * @throws {UsageError} if there is nothing to send, or standard input would be used for two things
 */
async function readSources(call: PutCall): Promise<string[]> {
  const listed = await readFilesFrom(call);
  const sources = [...call.arguments.slice(0, -1), ...(listed ?? [])];
  if (sources.length === 0 && isEmptyList(call, listed)) return [];
  if (sources.length === 0) throw new UsageError("put needs a source and a target: put cat.jpg :/photos/");
  refuseSharedInput(call, sources);
  return sources;
}

/** Piped input counts as changed now. */
const changedAtMs = async (source: string): Promise<number> =>
  source === "-" ? Date.now() : (await stat(source)).mtimeMs;

/** Checked before anything is sent. Of several sources, a missing one is reported when its turn comes. */
async function kindOf(
  source: string,
  { takesFolders, isOnly }: { takesFolders: boolean; isOnly: boolean },
): Promise<"file" | "folder"> {
  if (source === "-") return "file";
  const found = await stat(source).catch((error: unknown) => {
    if (isOnly) throw error;
    return undefined;
  });
  if (found?.isDirectory() !== true) return "file";
  if (!takesFolders) throw new UsageError(`${visible(source)} is a folder; pass -r to upload it.`);
  return "folder";
}

async function placesOf(
  sources: readonly string[],
  kinds: readonly ("file" | "folder")[],
  destination: Destination,
  names: LocalNames,
): Promise<PlacedSource[]> {
  const places = sources.map(async (source, index) => {
    const name = remoteNameOf(kinds[index] === "folder" ? await realpath(source) : source, names);
    return { source, target: `${destination.text.replace(/\/$/, "")}/${name}` };
  });
  return Promise.all(places);
}

function remoteNameOf(localPath: string, names: LocalNames): string {
  return toRemoteName(names.fromDisk(basename(resolve(localPath))));
}

interface FileToPut {
  source: string;
  destination: Destination;
  password: string | undefined;
  names: LocalNames;
  sent: SentFiles;
}

/** Returns whether it was sent. */
async function putFile(
  call: PutCall,
  session: Session,
  { source, destination, password, names, sent: sentFiles }: FileToPut,
): Promise<boolean> {
  const { options } = call;
  const { client, progress, signal } = session;
  if (source === "-" && destination.kind === "folder")
    throw new UsageError("put - needs the name of the remote file: put - :/folder/name");
  const { name, remotePath, existing } = placeOf(source, destination, names);
  if (existing !== undefined && !options.keepBoth) {
    const compare = options.clobber ? holdsSame : holdsSameAsFarAsKnown;
    const isSame = source !== "-" && (await isOnServer(session, source, existing, compare));
    if (isSame) return say(call, session, "unchanged", remotePath, existing);
    if (!options.clobber) {
      if (existing.isDamaged) noteDamage(remotePath, session);
      return say(call, session, "kept", remotePath, existing);
    }
  }
  if (options.dryRun) return say(call, session, "would-send", remotePath);
  const replaced = options.keepBoth ? undefined : existing;
  const isPiped = source === "-";
  const outgoing = isPiped
    ? await fromStandardInput(call, name, { replaced, remotePath, signal })
    : await fromPath(source, { name });
  if (!session.limits.mayBegin(outgoing.sizeBytes)) {
    session.limits.leave(outgoing.sizeBytes);
    await outgoing.dispose?.();
    return say(call, session, "skipped", remotePath);
  }
  if (isPiped) progress.expect({ bytes: outgoing.sizeBytes });
  const shown = new ShownTransfer(progress, { name, sizeBytes: outgoing.sizeBytes });
  let isDone = false;
  try {
    const folderId = await destination.ensureFolder();
    // Piped input is lost when this process ends.
    using record = isPiped ? undefined : session.records.of({ folderId, name, localPath: source });
    const sendOptions = {
      folderId,
      signal,
      memory: record,
      // It has other bytes by now, whatever was sent to it before.
      replaces: replaced?.whirlpool === undefined ? [] : [replaced.url],
      // Identical bytes repair a damaged file only if their checksum is known at once.
      isInOneRequest: isPiped || replaced?.isDamaged === true,
      throttle: session.bandwidth?.throttle.bind(session.bandwidth),
      onProgress: shown.onUpload,
      ...(password === undefined ? {} : { password }),
    };
    const sent = await sentFiles.note({ path: remotePath, folderId }, () =>
      client.uploads.sendOne(outgoing, sendOptions),
    );
    isDone = true;
    // It may be the existing file itself: an earlier attempt may have completed without an answer.
    if (replaced === undefined || replaced.url === sent.url) return say(call, session, "sent", remotePath, sent);
    if (password === undefined && (await keepsLink(client, replaced, sent, signal)))
      return say(call, session, "sent", remotePath, { ...sent, url: replaced.url });
    const isHealed = password === undefined && (await hasHealed(client, replaced, sent, signal));
    await client.files.remove([isHealed ? sent.url : replaced.url], { signal });
    return say(call, session, "sent", remotePath, isHealed ? replaced : sent);
  } finally {
    shown.end(isDone);
    // The upload does so too, if it began.
    await outgoing.dispose?.();
  }
}

/** Whether the existing file now has the bytes that were sent, under its own link; the newly sent one is then gone. */
async function keepsLink(client: Client, old: FileEntry, sent: UploadedFile, signal: AbortSignal): Promise<boolean> {
  if ((await client.about())?.extensions.includes("versions") !== true) return false;
  const [replaced] = await client.versions.replace([{ file: old.url, replacement: sent.url }], { signal });
  return replaced !== undefined && replaced.outcome !== "failed";
}

/**
 * Sending the same bytes repairs every file that has them, so the damaged one keeps its link. Checked before the newly
 * sent file is removed.
 */
async function hasHealed(client: Client, old: FileEntry, sent: UploadedFile, signal: AbortSignal): Promise<boolean> {
  if (!old.isDamaged || old.whirlpool !== sent.whirlpool) return false;
  return !(await client.files.info(old.url, { signal })).isDamaged;
}

/** The name in a path that the user wrote is interpreted; the name of a local file is used exactly as it is. */
function placeOf(
  source: string,
  destination: Destination,
  names: LocalNames,
): { name: string; remotePath: string; existing: FileEntry | undefined } {
  const { text } = destination;
  if (destination.kind === "new") {
    const { name, existing } = destination;
    return { name: existing === undefined ? name : writtenName(existing.name), remotePath: text, existing };
  }
  const { folders, files = [] } = destination.contents;
  const name = remoteNameOf(source, names);
  const remotePath = `${text.replace(/\/$/, "")}/${name}`;
  const [existing] = fromNewest(entriesNamed(files, name));
  if (existing === undefined && entriesNamed(folders, name).length > 0) throw folderInTheWay(remotePath);
  return { name, remotePath, existing };
}

/** Shown with `--quiet` too: somebody who relies on the copy there would lose the file. */
function noteDamage(remotePath: string, { progress }: Session): void {
  progress.note(`${visible(remotePath)} is damaged on the server. Run put without --no-clobber to restore it.`);
}

/**
 * The link is the result; anything that did not happen is a note. Returns whether the result is that the file was sent.
 */
function say(
  { options, output }: PutCall,
  { progress }: Session,
  action: string,
  path: string,
  file?: { url: string; sizeBytes: number; whirlpool?: string | undefined; isDamaged?: boolean },
): boolean {
  const isSent = action === "sent";
  progress.clear();
  if (options.json) {
    const { url, sizeBytes, whirlpool, isDamaged } = file ?? {};
    const damage = action === "kept" && isDamaged === true ? { isDamaged } : {};
    output.print(
      JSON.stringify({ type: "file", action, path, url, sizeBytes, whirlpool: whirlpool || undefined, ...damage }),
    );
    return isSent;
  }
  if (!isSent && !options.quiet) progress.note(`${action.replace("-", " ")}: ${visible(path)}`);
  if (file !== undefined) output.print(visible(file.url));
  return isSent;
}
