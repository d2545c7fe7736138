import type { Client } from "@consigne/sdk";
import { openClient } from "../client/open-client.ts";
import {
  defineCommand,
  dryRunOption,
  jsonOption,
  type CommandCall,
  type JsonValues,
  type DryRunValues,
} from "../command-line/command.ts";
import { UsageError } from "../command-line/errors.ts";
import { optionalSecret, passwordOption } from "../command-line/password-option.ts";
import { toEach } from "../command-line/part-done.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { openMove, type Place, type PlannedMove, planMoves, sayMoved } from "../remote/move-arguments.ts";
import type { FoundTarget } from "../remote/remote-files.ts";

export const cpCommand = defineCommand({
  name: "cp",
  description:
    "Copy files on the server, your own or those behind links. Nothing is transferred; copies get new links.",
  arguments: [
    {
      label: "path",
      description: "paths or links to copy; last, the target: a folder or a new name",
      isList: true,
      completes: "remote",
    },
  ],
  options: [
    { flags: "-r, --recursive", description: "copy folders, with everything below them" },
    passwordOption,
    dryRunOption,
    ...connectionOptions,
    jsonOption("action", "from", "to", "url"),
  ],
  examples: [
    { line: "consigne cp :/a.jpg :/photos/", purpose: "copy a file to another folder and print the new link" },
    {
      line: "consigne cp 'https://1fichier.com/?abcdefghij0123456789' :/",
      purpose: "copy somebody else's file to your account",
    },
  ],
  async handler(call) {
    const { targets, path, profile } = openMove("cp", call.arguments);
    const password = await optionalSecret(call);
    using open = await openClient(call, { profile });
    const planned = await planMoves(open, targets, path);
    for (const each of planned) requireCopyable(each, call.options.recursive);
    await toEach(planned, ({ source, place }) => copy(call, open.client, source, place, password), {
      ...call,
      done: "were copied",
    });
  },
});

function requireCopyable({ source, place }: PlannedMove, takesFolders: boolean): void {
  if (source.kind !== "folder") return;
  if (!takesFolders) throw new UsageError(`${visible(source.text)} is a folder; pass -r to copy it.`);
  if (`${place.text}/`.startsWith(`${source.text === "/" ? "" : source.text}/`)) {
    throw new UsageError(`${visible(source.text)} cannot be copied into itself.`);
  }
}

async function copy(
  call: CommandCall<DryRunValues & JsonValues>,
  client: Client,
  source: FoundTarget,
  place: Place,
  password: string | undefined,
) {
  const signal = call.interruption();
  if (call.options.dryRun) return sayMoved(call, "copied", source.text, place.text);
  if (source.kind === "folder") {
    await copyFolder(client, source.listing.id, place, signal);
    return sayMoved(call, "copied", source.text, place.text);
  }
  const name = place.name === source.file.name ? undefined : place.name;
  const to = { toFolderId: await place.ensureFolder(), name, password };
  const [copied] = await client.files.copy([source.file.url], to, { signal });
  sayMoved(call, "copied", source.text, place.text, copied?.to);
}

/** One call for each folder to make it, one to list it, one for its files. */
async function copyFolder(client: Client, id: number, place: Place, signal: AbortSignal): Promise<void> {
  const folderIds = new Map<string, number>();
  for await (const { path, files } of client.folders.walk(id, { withFiles: true, signal })) {
    const name = path.at(-1) ?? place.name;
    const parentId = path.length === 0 ? await place.ensureFolder() : folderIds.get(path.slice(0, -1).join("/"));
    const folder = await client.folders.create(name, { parentId, signal });
    folderIds.set(path.join("/"), folder.id);
    const urls = (files ?? []).map(({ url }) => url);
    if (urls.length > 0) await client.files.copy(urls, { toFolderId: folder.id }, { signal });
  }
}
