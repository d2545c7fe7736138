import { mostOfNetwork } from "@consigne/core";
import { addressOf } from "../wire/caller.ts";
import { OverloadError } from "../wire/error-answer.ts";
import type { RequestStep } from "../wire/request-steps.ts";
import type { EdgeBounds } from "./edge-bounds.ts";
import { whenEnded } from "./request-ends.ts";
import type { Shares } from "./shares.ts";

/**
 * Allows as many requests at once as connections: behind a reverse proxy, and when a client sends many requests over
 * one connection, requests are what counts.
 */
export function limitRequestsAtOnce(
  bounds: Pick<EdgeBounds, "connections" | "connectionsPerAddress">,
  shares: Shares,
): RequestStep {
  const counts = new Map<string, number>();
  const most = mostOfNetwork(bounds.connectionsPerAddress, bounds.connections);
  let all = 0;
  const countOf = (share: string | undefined): number => (share === undefined ? 0 : (counts.get(share) ?? 0));
  const add = (share: string | undefined, change: 1 | -1): void => {
    if (share === undefined) return;
    const count = countOf(share) + change;
    if (count === 0) counts.delete(share);
    else counts.set(share, count);
  };
  return (request) => {
    const { own, network } = shares.of(addressOf(request));
    const isOver = countOf(own) >= bounds.connectionsPerAddress || countOf(network) >= most;
    if (all >= bounds.connections || isOver) throw new OverloadError();
    const addAll = (change: 1 | -1) => {
      all += change;
      add(own, change);
      add(network, change);
    };
    addAll(1);
    whenEnded(request, () => addAll(-1));
  };
}
