import type { ImportSources } from "@consigne/core";
import { AccountSource, LinksSource } from "./account-source.ts";
import { SourceClients, type SourceClientsInput } from "./source-clients.ts";

/** Places elsewhere, each asked through `fetch`, which has to refuse what `SourceFetcher` refuses. */
export function createImportSources(input: SourceClientsInput): ImportSources {
  const clients = new SourceClients(input);
  return {
    open: (access) => {
      const client = clients.clientFor(access.url, access.apiKey);
      return access.kind === "links" ? new LinksSource(client, access.links) : new AccountSource(client, access.path);
    },
  };
}
