import type { FileVersion } from "@consigne/sdk";
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { type OpenClient, openClient } from "../client/open-client.ts";
import { siteOf } from "../client/site.ts";
import { counted, formatBytes } from "../command-line/amounts.ts";
import {
  type CommandCall,
  type CommandGroupSpec,
  defineCommand,
  dryRunOption,
  jsonOption,
  type JsonValues,
  yesOption,
} from "../command-line/command.ts";
import { confirm } from "../command-line/confirm.ts";
import { CliError, UsageError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import type { ValuesOf } from "../command-line/option.ts";
import { timeText } from "../command-line/times.ts";
import { visible } from "../command-line/visible-text.ts";
import { type ConnectionValues, connectionOptions } from "../profiles/connection.ts";
import { encodingOption, localNamesOf } from "../sync/session/encoding-option.ts";
import { isFolderMeant, isLocalFolder, localNameOf } from "../transfers/local-place.ts";
import { findFile, type NamedFile, readOwnTarget } from "../remote/remote-files.ts";
import { findRemotePath } from "../remote/remote-path.ts";

const fileArgument = {
  label: "file",
  description: "file, such as `:/docs/a.txt`, or its link",
  completes: "remote",
} as const;
const versionArgument = { label: "version", description: "number of the version, as in `versions ls`" } as const;
const listFields = ["id", "sizeBytes", "whirlpool", "date", "replacedAt", "expiresAt"] as const;

export const versionsCommands: CommandGroupSpec = {
  name: "versions",
  description:
    "Show, restore, download and remove older versions of a file. A version is kept when `put`, `sync` or the console replaces the content of a file under the same link.",
  commands: [
    defineCommand({
      name: "ls",
      description: "List the older versions of a file, newest first.",
      arguments: [fileArgument],
      options: [...connectionOptions, jsonOption(...listFields)],
      async handler(call) {
        using open = await openVersions(call);
        const { file, text } = await findNamed(call, open);
        const { versions } = await open.client.versions.list(file.url, { signal: open.signal });
        for (const version of versions) printVersion(call, version);
        if (versions.length === 0) call.output.note(`${visible(text)} has no older versions.`);
      },
    }),
    defineCommand({
      name: "restore",
      description:
        "Restore an older version of a file. Its link stays the same, and its current content becomes a version.",
      arguments: [fileArgument, versionArgument],
      options: [dryRunOption, ...connectionOptions, jsonOption("path", "restored", ...listFields)],
      examples: [
        { line: "consigne versions restore :/docs/a.txt 12", purpose: "restore the version with this number" },
      ],
      async handler(call) {
        using open = await openVersions(call);
        const { file, text } = await findNamed(call, open);
        const version = await findVersion(call, open, file);
        const { options, output } = call;
        if (!options.dryRun) await open.client.versions.restore(file.url, version.id, { signal: open.signal });
        const restored = !options.dryRun;
        if (options.json) output.print(JSON.stringify({ path: text, restored, ...fieldsOf(version) }));
        else
          output.print(`${restored ? "restored" : "would restore"} ${visible(text)} as of ${timeText(version.date)}`);
      },
    }),
    defineCommand({
      name: "get",
      description: "Download an older version into a new local file. The file on the server stays as it is.",
      arguments: [
        fileArgument,
        versionArgument,
        {
          label: "to",
          description: "local file, or a folder to put it in under its own name; the current folder by default",
          isOptional: true,
        },
      ],
      options: [encodingOption, ...connectionOptions, jsonOption("path", "localPath", ...listFields)],
      examples: [
        { line: "consigne versions get :/docs/a.txt 12 a.old.txt", purpose: "download an older version to compare it" },
      ],
      async handler(call) {
        using open = await openVersions(call);
        const { file, text } = await findNamed(call, open);
        const version = await findVersion(call, open, file);
        const localPath = await newPathFor(call, file);
        const { sizeBytes, whirlpool, id } = version;
        const known = { sizeBytes, whirlpool: whirlpool ?? "unknown" };
        const options = { version: id, ...known, mayReplace: false, resume: false, signal: open.signal };
        await open.client.downloads.toFile(file.url, localPath, options);
        const { output } = call;
        if (call.options.json) output.print(JSON.stringify({ path: text, localPath, ...fieldsOf(version) }));
        else output.print(visible(localPath));
      },
    }),
    defineCommand({
      name: "rm",
      description: "Remove older versions of a file for good, or all of them. This cannot be undone.",
      arguments: [fileArgument, { ...versionArgument, isList: true, isOptional: true }],
      options: [
        { flags: "--all", description: "remove all older versions of the file" },
        yesOption,
        dryRunOption,
        ...connectionOptions,
        jsonOption("path", "removed"),
      ],
      handler: remove,
    }),
  ],
};

type VersionsCall = CommandCall<ConnectionValues & JsonValues>;
type EncodingValues = ValuesOf<readonly [typeof encodingOption]>;
type RemoveCall = CommandCall<ConnectionValues & JsonValues & { all: boolean; yes: boolean; dryRun: boolean }>;

async function remove(call: RemoveCall): Promise<void> {
  const { options, output } = call;
  const ids = call.arguments.slice(1).map(readId);
  if (options.all === ids.length > 0) throw new UsageError("Name versions by their numbers, or pass --all.");
  using open = await openVersions(call);
  const { file, text } = await findNamed(call, open);
  const what = `${options.all ? "all older versions" : counted(ids.length, "older version")} of ${visible(text)}`;
  if (!options.dryRun && !(await confirm(call, `Remove for good: ${what}? This cannot be undone.`)))
    throw new CliError("refused", "Nothing was removed.");
  const which = options.all ? "all" : ids;
  const removed = options.dryRun ? 0 : await open.client.versions.remove(file.url, which, { signal: open.signal });
  if (options.json) output.print(JSON.stringify({ path: text, removed }));
  else output.note(options.dryRun ? `would remove for good: ${what}` : `removed ${counted(removed, "older version")}`);
}

const fieldsOf = ({ id, sizeBytes, whirlpool, date, replacedAt, expiresAt }: FileVersion) => ({
  id,
  sizeBytes,
  whirlpool,
  date,
  replacedAt,
  expiresAt,
});

function printVersion({ options, output }: VersionsCall, version: FileVersion): void {
  if (options.json) return output.print(JSON.stringify(fieldsOf(version)));
  const marks = [...(version.isDamaged ? ["damaged"] : []), ...(version.isBlocked ? ["blocked"] : [])];
  output.print([String(version.id), timeText(version.date), formatBytes(version.sizeBytes), ...marks].join("  "));
}

function readId(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`"${visible(text)}" is not the number of a version; \`consigne versions ls\` lists them.`);
}

