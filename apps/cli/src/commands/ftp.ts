import { openClient } from "../client/open-client.ts";
import { defineCommand, dryRunOption, jsonOption, type CommandGroupSpec } from "../command-line/command.ts";
import { UsageError } from "../command-line/errors.ts";
import { readSecret } from "../command-line/secret-input.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { findFolder } from "../remote/remote-files.ts";
import { readRemotePath } from "../remote/remote-path.ts";

const nameArgument = { label: "name", description: "name of the FTP user" };

export const ftpCommands: CommandGroupSpec = {
  name: "ftp",
  description: "Manage FTP users, and import what was uploaded by FTP.",
  commands: [
    {
      name: "users",
      description: "Manage the FTP users of the account.",
      commands: [
        defineCommand({
          name: "ls",
          description: "List the FTP users.",
          isDefault: true,
          options: [...connectionOptions, jsonOption("name", "folderId")],
          async handler(call) {
            using open = await openClient(call);
            for (const { name, folderId } of await open.client.ftpUsers.list({ signal: open.signal })) {
              if (call.options.json) call.output.print(JSON.stringify({ name, folderId }));
              else call.output.print(`${visible(name)}  folder ${folderId}`);
            }
          },
        }),
        defineCommand({
          name: "add",
          description: "Add an FTP user. Asks for the password.",
          arguments: [nameArgument],
          options: [
            { flags: "--to <path>", description: "folder its files go to (default: :/)", completes: "remote" },
            { flags: "--password-stdin", description: "read the password from standard input" },
            dryRunOption,
            ...connectionOptions,
            jsonOption("name", "folderId", "added"),
          ],
          examples: [{ line: "consigne ftp users add scanner --to :/scans", purpose: "add an FTP user for a scanner" }],
          async handler(call) {
            const [name = ""] = call.arguments;
            const { options, output, input } = call;
            const path = readRemotePath(options.to ?? ":/", "have FTP put files into it");
            if (!options.passwordStdin && input.isTTY !== true) {
              throw new UsageError("Not a terminal; pass the password on standard input with --password-stdin.");
            }
            const password = await readSecret(call, "Password of the FTP user: ");
            if (password === "") throw new UsageError("No password was given.");
            using open = await openClient(call, { profile: path.profile });
            const { listing } = await findFolder(open, { path });
            const isDryRun = options.dryRun;
            if (!isDryRun)
              await open.client.ftpUsers.add({ name, password, folderId: listing.id }, { signal: open.signal });
            if (options.json) output.print(JSON.stringify({ name, folderId: listing.id, added: !isDryRun }));
            else output.note(`${isDryRun ? "would add" : "added"}: ${visible(name)}`);
          },
        }),
        defineCommand({
          name: "rm",
          description: "Remove an FTP user. Its files stay.",
          arguments: [nameArgument],
          options: [dryRunOption, ...connectionOptions, jsonOption("name", "removed")],
          async handler(call) {
            const [name = ""] = call.arguments;
            using open = await openClient(call);
            const isDryRun = call.options.dryRun;
            if (!isDryRun) await open.client.ftpUsers.remove(name, { signal: open.signal });
            if (call.options.json) call.output.print(JSON.stringify({ name, removed: !isDryRun }));
            else call.output.note(`${isDryRun ? "would remove" : "removed"}: ${visible(name)}`);
          },
        }),
      ],
    },
    defineCommand({
      name: "process",
      description: "Move files uploaded by FTP into the account.",
      options: [dryRunOption, ...connectionOptions, jsonOption("asked")],
      async handler(call) {
        using open = await openClient(call);
        const isDryRun = call.options.dryRun;
        if (!isDryRun) await open.client.ftpUsers.process({ signal: open.signal });
        if (call.options.json) call.output.print(JSON.stringify({ asked: !isDryRun }));
        else
          call.output.note(
            isDryRun
              ? "would ask the server to import what was uploaded by FTP"
              : "The server is importing the files; they will appear in their folders.",
          );
      },
    }),
  ],
};
