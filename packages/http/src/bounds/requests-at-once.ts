import { addressOf } from "../wire/caller.ts";
import { OverloadError } from "../wire/error-answer.ts";
import type { RequestStep } from "../wire/request-steps.ts";
import type { EdgeBounds } from "./edge-bounds.ts";
import { whenEnded } from "./request-ends.ts";
import type { Shares } from "./shares.ts";

/**
 * As many requests at once as there may be connections: behind a reverse proxy, and where a client sends many requests
 * over one connection, it is these that count.
 */
export function limitRequestsAtOnce(
  bounds: Pick<EdgeBounds, "connections" | "connectionsPerAddress">,
  shares: Shares,
): RequestStep {
  const ofShare = new Map<string, number>();
  let all = 0;
  const end = (share: string | undefined): void => {
    all -= 1;
    if (share === undefined) return;
    const left = (ofShare.get(share) ?? 1) - 1;
    if (left === 0) ofShare.delete(share);
    else ofShare.set(share, left);
  };
  return (request) => {
    const share = shares.of(addressOf(request));
    const own = share === undefined ? 0 : (ofShare.get(share) ?? 0);
    if (all >= bounds.connections || own >= bounds.connectionsPerAddress) throw new OverloadError();
    all += 1;
    if (share !== undefined) ofShare.set(share, own + 1);
    whenEnded(request, () => end(share));
  };
}
