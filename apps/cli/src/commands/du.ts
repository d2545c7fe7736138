import type { Client } from "@consigne/sdk";
import { openClient } from "../client/open-client.ts";
import { countWithin, formatBytes } from "../command-line/amounts.ts";
import { defineCommand, jsonOption, type CommandCall, type JsonValues } from "../command-line/command.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { findFolder, readTarget } from "../remote/remote-files.ts";

export const duCommand = defineCommand({
  name: "du",
  description: "Show the size of a folder with everything below it. Makes one call per folder.",
  arguments: [{ label: "path", description: "folder, the root by default", isOptional: true, completes: "remote" }],
  options: [
    {
      flags: "--depth <n>",
      description: "show folders down to this level (default: 1); 0 for the total only",
      parse: countWithin({}),
    },
    { flags: "--bytes", description: "show sizes in bytes" },
    ...connectionOptions,
    jsonOption("path", "sizeBytes", "files"),
  ],
  examples: [{ line: "consigne du --depth 0 :/backup", purpose: "show only the total size of a folder" }],
  async handler(call) {
    const target = readTarget(call.arguments[0] ?? ":/");
    const depth = call.options.depth ?? 1;
    using open = await openClient(call, { profile: target.path?.profile });
    const { listing, text } = await findFolder(open, target);
    open.progress.phase("listing");
    const print = (path: string, { bytes, files }: Usage): void => {
      open.progress.clear();
      printUsage(call, path, bytes, files);
    };
    await measure(open.client, { id: listing.id, path: text, depth, print, signal: open.signal });
  },
});

interface Usage {
  bytes: number;
  files: number;
}

interface Measured {
  id: number;
  path: string;
  depth: number;
  print: (path: string, usage: Usage) => void;
  signal: AbortSignal;
}

/** Subfolders before their parent, like every `du`. */
async function measure(client: Client, folder: Measured): Promise<Usage> {
  const listing = await client.folders.get(folder.id, { withFiles: true, signal: folder.signal });
  const files = listing.files ?? [];
  const usage = { bytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0), files: files.length };
  for (const { id, name } of listing.folders) {
    const path = `${folder.path === "/" ? "" : folder.path}/${name}`;
    const below = await measure(client, { ...folder, id, path, depth: folder.depth - 1 });
    usage.bytes += below.bytes;
    usage.files += below.files;
  }
  if (folder.depth >= 0) folder.print(folder.path, usage);
  return usage;
}

function printUsage(
  { options, output }: CommandCall<JsonValues & { readonly bytes: boolean }>,
  path: string,
  sizeBytes: number,
  files: number,
): void {
  if (options.json) output.print(JSON.stringify({ path, sizeBytes, files }));
  else {
    const size = options.bytes ? String(sizeBytes) : formatBytes(sizeBytes);
    output.print(`${size.padStart(12)}  ${visible(path)}`);
  }
}
