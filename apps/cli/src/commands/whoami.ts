import { isFloodLockError } from "@consigne/sdk";
import { type AccountFacts, KnownAccount } from "../client/known-account.ts";
import { openClient } from "../client/open-client.ts";
import { planText, quotaOf } from "../client/plan-text.ts";
import { formatBytes } from "../command-line/amounts.ts";
import {
  defineCommand,
  jsonOption,
  type CommandCall,
  type JsonValues,
  type QuietValues,
} from "../command-line/command.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions, findConnection } from "../profiles/connection.ts";

/** If the wait would be longer, the last answer is shown again. */
const LONGEST_WAIT_MS = 3000;

export const whoamiCommand = defineCommand({
  name: "whoami",
  description:
    "Show the account behind the key, its plan and its storage. 1fichier.com answers this only once every five minutes; in between, its last answer is shown.",
  options: [
    ...connectionOptions,
    jsonOption(
      "email",
      "server",
      "offer",
      "subscriptionEndsAt",
      "usedBytes",
      "quotaBytes",
      "isUploadForbidden",
      "asOf",
    ),
  ],
  examples: [{ line: "consigne whoami --profile work", purpose: "show which account a profile belongs to" }],
  async handler(call) {
    const known = new KnownAccount(call.environment.cacheFolder, await findConnection(call));
    const last = await known.find();
    const client = last === undefined ? {} : { pacing: { maxWaitMs: LONGEST_WAIT_MS } };
    using open = await openClient(call, { client });
    const { value: server } = open.connection.url;
    try {
      const account = await open.client.account.get({ signal: open.signal });
      await known.keep(account);
      print(call, account, server);
    } catch (error) {
      if (last === undefined || !isFloodLockError(error)) throw error;
      print(call, last.facts, server, last.askedAt);
    }
  },
});

function print(
  { options, output }: CommandCall<JsonValues & QuietValues>,
  account: AccountFacts,
  server: string,
  asOf?: Date,
): void {
  const { email, offer, subscriptionEndsAt, coldStorageBytes, coldStorageQuotaBytes, isUploadForbidden } = account;
  if (options.json) {
    const usage = { usedBytes: coldStorageBytes, quotaBytes: coldStorageQuotaBytes, isUploadForbidden };
    return output.print(JSON.stringify({ email, server, offer, subscriptionEndsAt, ...usage, asOf }));
  }
  const quota = quotaOf(account);
  output.print(`account  ${visible(email)}`);
  output.print(`server   ${visible(server)}`);
  output.print(`plan     ${planText(account)}`);
  output.print(`storage  ${formatBytes(coldStorageBytes)}${quota === undefined ? "" : ` of ${formatBytes(quota)}`}`);
  if (isUploadForbidden) output.note("Uploads are forbidden for this account.");
  if (asOf !== undefined && !options.quiet) {
    output.note(`as of ${asOf.toISOString()}; the server limits how often it answers this`);
  }
}
