import { namedSo, writtenName } from "@consigne/contract/remote-names";
import { isConflictError } from "@consigne/sdk";
import { type OpenClient, openClient } from "../client/open-client.ts";
import type { CommandCall, CommandSpec } from "../command-line/command.ts";
import { dryRunOption, jsonOption } from "../command-line/command.ts";
import { CliError, UsageError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { type RemotePath, readRemotePath, remotePathText } from "../remote/remote-path.ts";

export const mkdirCommand: CommandSpec = {
  name: "mkdir",
  description: "Make a folder.",
  arguments: [{ label: "path", description: "`:/photos/2026`", completes: "remote" }],
  options: [
    { flags: "-p, --parents", description: "make the folders above it too, and be content when it is there" },
    dryRunOption,
    ...connectionOptions,
    jsonOption,
  ],
  examples: [{ line: "consigne mkdir -p :/backup/2026/november", purpose: "a folder and those above it" }],
  async handler(call) {
    const path = readRemotePath(call.arguments[0] ?? "");
    if (path.segments.length === 0) throw new UsageError("The root is there already; name a folder below it.");
    using open = await openClient(call, { profile: path.profile });
    const made = await makeFolders(call, open, path);
    if (call.options.isSet("json")) call.output.print(JSON.stringify({ path: remotePathText(path), ...made }));
  },
};

/** One call for each folder that is there, one for each that is made. */
async function makeFolders(
  call: CommandCall,
  { client, signal }: OpenClient,
  path: RemotePath,
): Promise<{ id: number | undefined; isNew: boolean }> {
  const mayMakeParents = call.options.isSet("parents");
  let id: number | undefined = 0;
  let isNew = false;
  for (const [index, name] of path.segments.entries()) {
    const isLast = index === path.segments.length - 1;
    const here: number | undefined = id;
    const there: number | undefined =
      here === undefined || isNew ? undefined : await findChild(client, here, name, signal);
    if (there !== undefined) {
      if (isLast && !mayMakeParents) throw exists(path);
      id = there;
      continue;
    }
    if (!isLast && !mayMakeParents) {
      const parent = remotePathText({ segments: path.segments.slice(0, index + 1) });
      throw new CliError("not-found", `${visible(parent)} is not there; -p makes it too.`, {
        exitCode: exitCodes.notFound,
      });
    }
    isNew = true;
    if (call.options.isSet("dryRun")) {
      call.output.note(`would make ${visible(remotePathText({ segments: path.segments.slice(0, index + 1) }))}`);
      id = undefined;
    } else if (here !== undefined) id = (await make(client, here, name, { path, signal })).id;
  }
  return { id, isNew };
}

async function findChild(
  client: OpenClient["client"],
  id: number,
  name: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  return namedSo((await client.folders.get(id, { signal })).folders, name)[0]?.id;
}

async function make(
  client: OpenClient["client"],
  parentId: number,
  name: string,
  { path, signal }: { path: RemotePath; signal: AbortSignal },
): Promise<{ id: number }> {
  try {
    return await client.folders.create(writtenName(name), { parentId, signal });
  } catch (error) {
    // Somebody else made it in the meantime.
    if (isConflictError(error)) throw exists(path);
    throw error;
  }
}

function exists(path: RemotePath): CliError {
  return new CliError("conflict", `${visible(remotePathText(path))} is there already; nothing was changed.`, {
    exitCode: exitCodes.conflict,
  });
}
