import { connect } from "node:net";
import type { Socket } from "node:net";
import { openTunnel, UserProxies } from "@consigne/sdk/user-proxies";
import { CliError } from "../command-line/errors.ts";
import type { Variables } from "../environment.ts";

const connectTimeoutMs = 20_000;

class DialError extends CliError {
  override name = "DialError";

  constructor(message: string, options?: ErrorOptions) {
    super("dial-failed", message, options);
  }
}

/** Opens connections as the user's own proxy variables say: directly, or through the proxy they name. */
export class Dialer {
  readonly #proxies: UserProxies;

  /** Throws a NetworkError for an unsupported kind of proxy. */
  constructor(variables: Variables) {
    this.#proxies = new UserProxies(variables);
    for (const scheme of ["https", "http"] as const) this.proxyFor(scheme, "invalid", 443);
  }

  /** The user's proxy for a host; undefined for a direct connection, and always for this machine itself. */
  proxyFor(scheme: "http" | "https", host: string, port: number): URL | undefined {
    return this.#proxies.proxyFor(scheme, host, port);
  }

  /** A connection whose bytes reach the host unchanged. */
  dial(host: string, port: number): Promise<Socket> {
    const proxy = this.proxyFor("https", host, port);
    return proxy ? openTunnel(proxy, host, port) : connectDirectly(host, port);
  }
}

function connectDirectly(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    socket.setTimeout(connectTimeoutMs, () => socket.destroy(new DialError(`${host}:${port} does not answer.`)));
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.off("error", reject);
      resolve(socket);
    });
  });
}
