import type { ClientRequest, RequestOptions } from "node:http";
import { Agent, request as requestSecure } from "node:https";
import type { Duplex } from "node:stream";
import { proxyVariables } from "../pacing/environment.ts";
import { http } from "./node-http.ts";
import { openTunnel, proxyAuthorization, proxyOutOfReach, UserProxies } from "./user-proxies.ts";

/** The caller's part of a request. */
export type StartOptions = Pick<RequestOptions, "method" | "signal"> & { headers: Record<string, string> };

/** The user's proxy for a URL, as the environment names it now. @throws {NetworkError} it cannot be used */
export const proxyOf = (url: URL): URL | undefined => new UserProxies(proxyVariables()).proxyForUrl(url);

/** Starts a request over node:http, directly or through the user's proxy. @throws {NetworkError} */
export function startRequest(url: URL, options: StartOptions): ClientRequest {
  const proxy = proxyOf(url);
  const isPlain = url.protocol === "http:";
  if (proxy === undefined) return isPlain ? http.request(url, options) : requestSecure(url, options);
  if (!isPlain) return requestSecure(url, { ...options, agent: tunnelsThrough(proxy) });
  const start = proxy.protocol === "http:" ? http.request : requestSecure;
  return start(new URL(proxy.origin), {
    ...options,
    path: `${url.origin}${url.pathname}${url.search}`,
    headers: { ...options.headers, host: url.host, ...proxyAuthorization(proxy) },
  });
}

/**
 * A connection to a host of plain HTTP that failed at the user's proxy is the proxy's failure: the host was never
 * tried.
 */
export function nameProxy(error: unknown, url: URL): unknown {
  const proxy = url.protocol === "http:" ? proxyOf(url) : undefined;
  if (proxy === undefined || !(error instanceof Error)) return error;
  const call: unknown = Reflect.get(error, "syscall");
  return call === "connect" || call === "getaddrinfo" ? proxyOutOfReach(proxy, error) : error;
}

/** Keeps TLS connections through one proxy for later requests. */
class TunnelAgent extends Agent {
  readonly #proxy: URL;

  constructor(proxy: URL) {
    super({ keepAlive: true, scheduling: "lifo", timeout: 5000 });
    this.#proxy = proxy;
  }

  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const host = options.host ?? "";
    const secured = openTunnel(this.#proxy, host.replace(/^\[(.*)\]$/, "$1"), Number(options.port)).then((socket) =>
      super.createConnection({ ...options, socket } as RequestOptions),
    );
    secured.then(
      (stream) => (stream ? callback?.(null, stream) : undefined),
      // Node's declaration asks for a stream even here, where there is none.
      (error: Error) => (callback as ((error: Error) => void) | undefined)?.(error),
    );
    return undefined;
  }
}

const agents = new Map<string, TunnelAgent>();

function tunnelsThrough(proxy: URL): TunnelAgent {
  let agent = agents.get(proxy.href);
  if (agent === undefined) agents.set(proxy.href, (agent = new TunnelAgent(proxy)));
  return agent;
}