/** @throws {CliError} if something exists there already, or the file's name is impossible on this disk */
async function newPathFor(call: CommandCall<EncodingValues>, { name }: NamedFile): Promise<string> {
  const to = call.arguments[2] ?? ".";
  const isFolder = isFolderMeant(to) || (await isLocalFolder(to));
  const line = "consigne versions get :/… 12 short-name";
  const path = isFolder ? join(to, localNameOf(name, localNamesOf(call.options), line)) : to;
  if ((await lstat(path).catch(() => undefined)) === undefined) return path;
  throw new CliError("conflict", `${visible(path)} already exists and was not replaced; choose another name.`, {
    exitCode: exitCodes.conflict,
  });
}

async function findNamed(call: VersionsCall, open: OpenClient): Promise<{ file: NamedFile; text: string }> {
  return findFile(open, readOwnTarget(call.arguments[0] ?? "", "see and restore its older versions"));
}

/** @throws {CliError} if the file has no version with that number */
async function findVersion(call: VersionsCall, { client, signal }: OpenClient, file: NamedFile): Promise<FileVersion> {
  const id = readId(call.arguments[1] ?? "");
  const { versions } = await client.versions.list(file.url, { signal });
  const found = versions.find((version) => version.id === id);
  if (found !== undefined) return found;
  throw new CliError("not-found", `${visible(file.name)} has no version ${id}; \`consigne versions ls\` lists them.`, {
    exitCode: exitCodes.notFound,
  });
}

async function openVersions(call: CommandCall<ConnectionValues>): Promise<OpenClient> {
  const profile = findRemotePath(call.arguments[0] ?? "")?.profile;
  const open = await openClient(call, { profile });
  if ((await open.client.about())?.extensions.includes("versions") === true) return open;
  open[Symbol.dispose]();
  throw new CliError("not-supported", `${siteOf(open.connection.url.value)} keeps no older versions of files.`);
}
