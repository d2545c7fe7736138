import type { Client } from "@consigne/sdk";
import { openClient } from "../client/open-client.ts";
import type { CommandCall, CommandSpec } from "../command-line/command.ts";
import { dryRunOption, jsonOption } from "../command-line/command.ts";
import { UsageError } from "../command-line/errors.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import type { Destination, FoundTarget } from "../remote/remote-files.ts";
import { freePlace, openMove, placeIn, type Place, sayMoved } from "../remote/move-arguments.ts";

export const mvCommand: CommandSpec = {
  name: "mv",
  description: "Move or rename files and folders on the server. Links stay the same; no bytes are sent.",
  arguments: [
    {
      label: "path",
      description: "what to move; last where to: a folder, or a new name",
      isList: true,
      completes: "remote",
    },
  ],
  options: [dryRunOption, ...connectionOptions, jsonOption],
  examples: [
    { line: "consigne mv :/a.jpg :/b.jpg", purpose: "a new name" },
    { line: "consigne mv :/a.jpg :/old :/archive/", purpose: "a file and a folder into another one" },
  ],
  async handler(call) {
    const { targets, path, profile } = openMove("mv", call.arguments);
    if (targets.some((target) => target.link !== undefined))
      throw new UsageError("mv moves what is yours; name it by its path.");
    using open = await openClient(call, { profile });
    const { client, signal } = open;
    const { destination, found } = await placeIn(client, targets, path, signal);
    for (const source of found) await move(call, client, source, destination);
  },
};

async function move(call: CommandCall, client: Client, source: FoundTarget, destination: Destination): Promise<void> {
  const signal = call.interruption();
  const place = placeOf(source, destination);
  if (!call.options.isSet("dryRun")) {
    if (source.kind === "folder") {
      await client.folders.move(source.listing.id, { toFolderId: place.folderId, name: place.name }, { signal });
    } else if (place.folderId === source.parent?.id) {
      await client.files.rename([{ url: source.file.url, name: place.name }], { signal });
    } else {
      const name = place.name === source.file.name ? undefined : place.name;
      await client.files.move([source.file.url], { toFolderId: place.folderId, name }, { signal });
    }
  }
  sayMoved(call, "moved", source.text, place.text);
}

function placeOf(source: FoundTarget, destination: Destination): Place {
  if (source.kind === "folder" && source.listing.id === 0) throw new UsageError("The root cannot be moved.");
  const place = freePlace(source, destination);
  if (source.kind === "folder" && `${place.text}/`.startsWith(`${source.text}/`)) {
    throw new UsageError(`${visible(source.text)} cannot be moved into itself.`);
  }
  return place;
}
