import { isNotAuthenticatedError } from "@consigne/sdk";
import { type OpenClient, openClient } from "../client/open-client.ts";
import { siteOf } from "../client/site.ts";
import { counted, formatBytes } from "../command-line/amounts.ts";
import {
  type CommandCall,
  type CommandGroupSpec,
  defineCommand,
  dryRunOption,
  jsonOption,
  yesOption,
} from "../command-line/command.ts";
import { confirm } from "../command-line/confirm.ts";
import { CliError, UsageError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import type { OptionSpec } from "../command-line/option.ts";
import { readSecret } from "../command-line/secret-input.ts";
import { timeText } from "../command-line/times.ts";
import { visible } from "../command-line/visible-text.ts";
import { type ConnectionValues, connectionOptions } from "../profiles/connection.ts";

/** What proves the person: keys may not do this, whatever their rights. */
const personOptions = [
  { flags: "--email <address>", description: "address of the account; its password is asked for" },
  { flags: "--password-stdin", description: "read the account's password from standard input, or ask for it" },
] as const satisfies readonly OptionSpec[];
type PersonCall = CommandCall<
  ConnectionValues & { readonly email: string | undefined; readonly passwordStdin: boolean }
>;

export const accountCommands: CommandGroupSpec = {
  name: "account",
  description:
    "Export everything in your account, or delete the account. Needs the account's password; an API key is not enough.",
  commands: [
    defineCommand({
      name: "export",
      description:
        "Print everything in the account except the contents of its files, as lines of JSON: settings, folders, files with " +
        "checksums and links, trash, names and rights of keys, sessions, remote uploads, imports and activity.",
      options: [...personOptions, ...connectionOptions, jsonOption()],
      examples: [
        { line: "consigne account export --email me@example.org > account.jsonl", purpose: "export to a file" },
      ],
      async handler(call) {
        const { open } = await openAsPerson(call);
        using opened = open;
        try {
          for await (const record of opened.client.account.export({ signal: opened.signal }))
            call.output.print(JSON.stringify(record));
        } catch (error) {
          throw asWrongPassword(error);
        }
      },
    }),
    defineCommand({
      name: "delete",
      description:
        "Delete the account: it is locked immediately and removed with all its files a week later. Until then, the operator of " +
        "the server can restore it.",
      options: [...personOptions, yesOption, dryRunOption, ...connectionOptions, jsonOption("email", "deletionAt")],
      handler: deleteAccount,
    }),
  ],
};

async function deleteAccount(
  call: PersonCall & CommandCall<{ yes: boolean; json: boolean; dryRun: boolean }>,
): Promise<void> {
  const { open, email } = await openAsPerson(call);
  using opened = open;
  const { client, signal } = opened;
  const held = await client.account.contents({ signal }).catch((error: unknown) => {
    throw asWrongPassword(error);
  });
  const what = [
    `${counted(held.fileCount, "file")} (${formatBytes(held.sizeBytes)})`,
    counted(held.folderCount, "folder"),
    counted(held.keyCount, "API key"),
  ].join(", ");
  const goes = `the account ${visible(email)} with ${what} and all links`;
  if (call.options.dryRun) return call.output.note(`would delete: ${goes}`);
  const question = `Delete ${goes}?`;
  if (!(await confirm(call, question))) throw new CliError("refused", "Nothing was deleted.");
  const deletionAt = await client.account.delete(email, { signal });
  if (call.options.json) return call.output.print(JSON.stringify({ email, deletionAt }));
  const when = deletionAt === undefined ? "in a week" : `on ${timeText(deletionAt)}`;
  call.output.print(`Deleted: ${visible(email)} is locked, and will be removed with everything in it ${when}.`);
}

/** No key was needed, so the error must not blame one. */
function asWrongPassword(error: unknown): unknown {
  if (!isNotAuthenticatedError(error)) return error;
  const text = "No account has this address and password. Nothing was done.";
  return new CliError(error.code, text, { cause: error, exitCode: exitCodes.authentication });
}

async function openAsPerson(call: PersonCall): Promise<{ open: OpenClient; email: string }> {
  const { email } = call.options;
  if (email === undefined)
    throw new UsageError("An API key is not enough for this: pass --email and enter the account's password.");
  if (!call.options.passwordStdin && call.input.isTTY !== true)
    throw new UsageError("Not a terminal; pass the password on standard input with --password-stdin.");
  const password = await readSecret(call, `Password of ${visible(email)}: `);
  if (password === "") throw new UsageError("No password was given.");
  if (email.includes(":")) throw new UsageError("This is not an e-mail address of an account.");
  const open = await openClient(call, { mayLackKey: true, client: { apiKey: undefined, person: { email, password } } });
  if ((await open.client.about())?.extensions.includes("account") === true) return { open, email };
  open[Symbol.dispose]();
  throw new CliError(
    "not-supported",
    `${siteOf(open.connection.url.value)} cannot do this through its API; use its website.`,
  );
}
