import { plainAddress } from "@consigne/core";
import type { EdgeLogger, EdgeSettings } from "../edge-settings.ts";
import { isTrustedProxy } from "./caller.ts";
import type { RequestStep } from "./request-steps.ts";

const names = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "forwarded"] as const;

/**
 * Warns the operator once about a proxy in front of the server that is not configured: everybody behind it counts as
 * one address then, so that a few wrong passwords of one person lock out all, and the public scheme is unknown.
 */
export function warnOfUnnamedProxy(
  { areProxiesNamed, trustedProxies }: Pick<EdgeSettings, "areProxiesNamed" | "trustedProxies">,
  logger: Pick<EdgeLogger, "warn">,
): RequestStep {
  let isTold = areProxiesNamed;
  return ({ headers, socket }) => {
    if (isTold || names.every((name) => headers[name] === undefined)) return;
    const peer = socket.remoteAddress;
    if (peer === undefined || isTrustedProxy(peer, trustedProxies)) return;
    isTold = true;
    logger.warn(
      { peer: plainAddress(peer) },
      "a request names the address it was forwarded for, which is ignored: if that peer is your reverse proxy, list it " +
        "in CONSIGNE_TRUSTED_PROXIES, or everybody behind it counts as one caller",
    );
  };
}
