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
import { CliError, UsageError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { toEach } from "../command-line/part-done.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { openMove, type PlannedMove, planMoves, sayMoved } from "../remote/move-arguments.ts";
import { requireChangeable } from "../remote/shared-root.ts";

export const mvCommand = defineCommand({
  name: "mv",
  description: "Move or rename files and folders on the server. Links stay the same; nothing is transferred.",
  arguments: [
    {
      label: "path",
      description: "what to move; last, the target: a folder or a new name",
      isList: true,
      completes: "remote",
    },
  ],
  options: [dryRunOption, ...connectionOptions, jsonOption("action", "from", "to", "url")],
  examples: [
    { line: "consigne mv :/a.jpg :/b.jpg", purpose: "rename a file" },
    { line: "consigne mv :/a.jpg :/old :/archive/", purpose: "move a file and a folder into another folder" },
  ],
  async handler(call) {
    const { targets, path, profile } = openMove("mv", call.arguments);
    if (targets.some((target) => target.link !== undefined))
      throw new UsageError("mv only moves your own files; give a path, not a link.");
    using open = await openClient(call, { profile });
    const planned = await planMoves(open, targets, path);
    planned.forEach(requireMovable);
    for (const [index, { source }] of planned.entries()) {
      const from = targets[index]?.path;
      requireChangeable(from, source);
      if (from?.owner !== path.owner) throw otherOwner();
    }
    await toEach(planned, (each) => move(call, open.client, each), { ...call, done: "were moved" });
  },
});

const otherOwner = () =>
  new CliError(
    "refused",
    "Files and folders cannot be moved from one owner to another; copy them with cp, then remove the originals. Nothing was changed.",
    { exitCode: exitCodes.conflict },
  );

async function move(
  call: CommandCall<DryRunValues & JsonValues>,
  client: Client,
  { source, place }: PlannedMove,
): Promise<void> {
  const signal = call.interruption();
  if (!call.options.dryRun) {
    if (source.kind === "folder") {
      await client.folders.move(
        source.listing.id,
        { toFolderId: await place.ensureFolder(), name: place.name },
        { signal },
      );
    } else if (place.folderId === source.parent?.id) {
      await client.files.rename([{ url: source.file.url, name: place.name }], { signal });
    } else {
      const name = place.name === source.file.name ? undefined : place.name;
      await client.files.move([source.file.url], { toFolderId: await place.ensureFolder(), name }, { signal });
    }
  }
  sayMoved(call, "moved", source.text, place.text);
}

function requireMovable({ source, place }: PlannedMove): void {
  if (source.kind !== "folder") return;
  if (source.listing.id === 0) throw new UsageError("The root cannot be moved.");
  if (place.folderId === source.listing.id || `${place.text}/`.startsWith(`${source.text}/`)) {
    throw new UsageError(`${visible(source.text)} cannot be moved into itself.`);
  }
}
