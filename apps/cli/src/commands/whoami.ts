import { openClient } from "../client/open-client.ts";
import { formatBytes } from "../command-line/amounts.ts";
import type { CommandSpec } from "../command-line/command.ts";
import { jsonOption } from "../command-line/command.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";

export const whoamiCommand: CommandSpec = {
  name: "whoami",
  description: "The account behind the key, its plan and its storage. The original answers this once in five minutes.",
  options: [...connectionOptions, jsonOption],
  examples: [{ line: "consigne whoami --profile work", purpose: "which account a profile belongs to" }],
  async handler(call) {
    using open = await openClient(call);
    const account = await open.client.account.get({ signal: open.signal });
    const { email, offer, subscriptionEndsAt, coldStorageBytes, coldStorageQuotaBytes, isUploadForbidden } = account;
    const { value: server } = open.connection.url;
    if (call.options.isSet("json")) {
      const usage = { usedBytes: coldStorageBytes, quotaBytes: coldStorageQuotaBytes, isUploadForbidden };
      return call.output.print(JSON.stringify({ email, server, offer, subscriptionEndsAt, ...usage }));
    }
    const until = subscriptionEndsAt === undefined ? "" : `, until ${subscriptionEndsAt.toISOString().slice(0, 10)}`;
    const quota = coldStorageQuotaBytes === 0 ? "" : ` of ${formatBytes(coldStorageQuotaBytes)}`;
    call.output.print(`account  ${visible(email)}`);
    call.output.print(`server   ${visible(server)}`);
    call.output.print(`plan     ${offer}${until}`);
    call.output.print(`storage  ${formatBytes(coldStorageBytes)}${quota}`);
    if (isUploadForbidden) call.output.note("Uploads are forbidden for this account.");
  },
};
