import { faceOfHost } from "@consigne/contract/links";
import type { ImportAccess, ImportSource, SourceFetcher } from "@consigne/core";
import { AccountSource, LinksSource } from "./account-source.ts";
import { IndexSource } from "./index-source.ts";
import { PageSource } from "./page-source.ts";
import { sdkClock } from "./sdk-clock.ts";
import { SourceClients, type SourceClientsInput } from "./source-clients.ts";

export type SourceOpener = (access: ImportAccess) => ImportSource;

export type SourceOpenerInput = SourceClientsInput & { sources: SourceFetcher };

/** Everything opened by one opener shares one pace. */
export function createSourceOpener({ sources, ...input }: SourceOpenerInput): SourceOpener {
  const clients = new SourceClients(input);
  const clock = sdkClock(input.clock);
  return (access) => {
    switch (access.kind) {
      case "index":
        return new IndexSource({ sources, clock, url: access.url });
      case "page":
        return new PageSource(clients.clientFor(apiOfPage(access.url), access.apiKey), clock, access);
      case "links":
        return new LinksSource(clients.clientFor(access.url, access.apiKey), access.links);
      case "account":
        return new AccountSource(clients.clientFor(access.url, access.apiKey), access.path);
    }
  };
}

/** 1fichier.com has its API on a separate host, other servers on the same one. */
function apiOfPage(page: string): string {
  const { host, origin } = new URL(page);
  return faceOfHost(host) === undefined ? origin : "https://api.1fichier.com/v1";
}
