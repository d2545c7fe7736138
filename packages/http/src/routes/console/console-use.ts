import type { AccountActor, EdgeServices } from "@consigne/core";
import type { FastifyRequest } from "fastify";
import type { ConsolePage, EdgeSettings } from "../../edge-settings.ts";
import type { PageContext } from "../../pages/page-context.ts";
import { callerOf } from "../../wire/caller.ts";

/** The console is an application on the API. */
export const consoleNeeds = { area: "files", right: "read", isForCustomers: true } as const;

/** The console's page for callers who may use it on this host; undefined if they may not, or it is not built. */
export async function consolePageFor(
  actor: AccountActor,
  request: FastifyRequest,
  { admission }: Pick<EdgeServices, "admission">,
  settings: EdgeSettings,
): Promise<ConsolePage | undefined> {
  const isUsable = callerOf(request, settings).face.kind === "native" && admission.hasRight(actor, consoleNeeds);
  return isUsable ? settings.console?.page() : undefined;
}

/** Its path, in the language of the current page. */
export const consolePath = ({ language, prefix }: Pick<PageContext, "language" | "prefix">): string =>
  prefix === "" ? "/console/" : `/console/?lg=${language}`;
