import { counted, formatBytes } from "../command-line/amounts.ts";
import { defineCommand, dryRunOption, jsonOption, type CommandCall } from "../command-line/command.ts";
import { CliError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import type { OptionSpec, ValuesOf } from "../command-line/option.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { readRemotePath, remotePathText } from "../remote/remote-path.ts";
import { differs, findSameContent, findSameName, isAgeDoubtful, lossByFolder } from "../sync/plan/duplicates.ts";
import type { DuplicateGroup, FolderLoss, RemotePlace } from "../sync/plan/duplicates.ts";
import { piecesOf } from "../sync/trees/pieces.ts";
import { filterOptions, readFilter } from "../sync/session/filter-options.ts";
import { findRemoteRoot } from "../sync/session/remote-root.ts";
import { scanRemote } from "../sync/trees/remote-scan.ts";
import { LINKS_PER_CALL } from "../sync/trees/remote-store.ts";
import { noteList } from "../sync/session/sync-report.ts";
import { openSession } from "../sync/session/session.ts";
import type { Session } from "../sync/session/session.ts";

const options = [
  {
    flags: "--by <name|content>",
    description: "name: same name in one folder (default); content: same content anywhere below it",
  },
  { flags: "--keep <newest|oldest|first>", description: "newest (default), oldest, or first by path" },
  { flags: "--yes", description: "remove the others; otherwise they are only listed" },
  dryRunOption,
  ...filterOptions,
  ...connectionOptions,
  {
    ...jsonOption("type", "duplicates", "duplicateBytes", "differing", "folders", "kept", "others"),
    description: "print a line of JSON for each group and for the end",
  },
] as const satisfies readonly OptionSpec[];

type DedupeCall = CommandCall<ValuesOf<typeof options>>;

export const dedupeCommand = defineCommand({
  name: "dedupe",
  description:
    "Find remote files with the same name in one folder, or with the same content; with --yes, keep one of each.",
  arguments: [{ label: "folder", description: "remote folder, such as `:/photos`", completes: "remote" }],
  options,
  examples: [
    { line: "consigne dedupe :/photos", purpose: "list names that occur more than once in a folder" },
    {
      line: "consigne dedupe :/photos --keep oldest --yes",
      purpose: "keep the file that was uploaded first, and remove the others",
    },
    { line: "consigne dedupe :/photos --by content", purpose: "list identical files, whatever their names" },
  ],
  handler: dedupe,
});

async function dedupe(call: DedupeCall): Promise<number> {
  const { options } = call;
  const path = readRemotePath(call.arguments[0] ?? "", "look for duplicates in it");
  const { keep = "newest", by = "name" } = options;
  const filter = await readFilter(options);
  const removes = options.yes && !options.dryRun;
  await using session = await openSession(call, { profile: path.profile });
  const { remote, signal, progress } = session;
  const { id } = await findRemoteRoot(remote, path, signal);
  if (id === undefined) {
    const text = `${visible(remotePathText(path))} is not on the server.`;
    throw new CliError("not-found", text, { exitCode: exitCodes.notFound });
  }
  progress.phase("listing");
  const tree = await scanRemote(remote, id, { filter, signal });
  const found = by === "name" ? findSameName(tree, keep) : findSameContent(tree, keep);
  const nowMs = keep === "first" || found.length === 0 ? Infinity : await serverNowMs(session);
  const groups = found.filter((group) => !isAgeDoubtful(group, nowMs));
  const undecided = found.filter((group) => isAgeDoubtful(group, nowMs));
  printLoss(lossByFolder(tree, groups), groups, call, session);
  print(groups, call);
  const removed = removes ? await removeOthers(groups, session) : 0;
  printUndecided(undecided, call, session);
  printEnd(groups, removed, call, session);
  return removes && undecided.length > 0 ? exitCodes.partial : exitCodes.ok;
}

/** According to the server's clock, which dates the files. */
async function serverNowMs({ client, signal }: Session): Promise<number> {
  const { clockAheadMs = 0 } = await client.ping({ signal });
  return Date.now() - clockAheadMs;
}

function printUndecided(
  groups: readonly DuplicateGroup[],
  { options, output }: DedupeCall,
  { progress }: Session,
): void {
  if (options.json) {
    for (const { kept, others } of groups) {
      output.print(JSON.stringify({ type: "undecided", others: [kept, ...others].map(placeOf) }));
    }
    return;
  }
  // Among files with the same path, no first one can be chosen by path.
  const havePaths = groups.every(
    ({ kept, others }) => new Set([kept, ...others].map(({ path }) => path)).size > others.length,
  );
  noteList(
    (line) => progress.note(line),
    `skipped, because a file is dated in the future and the order of upload is unknown (${havePaths ? "--keep first decides by path; " : ""}consigne rm removes one by its link)`,
    groups.flatMap(({ kept, others }) => [kept, ...others].map(({ path, file }) => `${path} ${file.url}`)),
  );
}

async function removeOthers(groups: readonly DuplicateGroup[], { remote, signal }: Session): Promise<number> {
  const urls = groups.flatMap(({ others }) => others.map(({ file }) => file.url));
  for (const piece of piecesOf(urls, LINKS_PER_CALL)) await remote.remove(piece, signal);
  return urls.length;
}

/** First of all: how much would be removed, and from where. */
function printLoss(
  losses: readonly FolderLoss[],
  groups: readonly DuplicateGroup[],
  { options, output, arguments: given }: DedupeCall,
  { progress }: Session,
): void {
  if (losses.length === 0) return;
  const [files, bytes] = [sumOf(losses.map((loss) => loss.files)), sumOf(losses.map((loss) => loss.bytes))];
  const differing = groups.flatMap(({ kept, others }) => others.filter((other) => differs(kept, other))).length;
  if (options.json) {
    return output.print(
      JSON.stringify({ type: "plan", duplicates: files, duplicateBytes: bytes, differing, folders: losses }),
    );
  }
  progress.note(`to be removed: ${counted(files, "file")}, ${formatBytes(bytes)}`);
  const [folder = ""] = given;
  const root = folder.replace(/\/+$/, "");
  for (const { path, files: count, bytes: size, isAll } of losses) {
    const all = isAll ? ", everything in it" : "";
    progress.note(
      `  ${visible(path === "" ? folder : `${root}/${path}`)}: ${counted(count, "file")}, ${formatBytes(size)}${all}`,
    );
  }
  if (differing > 0) progress.note(`different from the file that is kept: ${differing}`);
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}

function print(groups: readonly DuplicateGroup[], { options, output }: DedupeCall): void {
  for (const { kept, others } of groups) {
    if (options.json) {
      output.print(
        JSON.stringify({
          type: "group",
          kept: placeOf(kept),
          others: others.map((other) => ({ ...placeOf(other), differs: differs(kept, other) })),
        }),
      );
      continue;
    }
    output.print(
      `keep   ${visible(kept.path)} (${formatBytes(kept.file.sizeBytes)}${damageOf(kept)}) ${kept.file.url}`,
    );
    for (const other of others) {
      const note = `${damageOf(other)}${differs(kept, other) ? ", different content" : ""}`;
      output.print(`remove ${visible(other.path)} (${formatBytes(other.file.sizeBytes)}${note}) ${other.file.url}`);
    }
  }
}

function damageOf({ file }: RemotePlace): string {
  return file.isDamaged === true ? ", damaged" : "";
}

function placeOf({ path, file }: RemotePlace): object {
  return { path, url: file.url, sizeBytes: file.sizeBytes, isDamaged: file.isDamaged === true };
}

function printEnd(
  groups: readonly DuplicateGroup[],
  removed: number,
  { options, output }: DedupeCall,
  { progress }: Session,
): void {
  const others = groups.flatMap((group) => group.others);
  const bytes = others.reduce((sum, { file }) => sum + file.sizeBytes, 0);
  if (options.json) {
    const summary = { groups: groups.length, duplicates: others.length, duplicateBytes: bytes, removed };
    output.print(JSON.stringify({ type: "summary", ...summary }));
    return;
  }
  const what = `${counted(others.length, "duplicate")} of ${counted(groups.length, "file")} (${formatBytes(bytes)})`;
  if (others.length === 0) progress.note("There are no duplicates.");
  else progress.note(removed > 0 ? `Removed ${what}.` : `${what}. Nothing was removed; pass --yes to remove them.`);
}
