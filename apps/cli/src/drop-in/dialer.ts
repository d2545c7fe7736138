import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { CliError } from "../command-line/errors.ts";
import type { Variables } from "../environment.ts";
import { isExemptFromProxy } from "./no-proxy.ts";

const connectTimeoutMs = 20_000;

class DialError extends CliError {
  override name = "DialError";

  constructor(message: string, options?: ErrorOptions) {
    super("dial-failed", message, options);
  }
}

/** Opens connections the way the user's own proxy variables ask for: directly, or through the proxy they name. */
export class Dialer {
  readonly #proxies: { https: URL | undefined; http: URL | undefined };
  readonly #noProxy: string | undefined;

  /** Throws a DialError for a proxy of a kind that cannot be used. */
  constructor(variables: Variables) {
    const all = variables.all_proxy || variables.ALL_PROXY;
    this.#proxies = {
      https: proxyUrl(variables.https_proxy || variables.HTTPS_PROXY || all),
      http: proxyUrl(variables.http_proxy || variables.HTTP_PROXY || all),
    };
    this.#noProxy = variables.no_proxy || variables.NO_PROXY;
  }

  /** The user's proxy for a host; undefined for a direct connection, and always for this machine itself. */
  proxyFor(scheme: "http" | "https", host: string, port: number): URL | undefined {
    if (/^(?:localhost|127(?:\.\d+){3}|::1|.*\.localhost)$/.test(host)) return undefined;
    return isExemptFromProxy(host, port, this.#noProxy) ? undefined : this.#proxies[scheme];
  }

  /** A connection whose bytes reach the host untouched. */
  dial(host: string, port: number): Promise<Socket> {
    const proxy = this.proxyFor("https", host, port);
    return proxy ? connectThrough(proxy, host, port) : connectDirectly(host, port);
  }
}

/** `Proxy-Authorization` for the name and password in a proxy's URL. */
export function proxyAuthorization(proxy: URL): Record<string, string> {
  if (!proxy.username) return {};
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { "Proxy-Authorization": `Basic ${Buffer.from(credentials).toString("base64")}` };
}

function proxyUrl(text: string | undefined): URL | undefined {
  if (!text) return undefined;
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new DialError(
    "The proxy variables name a proxy that is neither http:// nor https://; only these can be chained.",
  );
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

function connectThrough(proxy: URL, host: string, port: number): Promise<Socket> {
  const target = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const open = proxy.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = open({
      host: proxy.hostname,
      port: proxy.port || undefined,
      method: "CONNECT",
      path: target,
      headers: { Host: target, ...proxyAuthorization(proxy) },
      agent: false,
      timeout: connectTimeoutMs,
    });
    request.once("timeout", () => request.destroy(new DialError(`The proxy ${proxy.host} does not answer.`)));
    request.once("error", reject);
    request.once("connect", (response, socket, head) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        reject(new DialError(`The proxy ${proxy.host} refused ${target} with status ${response.statusCode}.`));
        return;
      }
      socket.setTimeout(0);
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.once("response", (response) => {
      response.destroy();
      reject(new DialError(`The proxy ${proxy.host} refused ${target} with status ${response.statusCode}.`));
    });
    request.end();
  });
}
