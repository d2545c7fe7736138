import { spellingsOf } from "@consigne/contract/remote-names";
import { type FileEntry, type FolderEntry, isPlaceAddress } from "@consigne/sdk";
import { openClient } from "../client/open-client.ts";
import { parseSize } from "../command-line/amounts.ts";
import { defineCommand, jsonOption } from "../command-line/command.ts";
import type { OptionSpec, ValuesOf } from "../command-line/option.ts";
import { parseMoment } from "../command-line/times.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { byName } from "../remote/by-name.ts";
import { findFolder, readTarget } from "../remote/remote-files.ts";

const conditionOptions = [
  { flags: "--name <glob>", description: "the name matches, such as '*.jpg'", isRepeatable: true },
  { flags: "--iname <glob>", description: "like --name, but ignores case", isRepeatable: true },
  {
    flags: "--size <size>",
    description: "+10M for at least, -1G for at most, 512 for exactly",
    isRepeatable: true,
    parse: parseSizeCondition,
  },
  { flags: "--newer <time>", description: "uploaded within the last 7d, or since 2026-01-31", parse: parseMoment },
  { flags: "--older <time>", description: "uploaded more than 7d ago, or before 2026-01-31", parse: parseMoment },
  { flags: "--type <f|d>", description: "f for files, d for folders" },
  { flags: "--damaged", description: "only files that the server knows to be damaged" },
  { flags: "--print0", description: "end names with NUL instead of a newline, unescaped" },
] as const satisfies readonly OptionSpec[];

export const findCommand = defineCommand({
  name: "find",
  description: "Find files and folders below a folder, and print their paths. Makes one call per folder.",
  arguments: [{ label: "path", description: "folder, the root by default", isOptional: true, completes: "remote" }],
  options: [
    ...conditionOptions,
    ...connectionOptions,
    jsonOption("kind", "path", "name", "id", "sizeBytes", "uploadedAt", "url", "isDamaged"),
  ],
  examples: [
    { line: "consigne find :/photos --name '*.jpg' --size +10M", purpose: "find big pictures" },
    { line: "consigne find --newer 1d --json", purpose: "find what was uploaded in the last 24 hours" },
    {
      line: "consigne find :/photos --type f --size +1G --print0 | consigne get --files-from - big/",
      purpose: "download what is found",
    },
  ],
  async handler(call) {
    const target = readTarget(call.arguments[0] ?? ":/");
    const isWanted = readConditions(call.options);
    using open = await openClient(call, { profile: target.path?.profile });
    const { listing: start, text } = await findFolder(open, target);
    const root = text === "/" ? "" : text;
    const profile = target.path?.profile ?? "";
    open.progress.phase("listing");
    let damaged = 0;
    for await (const { path, folders, files } of open.client.folders.walk(start.id, {
      withFiles: true,
      signal: open.signal,
    })) {
      const folder = [root, ...path].join("/");
      open.progress.clear();
      const found = [
        ...folders.toSorted(byName).map((each) => entryOf(each, folder)),
        ...(files ?? []).toSorted(byName).map((each) => entryOf(each, folder)),
      ];
      for (const entry of found.filter(isWanted)) {
        if (entry.isDamaged === true) damaged += 1;
        if (call.options.json) call.output.print(JSON.stringify(entry));
        else if (call.options.print0) await call.output.printBytes(Buffer.from(`${asArgument(entry, profile)}\0`));
        else call.output.print(visible(asArgument(entry, profile)));
      }
    }
    if (damaged > 0 && !call.options.damaged && !call.options.quiet) {
      open.progress.note(`${damaged} of these files ${damaged === 1 ? "is" : "are"} damaged; --damaged lists them`);
    }
  },
});

/** A path that every command accepts: with the profile, and with a trailing slash for a folder. */
function asArgument({ kind, path }: FoundEntry, profile: string): string {
  return `${profile}:${path}${kind === "folder" ? "/" : ""}`;
}

interface FoundEntry {
  kind: "file" | "folder";
  path: string;
  name: string;
  id?: number;
  sizeBytes?: number;
  uploadedAt?: Date | undefined;
  url?: string | undefined;
  isDamaged?: boolean;
}

function entryOf(entry: FileEntry | FolderEntry, folder: string): FoundEntry {
  const { name } = entry;
  const path = `${folder}/${name}`;
  if (!("url" in entry)) return { kind: "folder", path, name, id: entry.id };
  const { sizeBytes, uploadedAt, isDamaged } = entry;
  const url = isPlaceAddress(entry.url) ? undefined : entry.url;
  return { kind: "file", path, name, sizeBytes, uploadedAt, url, isDamaged };
}

type Condition = (entry: FoundEntry) => boolean;

/** All of these must match; of several names, one. */
function readConditions(options: ValuesOf<typeof conditionOptions>): Condition {
  const { newer, older, type } = options;
  const conditions: Condition[] = [...options.size];
  const names = [
    ...options.name.map((glob) => globPattern(glob, "")),
    ...options.iname.map((glob) => globPattern(glob, "i")),
  ];
  if (names.length > 0)
    conditions.push(({ name }) => spellingsOf(name).some((each) => names.some((pattern) => pattern.test(each))));
  if (newer !== undefined)
    conditions.push(({ uploadedAt }) => uploadedAt !== undefined && uploadedAt.getTime() >= newer);
  if (older !== undefined)
    conditions.push(({ uploadedAt }) => uploadedAt !== undefined && uploadedAt.getTime() < older);
  if (options.damaged) conditions.push(({ isDamaged }) => isDamaged === true);
  if (type !== undefined) conditions.push(({ kind }) => kind === (type === "f" ? "file" : "folder"));
  return (entry) => conditions.every((holds) => holds(entry));
}

/** @throws {UsageError} */
function parseSizeCondition(text: string, flag: string): Condition {
  const sign = text.startsWith("+") || text.startsWith("-") ? text[0] : "";
  const bytes = parseSize(sign === "" ? text : text.slice(1), flag);
  return ({ sizeBytes }) =>
    sizeBytes !== undefined &&
    (sign === "+" ? sizeBytes >= bytes : sign === "-" ? sizeBytes <= bytes : sizeBytes === bytes);
}

/** `*`, `?` and `[a-z]`, for the whole name. */
function globPattern(glob: string, flags: "" | "i"): RegExp {
  const source = glob.replace(
    /\[(!?)([^\]]+)\]|[*?]|[\\^$.+()|{}[\]]/g,
    (found, not: string | undefined, set: string | undefined) => {
      if (set !== undefined) return `[${not === "!" ? "^" : ""}${set.replaceAll(/[\\^[]/g, "\\$&")}]`;
      return found === "*" ? ".*" : found === "?" ? "." : `\\${found}`;
    },
  );
  return new RegExp(`^${source}$`, `su${flags}`);
}
