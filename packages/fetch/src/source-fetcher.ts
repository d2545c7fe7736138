import { type Clock, type OpenedSource, type SourceFetcher, type SourceOrder, systemClock } from "@consigne/core";
import { defaultBounds, type FetchBounds } from "./bounds.ts";
import { tooSlow } from "./failures.ts";
import { openFtp } from "./ftp-source.ts";
import { resolveBySystem, type ResolveHost } from "./host-addresses.ts";
import type { FetchParts } from "./http-exchange.ts";
import { openHttp } from "./http-source.ts";
import { reachability } from "./networks.ts";
import { OpenEnds } from "./open-ends.ts";
import { readSourceAddress } from "./source-address.ts";

/**
 * Fetches by http, https and ftp from the internet, and from the networks that `allow` lists (addresses and CIDR
 * blocks). Proxies from environment variables are not used.
 */
export function createSourceFetcher({
  allow,
  clock = systemClock,
  bounds,
  resolve = resolveBySystem,
  ownNetworks,
}: {
  allow: readonly string[];
  clock?: Clock | undefined;
  bounds?: Partial<FetchBounds>;
  resolve?: ResolveHost;
  /** Also refused, even if public: by default those of this machine. */
  ownNetworks?: () => readonly string[];
}): SourceFetcher {
  const parts: FetchParts = {
    resolve,
    mayReach: reachability(allow, ownNetworks),
    bounds: { ...defaultBounds, ...bounds },
    now: () => clock.now(),
  };
  return {
    open: async (order, signal) => {
      signal.throwIfAborted();
      const ends = new OpenEnds(signal);
      try {
        return await openBy(order, parts, ends);
      } catch (error) {
        ends.end(error);
        throw ends.reasonOr(() => error as Error);
      }
    },
  };
}

async function openBy(order: SourceOrder, parts: FetchParts, ends: OpenEnds): Promise<OpenedSource> {
  const address = readSourceAddress(order.url);
  using _ = ends.limit(parts.bounds.openMs, () => tooSlow(address.url.host));
  const open = address.url.protocol === "ftp:" ? openFtp : openHttp;
  return await open(order, address, parts, ends);
}
