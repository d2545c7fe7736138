import { type ConsoleInfoJson, pageEndpoints } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import { storedPage } from "../../pages/account/console-lists.ts";
import { sizeForClients } from "../../pages/sizes.ts";
import { sendJson } from "../../wire/json-endpoint.ts";
import { sendPage, withPageHeaders } from "../../wire/page-answer.ts";
import type { ConsoleCalls } from "./console-calls.ts";

/** `get_info.pl` and `infog.pl`. */
export function addAccountCalls(calls: ConsoleCalls, { accounts }: Pick<EdgeServices, "accounts">): void {
  const reading = { area: "account", right: "read" } as const;
  calls.add({
    page: pageEndpoints.consoleGetInfo,
    operation: "console.info",
    needs: reading,
    handle: async ({ reply, actor, context }) => {
      const { fileCount, sizeBytes } = await accounts.getUsage(actor.account);
      const data = `${context.texts.console.files(fileCount)} - ${sizeForClients(sizeBytes, context.language)}`;
      return sendJson(withPageHeaders(reply, context), { data } satisfies ConsoleInfoJson);
    },
  });
  calls.add({
    page: pageEndpoints.consoleInfog,
    operation: "console.info",
    needs: reading,
    handle: async ({ reply, actor: { account }, context }) => {
      const usage = { ...(await accounts.getUsage(account)), downloads: await accounts.countDownloads(account) };
      return sendPage(reply, context, storedPage(context, usage));
    },
  });
}
