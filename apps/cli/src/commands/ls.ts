import { type FileEntry, type FolderEntry, isPlaceAddress } from "@consigne/sdk";
import { openClient } from "../client/open-client.ts";
import { formatBytes } from "../command-line/amounts.ts";
import { defineCommand, jsonOption, type CommandCall, type JsonValues } from "../command-line/command.ts";
import { timeText } from "../command-line/times.ts";
import { folderName, visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { byName } from "../remote/by-name.ts";
import { findRemote } from "../remote/find-remote.ts";
import { readAnyPath } from "../remote/remote-path.ts";

export const lsCommand = defineCommand({
  name: "ls",
  description: "List a folder, folders first, or show one file.",
  arguments: [
    {
      label: "path",
      description: "folder or file, such as `:/photos`; the root by default",
      isOptional: true,
      completes: "remote",
    },
  ],
  options: [
    { flags: "-l, --long", description: "show size, date and link" },
    { flags: "--bytes", description: "show sizes in bytes" },
    { flags: "--sort <name|size|date>", description: "what to sort by (default: name)" },
    { flags: "--reverse", description: "reverse the order" },
    ...connectionOptions,
    jsonOption(
      "kind",
      "name",
      "sizeBytes",
      "url",
      "uploadedAt",
      "whirlpool",
      "hasPassword",
      "isDamaged",
      "isBlocked",
      "id",
      "createdAt",
    ),
  ],
  examples: [
    { line: "consigne ls -l :/photos", purpose: "list a folder with sizes, dates and links" },
    { line: "consigne ls ann@example.org:/team", purpose: "list a folder that somebody shares with you" },
    { line: "consigne ls --json work:/ | jq .name", purpose: "print names for a script, using another profile" },
  ],
  async handler(call) {
    const path = readAnyPath(call.arguments[0] ?? ":/");
    const compare = comparison(call.options);
    using open = await openClient(call, { profile: path.profile });
    const found = await findRemote(open, path, { mayList: true });
    const folders = found.kind === "folder" ? found.listing.folders : [];
    const files = found.kind === "folder" ? (found.listing.files ?? []) : found.files;
    for (const folder of folders.toSorted((a, b) => byName(a, b))) printFolder(call, folder);
    for (const file of files.toSorted(compare)) printFile(call, file);
  },
});

interface SortValues {
  readonly sort: keyof typeof orders | undefined;
  readonly reverse: boolean;
}
type PrintCall = CommandCall<JsonValues & { readonly long: boolean; readonly bytes: boolean }>;

const orders = {
  name: byName,
  size: (a: FileEntry, b: FileEntry) => b.sizeBytes - a.sizeBytes,
  date: (a: FileEntry, b: FileEntry) => (b.uploadedAt?.getTime() ?? 0) - (a.uploadedAt?.getTime() ?? 0),
};

function comparison({ sort = "name", reverse }: SortValues): (a: FileEntry, b: FileEntry) => number {
  const order = orders[sort];
  return reverse ? (a, b) => order(b, a) : order;
}

function printFolder({ options, output }: PrintCall, folder: FolderEntry): void {
  const { id, name, createdAt } = folder;
  if (options.json) output.print(JSON.stringify({ kind: "folder", name, id, createdAt }));
  else if (options.long) output.print(`${"".padStart(12)}  ${timeText(createdAt)}  ${folderName(output, name)}`);
  else output.print(folderName(output, name));
}

function printFile({ options, output }: PrintCall, file: FileEntry): void {
  const url = isPlaceAddress(file.url) ? "" : file.url;
  const { name, sizeBytes, uploadedAt, whirlpool, hasPassword, isDamaged, isBlocked } = file;
  if (options.json) {
    const facts = { name, sizeBytes, url, uploadedAt, whirlpool, hasPassword, isDamaged, isBlocked };
    output.print(JSON.stringify({ kind: "file", ...facts }));
  } else if (options.long) {
    const size = options.bytes ? String(sizeBytes) : formatBytes(sizeBytes);
    const marks = `${isDamaged ? "  damaged" : ""}${isBlocked ? "  blocked by the operator" : ""}`;
    output.print(`${size.padStart(12)}  ${timeText(uploadedAt)}  ${visible(name)}  ${url}${marks}`);
  } else output.print(visible(name));
}
