import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { loopbackPeerOwner } from "./peer-owner.ts";
import { proxyUser } from "./program-environment.ts";

/**
 * Decides who may use the proxy: whoever knows its password, and programs of the user who started it. The second rule
 * is for programs that cannot send a proxy password (Java), and works where the system tells who is calling.
 */
export class ProxyGuard {
  readonly #expected: Buffer | undefined;

  /** Without a password every local program may use the proxy. */
  constructor(password: string | undefined) {
    this.#expected = password === undefined ? undefined : digest(basicCredentials(password));
  }

  async admits(request: IncomingMessage, socket: Socket): Promise<boolean> {
    if (!isLoopback(socket.remoteAddress)) return false;
    if (this.#expected === undefined) return true;
    const offered = request.headers["proxy-authorization"];
    if (offered !== undefined) return timingSafeEqual(digest(offered), this.#expected);
    const owner = await loopbackPeerOwner(socket);
    return owner !== undefined && owner === process.getuid?.();
  }
}

function basicCredentials(password: string): string {
  return `Basic ${Buffer.from(`${proxyUser}:${password}`).toString("base64")}`;
}

/** Digests have equal lengths, as the constant-time comparison requires. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::ffff:)?127\.|^::1$/.test(address);
}
