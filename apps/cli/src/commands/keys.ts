import { defineCommand, jsonOption } from "../command-line/command.ts";
import { CliError } from "../command-line/errors.ts";
import { siteOf } from "../client/site.ts";
import { openClient } from "../client/open-client.ts";
import { connectionOptions } from "../profiles/connection.ts";

export const keysCommand = defineCommand({
  name: "keys",
  description: "Say whether the API keys of the account can be managed from here.",
  options: [...connectionOptions, jsonOption()],
  async handler(call) {
    using open = await openClient(call, { mayLackKey: true });
    const { url } = open.connection;
    const isOffered = (await open.client.about())?.extensions.includes("keys") ?? false;
    const where = isOffered
      ? "announces keys, but in a form that is newer than this program; a newer consigne can manage them"
      : "does not offer to manage API keys from outside; its console, or its operator, does";
    throw new CliError(
      "not-supported",
      `${siteOf(url.value)} ${where}. \`consigne login\` stores a key that you have.`,
    );
  },
});
