import type { Client } from "@consigne/sdk";
import { openClient } from "../client/open-client.ts";
import { counted, countWithin, formatBytes } from "../command-line/amounts.ts";
import { defineCommand, jsonOption, type CommandCall, type JsonValues } from "../command-line/command.ts";
import { folderName, visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { byName } from "../remote/by-name.ts";
import { findFolder, readTarget } from "../remote/remote-files.ts";

export const treeCommand = defineCommand({
  name: "tree",
  description: "Show a folder and everything below it. Makes one call per folder.",
  arguments: [{ label: "path", description: "folder, the root by default", isOptional: true, completes: "remote" }],
  options: [
    { flags: "--depth <n>", description: "show at most this many levels", parse: countWithin({ least: 1 }) },
    { flags: "-d, --folders", description: "show folders only" },
    { flags: "-s, --sizes", description: "show the sizes of files" },
    ...connectionOptions,
    jsonOption("kind", "path", "sizeBytes", "url", "isDamaged", "id"),
  ],
  examples: [{ line: "consigne tree --depth 2 :/photos", purpose: "show two levels of a folder" }],
  async handler(call) {
    const target = readTarget(call.arguments[0] ?? ":/");
    const depth = call.options.depth ?? Infinity;
    using open = await openClient(call, { profile: target.path?.profile });
    const { listing, text } = await findFolder(open, target);
    if (!call.options.json) call.output.print(visible(text));
    const counts = { folders: 0, files: 0 };
    await printBelow(call, open.client, { id: listing.id, path: text === "/" ? "" : text, indent: "", depth, counts });
    if (!call.options.json && !call.options.quiet) {
      call.output.note(`${counted(counts.folders, "folder")}, ${counted(counts.files, "file")}`);
    }
  },
});

type TreeCall = CommandCall<JsonValues & { readonly folders: boolean; readonly sizes: boolean }>;

interface Level {
  id: number;
  path: string;
  indent: string;
  depth: number;
  counts: { folders: number; files: number };
}

async function printBelow(call: TreeCall, client: Client, level: Level): Promise<void> {
  const { options, output } = call;
  const withFiles = !options.folders;
  const listing = await client.folders.get(level.id, { withFiles, signal: call.interruption() });
  const files = (listing.files ?? []).toSorted(byName).map((file) => ({ kind: "file" as const, ...file }));
  const entries = [
    ...listing.folders.toSorted(byName).map((folder) => ({ kind: "folder" as const, ...folder })),
    ...files,
  ];
  for (const [index, entry] of entries.entries()) {
    const isLast = index === entries.length - 1;
    const path = `${level.path}/${entry.name}`;
    level.counts[entry.kind === "folder" ? "folders" : "files"] += 1;
    if (options.json) {
      const size =
        entry.kind === "file"
          ? { sizeBytes: entry.sizeBytes, url: entry.url, isDamaged: entry.isDamaged }
          : { id: entry.id };
      output.print(JSON.stringify({ kind: entry.kind, path, ...size }));
    } else {
      const size = entry.kind === "file" && options.sizes ? `  ${formatBytes(entry.sizeBytes)}` : "";
      const name = entry.kind === "folder" ? folderName(output, entry.name) : visible(entry.name);
      const damage = entry.kind === "file" && entry.isDamaged ? "  damaged" : "";
      output.print(`${level.indent}${isLast ? "└── " : "├── "}${name}${size}${damage}`);
    }
    if (entry.kind === "folder" && level.depth > 1) {
      const indent = `${level.indent}${isLast ? "    " : "│   "}`;
      await printBelow(call, client, { ...level, id: entry.id, path, indent, depth: level.depth - 1 });
    }
  }
}
