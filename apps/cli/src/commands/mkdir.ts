import { isConflictError } from "@consigne/sdk";
import { type OpenClient, openClient } from "../client/open-client.ts";
import {
  defineCommand,
  dryRunOption,
  jsonOption,
  type CommandCall,
  type DryRunValues,
} from "../command-line/command.ts";
import { CliError, UsageError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { makeMissing, type WalkedPath, walkFolders } from "../remote/make-folders.ts";
import { readAnyPath, type RemotePath, remotePathText } from "../remote/remote-path.ts";
import { requireWritable } from "../remote/shared-root.ts";

export const mkdirCommand = defineCommand({
  name: "mkdir",
  description: "Create a folder.",
  arguments: [{ label: "path", description: "folder, such as `:/photos/2026`", completes: "remote" }],
  options: [
    { flags: "-p, --parents", description: "create missing parent folders; no error if it exists" },
    dryRunOption,
    ...connectionOptions,
    jsonOption("path", "id", "isNew"),
  ],
  examples: [{ line: "consigne mkdir -p :/backup/2026/november", purpose: "create a folder and its missing parents" }],
  async handler(call) {
    const path = readAnyPath(call.arguments[0] ?? "");
    if (path.segments.length === 0) throw new UsageError("The root always exists; name a folder below it.");
    using open = await openClient(call, { profile: path.profile });
    const created = await makeFolders(call, open, path);
    if (call.options.json) call.output.print(JSON.stringify({ path: remotePathText(path), ...created }));
  },
});

async function makeFolders(
  call: CommandCall<DryRunValues & { readonly parents: boolean }>,
  open: OpenClient,
  path: RemotePath,
): Promise<{ id: number | undefined; isNew: boolean }> {
  const mayMakeParents = call.options.parents;
  const { segments } = path;
  const walked = await walkFolders(open, path);
  const { listing, missing } = walked;
  const isNew = missing.length > 0;
  if (isNew) requireWritable(listing, { ...path, segments: segments.slice(0, segments.length - missing.length) });
  if (!isNew && !mayMakeParents) throw exists(path);
  const firstMissing = segments.length - missing.length + 1;
  if (missing.length > 1 && !mayMakeParents) {
    const parent = remotePathText({ ...path, segments: segments.slice(0, firstMissing) });
    throw new CliError("not-found", `${visible(parent)} does not exist; pass -p to create it.`, {
      exitCode: exitCodes.notFound,
    });
  }
  if (!call.options.dryRun) return { id: await make(open, walked, path, mayMakeParents), isNew };
  for (const index of missing.keys()) {
    call.output.note(
      `would create ${visible(remotePathText({ ...path, segments: segments.slice(0, firstMissing + index) }))}`,
    );
  }
  return { id: isNew ? undefined : listing.id, isNew };
}

async function make(open: OpenClient, walked: WalkedPath, path: RemotePath, mayBeThere: boolean): Promise<number> {
  try {
    return await makeMissing(open, walked, { mayBeThere });
  } catch (error) {
    if (isConflictError(error)) throw exists(path);
    throw error;
  }
}

function exists(path: RemotePath): CliError {
  return new CliError("conflict", `${visible(remotePathText(path))} already exists; nothing was changed.`, {
    exitCode: exitCodes.conflict,
  });
}
