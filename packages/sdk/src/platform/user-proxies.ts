import { request as requestSecure } from "node:https";
import { BlockList, isIP } from "node:net";
import type { Socket } from "node:net";
import { reasonOf } from "@consigne/contract/system-reasons";
import { NetworkError } from "../errors.ts";
import { http } from "./node-http.ts";

const CONNECT_TIMEOUT_MS = 20_000;
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|::1|.*\.localhost)$/;

type Variables = Readonly<Record<string, string | undefined>>;

/** The proxies that `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` name, lower case first as in curl. */
export class UserProxies {
  readonly #variables: Variables;

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  /**
   * The proxy for a host; undefined for a direct connection, and always for this machine itself. `host` is without the
   * brackets of IPv6.
   * @throws {NetworkError} for a kind of proxy that cannot be used
   */
  proxyFor(scheme: "http" | "https", host: string, port: number): URL | undefined {
    const { all_proxy, ALL_PROXY, no_proxy, NO_PROXY } = this.#variables;
    if (LOOPBACK.test(host) || isExemptFromProxy(host, port, no_proxy || NO_PROXY)) return undefined;
    return proxyUrl(this.#named(scheme) || all_proxy || ALL_PROXY);
  }

  /** The same for a URL. @throws {NetworkError} */
  proxyForUrl(url: URL): URL | undefined {
    const scheme = url.protocol === "http:" ? "http" : "https";
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
    return this.proxyFor(scheme, host, Number(url.port) || (scheme === "http" ? 80 : 443));
  }

  #named(scheme: "http" | "https"): string | undefined {
    const { https_proxy, HTTPS_PROXY, http_proxy, HTTP_PROXY, REQUEST_METHOD } = this.#variables;
    if (scheme === "https") return https_proxy || HTTPS_PROXY;
    // In a CGI program, this variable contains a request header of the caller.
    return http_proxy || (REQUEST_METHOD ? undefined : HTTP_PROXY);
  }
}

/** Whether a NO_PROXY list asks for a direct connection to a host, by the rules curl and Go share. */
export function isExemptFromProxy(host: string, port: number, list: string | undefined): boolean {
  const entries = (list ?? "").split(/[\s,]+/).filter((entry) => entry !== "");
  return entries.some((entry) => {
    if (entry === "*") return true;
    if (entry.includes("/")) return isInBlock(host, entry);
    const match = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase());
    const hasPort = match?.[2] !== undefined && !entry.includes("::");
    if (hasPort && Number(match[2]) !== port) return false;
    const name = (hasPort ? (match[1] ?? "") : entry.toLowerCase()).replace(/^\*?\./, "");
    return name !== "" && (host === name || host.endsWith(`.${name}`));
  });
}

function isInBlock(host: string, block: string): boolean {
  const [network = "", bits = ""] = block.split("/");
  const family = isIP(network) === 6 ? "ipv6" : "ipv4";
  if (isIP(host) === 0 || isIP(network) !== isIP(host) || !/^\d{1,3}$/.test(bits)) return false;
  if (Number(bits) > (family === "ipv6" ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(host, family);
}

/** `Proxy-Authorization` for the name and password in a proxy's URL. */
export function proxyAuthorization(proxy: URL): Record<string, string> {
  if (!proxy.username) return {};
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { "Proxy-Authorization": `Basic ${Buffer.from(credentials).toString("base64")}` };
}

/** A connection to a host through a proxy, which passes bytes on unchanged. @throws {NetworkError} */
export function openTunnel(proxy: URL, host: string, port: number): Promise<Socket> {
  const target = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const open = proxy.protocol === "https:" ? requestSecure : http.request;
  return new Promise((resolve, reject) => {
    const request = open({
      host: proxy.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: proxy.port || undefined,
      method: "CONNECT",
      path: target,
      headers: { Host: target, ...proxyAuthorization(proxy) },
      agent: false,
      timeout: CONNECT_TIMEOUT_MS,
    });
    const refuse = (status: number | undefined) => {
      const message = `The proxy ${proxy.host} refused ${target} with status ${status}.`;
      reject(new NetworkError(message, { isUnsent: true, isRefusedByProxy: (status ?? 0) < 500 }));
    };
    request.once("timeout", () => request.destroy(new Error("the connection timed out")));
    request.once("error", (error) => reject(proxyOutOfReach(proxy, error)));
    request.once("connect", (response, socket, head) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        refuse(response.statusCode);
        return;
      }
      socket.setTimeout(0);
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.once("response", (response) => {
      response.destroy();
      refuse(response.statusCode);
    });
    request.end();
  });
}

/** The proxy itself cannot be reached; the host behind it was never tried. */
export function proxyOutOfReach(proxy: URL, cause: Error): NetworkError {
  const message = `Cannot reach the proxy ${proxy.host}: ${reasonOf(cause)}. Check HTTPS_PROXY, HTTP_PROXY and ALL_PROXY.`;
  return new NetworkError(message, { isUnsent: true, cause });
}

function proxyUrl(text: string | undefined): URL | undefined {
  if (!text) return undefined;
  const full = text.includes("://") ? text : `http://${text}`;
  if (/^https?:/i.test(full) && URL.canParse(full)) return new URL(full);
  const message =
    "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names a proxy that is neither http:// nor https://; other kinds, such as SOCKS, are not supported. To reach a host without it, list the host in NO_PROXY.";
  throw new NetworkError(message, { isUnsent: true, isRefusedByProxy: true });
}
