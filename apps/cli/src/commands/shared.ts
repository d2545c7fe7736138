import type { ReceivedFolder } from "@consigne/sdk";
import { openClient } from "../client/open-client.ts";
import { defineCommand, dryRunOption, jsonOption } from "../command-line/command.ts";
import { CliError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { rightText } from "../command-line/right-text.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";

export const sharedCommand = defineCommand({
  name: "shared",
  description: "List the folders that others share with you, or leave one.",
  arguments: [],
  options: [
    { flags: "--leave <id>", description: "leave the shared folder with this id" },
    dryRunOption,
    ...connectionOptions,
    jsonOption("id", "name", "owner", "canWrite", "hidesLinks", "date"),
  ],
  examples: [
    { line: "consigne shared", purpose: "list what others share with you, with ids and rights" },
    { line: "consigne ls ann@example.org:/team", purpose: "list one of them" },
  ],
  async handler(call) {
    const { leave, dryRun, json } = call.options;
    using open = await openClient(call, { profile: undefined });
    const { client, signal } = open;
    const received: ReceivedFolder[] = [];
    for await (const folder of client.shares.received({ signal })) received.push(folder);
    if (leave !== undefined) {
      const folder = received.find(({ folderId }) => String(folderId) === leave);
      if (folder === undefined)
        throw new CliError(
          "not-found",
          `No folder with the id ${visible(leave)} is shared with you; \`consigne shared\` lists those that are.`,
          {
            exitCode: exitCodes.notFound,
          },
        );
      if (!dryRun) await client.shares.leave(folder.folderId, { signal });
      call.output.note(`${dryRun ? "would leave" : "left"}: ${visible(folder.name)} of ${visible(folder.owner)}`);
      return;
    }
    for (const { folderId: id, name, owner, canWrite, hidesLinks, date } of received) {
      if (json) call.output.print(JSON.stringify({ id, name, owner, canWrite, hidesLinks, date }));
      else
        call.output.print(
          `${String(id).padStart(8)}  ${visible(owner)}  ${visible(name)}/  ${rightText({ canWrite, hidesLinks })}`,
        );
    }
    if (received.length === 0 && !json) call.output.note("Nobody shares a folder with you.");
  },
});
