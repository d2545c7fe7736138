import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { plainAddress } from "@consigne/core";
import { addressRefused, hostUnknown } from "./failures.ts";
import type { MayReach } from "./networks.ts";
import type { OpenEnds } from "./open-ends.ts";

/**
 * Resolves all addresses of a host. Rejects if there are none. `isWanted` tells whether somebody still waits for them.
 */
export type ResolveHost = (host: string, isWanted: () => boolean) => Promise<readonly string[]>;

/** Enough for every sensible host; a name may have thousands. */
const MOST_ADDRESSES = 8;

/** Whatever a resolver says (RFC 6761, 6.3). */
const LOCAL_NAME = /^(.*\.)?localhost\.?$/i;
const LOOPBACK = ["127.0.0.1", "::1"];

/**
 * The system resolves two names at a time for the whole process, including mail, and cannot cancel a lookup:
 * unresponsive name servers occupy these slots for as long as the system waits, mostly longer than we do.
 */
const LOOKUPS_AT_ONCE = 4;

/** Resolves hosts like every other program of the machine. */
export const resolveBySystem: ResolveHost = inTurns(
  async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  LOOKUPS_AT_ONCE,
);

/**
 * A lookup that nobody waits for any more when its turn comes is skipped, so that abandoned names do not delay others.
 */
export function inTurns(resolve: ResolveHost, most: number): ResolveHost {
  const waiting: (() => void)[] = [];
  let count = 0;
  return async (host, isWanted) => {
    if (count < most) count += 1;
    else await new Promise<void>((go) => waiting.push(go));
    try {
      return isWanted() ? await resolve(host, isWanted) : [];
    } finally {
      const next = waiting.shift();
      if (next === undefined) count -= 1;
      else next();
    }
  };
}

/** Without the brackets around IPv6 addresses. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

/**
 * The permitted addresses of a host. Callers connect to these and never resolve the name again: its owner could answer
 * differently the second time.
 * @throws {SourceError}
 */
export async function reachableAddresses(
  hostname: string,
  { resolve, mayReach, connectMs }: { resolve: ResolveHost; mayReach: MayReach; connectMs: number },
  ends: OpenEnds,
): Promise<string[]> {
  const host = bareHost(hostname);
  const found = isIP(host) !== 0 ? [host] : LOCAL_NAME.test(host) ? LOOPBACK : await resolved(host);
  const known = found.filter((address) => isIP(address) !== 0);
  if (known.length === 0) throw hostUnknown(host);
  const reachable = known.filter(mayReach).slice(0, MOST_ADDRESSES).map(plainAddress);
  if (reachable.length === 0) throw addressRefused();
  return [...new Set(reachable)];

  async function resolved(name: string): Promise<readonly string[]> {
    using _ = ends.limit(connectMs, () => hostUnknown(name));
    try {
      return await ends.race(resolve(name, () => !ends.isOver));
    } catch (error) {
      throw ends.reasonOr(() => hostUnknown(name, error));
    }
  }
}
