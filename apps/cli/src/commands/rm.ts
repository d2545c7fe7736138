import { isNotFoundError } from "@consigne/sdk";
import { openClient } from "../client/open-client.ts";
import { counted } from "../command-line/amounts.ts";
import { defineCommand, dryRunOption, jsonOption, type CommandCall, yesOption } from "../command-line/command.ts";
import { confirm } from "../command-line/confirm.ts";
import { filesFromOption, isEmptyList, readFilesFrom } from "../command-line/files-from.ts";
import { CliError, UsageError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import type { OptionSpec, ValuesOf } from "../command-line/option.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { rememberingFolders, type Server } from "../remote/find-remote.ts";
import { requireChangeable } from "../remote/shared-root.ts";
import { findTarget, type FoundTarget, profileOf, readTarget } from "../remote/remote-files.ts";
import { type FolderToRemove, Removal } from "../remote/removal.ts";

const options = [
  { flags: "-r, --recursive", description: "remove folders, with everything below them; asks first" },
  { flags: "-f, --force", description: "no error if it does not exist" },
  yesOption,
  { flags: "--for-good", description: "remove permanently instead of moving to the trash; this cannot be undone" },
  filesFromOption,
  dryRunOption,
  ...connectionOptions,
  jsonOption("type", "action", "path", "files"),
] as const satisfies readonly OptionSpec[];

type RmCall = CommandCall<ValuesOf<typeof options>>;

export const rmCommand = defineCommand({
  name: "rm",
  description: "Remove files, and with -r folders. They go to the trash if the server has one.",
  arguments: [
    {
      label: "path",
      description: "file, such as `:/old.zip`, or a link of your own",
      isOptional: true,
      isList: true,
      completes: "remote",
    },
  ],
  options,
  examples: [
    { line: "consigne rm -r --dry-run :/old", purpose: "show what would be removed" },
    {
      line: "consigne find :/logs --type f --older 90d --print0 | consigne rm --files-from -",
      purpose: "remove what find prints",
    },
  ],
  handler: remove,
});

async function remove(call: RmCall): Promise<number> {
  const { options } = call;
  const listed = await readFilesFrom(call);
  const given = [...call.arguments, ...(listed ?? [])];
  if (given.length === 0 && isEmptyList(call, listed)) return exitCodes.ok;
  if (given.length === 0) throw new UsageError("rm needs a path: rm :/old.zip");
  const targets = given.map(readTarget);
  if (options.forGood && targets.some(({ path }) => path?.owner !== undefined))
    throw new UsageError(
      "Items removed from a shared folder go to the trash of its owner, and only the owner can empty it.",
    );
  using open = await openClient(call, { profile: profileOf(targets) });
  const found: FoundTarget[] = [];
  const server = rememberingFolders(open);
  for (const target of targets) {
    try {
      const each = await findTarget(server, target);
      requireChangeable(target.path, each);
      found.push(each);
    } catch (error) {
      if (!(options.force && isAbsent(error))) throw error;
    }
  }
  for (const each of found) {
    if (each.kind !== "folder") continue;
    if (each.listing.id === 0) throw new UsageError("The root cannot be removed; name what is in it.");
    if (!options.recursive) throw new UsageError(`${visible(each.text)} is a folder; pass -r to remove it.`);
  }
  const folders: FolderToRemove[] = [];
  for (const each of found) if (each.kind === "folder") folders.push(await confirmFolder(call, open, each));
  const files = found.flatMap((each) => (each.kind === "file" ? [{ url: each.file.url, path: each.text }] : []));
  const removal = new Removal({ server: open, isDryRun: options.dryRun, say: (...said) => say(call, ...said) });
  try {
    await removal.run({ files, folders });
    if (options.forGood && !options.dryRun) await removeForGood(call, open, removal.entries);
  } catch (error) {
    noteGone(call, removal);
    throw error;
  }
  return exitCodes.ok;
}

/**
 * What was just removed is first in the trash. On servers without one, it is already gone. A folder with more in it
 * than was confirmed stays in the trash: somebody has added to it meanwhile.
 */
async function removeForGood(
  { output }: RmCall,
  { client, signal }: Server,
  removed: ReadonlyMap<string | number, number>,
): Promise<void> {
  if (removed.size === 0 || (await client.about())?.extensions.includes("trash") !== true) return;
  const left = new Map(removed);
  const ids: number[] = [];
  for await (const { id, fileId, folderId, itemCount, name } of client.trash.list({ signal })) {
    const target = fileId ?? folderId ?? -1;
    const known = left.get(target);
    if (known === undefined) continue;
    left.delete(target);
    if (itemCount <= known) ids.push(id);
    else output.note(`consigne: ${visible(name)} stays in the trash: it contained more than you were asked about.`);
    if (left.size === 0) break;
  }
  await client.trash.remove(ids, { signal });
}

/** The folder and its subfolders, deepest first. @throws {CliError} `refused` */
async function confirmFolder(
  call: RmCall,
  { client, signal }: Server,
  { listing, text }: { listing: { id: number }; text: string },
): Promise<FolderToRemove> {
  const parts: FolderToRemove["parts"][number][] = [];
  for await (const folder of client.folders.walk(listing.id, { withFiles: true, signal })) {
    const urls = (folder.files ?? []).map(({ url }) => url);
    parts.push({ id: folder.id, path: [text, ...folder.path].join("/"), urls });
  }
  const count = parts.reduce((sum, { urls }) => sum + urls.length, 0);
  const question = `Remove ${visible(text)} with ${counted(count, "file")} and ${counted(parts.length - 1, "folder")} below it?`;
  if (!call.options.dryRun && !(await confirm(call, question))) {
    throw new CliError("refused", `${visible(text)} was not removed.`);
  }
  return { id: listing.id, path: text, itemCount: count + parts.length, parts: parts.toReversed() };
}

/** What is removed stays removed, even if the command fails. */
function noteGone({ output }: RmCall, { goneFiles, goneFolders }: Removal): void {
  const [files, folders] = [goneFiles.size, goneFolders.size];
  if (files + folders === 0) return;
  const what = [counted(files, "file"), ...(folders === 0 ? [] : [counted(folders, "folder")])].join(" and ");
  output.note(`consigne: ${what} ${files + folders === 1 ? "was" : "were"} removed before the failure below.`);
}

function say({ options, output }: RmCall, kind: "file" | "folder", path: string, files?: number): void {
  const isDryRun = options.dryRun;
  if (options.json) {
    output.print(JSON.stringify({ type: kind, action: isDryRun ? "would-remove" : "removed", path, files }));
  } else if (isDryRun)
    output.print(`would remove ${visible(path)}${files === undefined ? "" : `/ (${counted(files, "file")})`}`);
}

function isAbsent(error: unknown): boolean {
  return isNotFoundError(error) || (error instanceof CliError && error.code === "not-found");
}
