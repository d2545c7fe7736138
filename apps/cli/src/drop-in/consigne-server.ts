import { Agent } from "node:http";
import type { ClientRequestArgs } from "node:http";
import { isIP } from "node:net";
import { connect as connectTls, getCACertificates } from "node:tls";
import type { Duplex } from "node:stream";
import { UsageError } from "../command-line/errors.ts";
import type { Dialer } from "./dialer.ts";
import { interceptedDomainOf } from "./hosts.ts";

/** After this long without traffic, the system checks whether the other end is still there. */
const probeAfterMs = 60_000;

/** Where the drop-in sends intercepted requests. */
export interface ServerAddress {
  isTls: boolean;
  host: string;
  port: number;
  /** Value of the Host header. */
  authority: string;
  /** Path before every request's own path, without a trailing slash; mostly empty. */
  pathPrefix: string;
}

/** Parses the URL of a server, given with or without the API's `/v1`. */
export function parseServerAddress(text: string): ServerAddress {
  const url = URL.parse(text);
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new UsageError(`The server's URL must begin with http:// or https://.`);
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new UsageError("The server's URL may contain only scheme, host, port and path.");
  }
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (interceptedDomainOf(host)) {
    throw new UsageError(
      `${host} belongs to 1fichier.com, which programs reach without this command. Set your own server with --url or CONSIGNE_URL.`,
    );
  }
  const isTls = url.protocol === "https:";
  const pathPrefix = url.pathname.replace(/\/+$/, "").replace(/\/v1$/, "").replace(/\/+$/, "");
  return { isTls, host, port: Number(url.port) || (isTls ? 443 : 80), authority: url.host, pathPrefix };
}

/** Keeps connections to the server for further requests. The dialer opens them, so the user's proxy is used. */
export class ServerAgent extends Agent {
  readonly #address: ServerAddress;
  readonly #dialer: Dialer;
  readonly #extraAuthorities: readonly string[];

  /** `extraAuthorities`: additional PEM certificates to trust for the server. */
  constructor(address: ServerAddress, dialer: Dialer, extraAuthorities: readonly string[]) {
    super({ keepAlive: true, keepAliveMsecs: probeAfterMs, maxFreeSockets: 32 });
    this.#address = address;
    this.#dialer = dialer;
    this.#extraAuthorities = extraAuthorities;
  }

  override createConnection(
    _options: ClientRequestArgs,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    this.#open().then(
      (stream) => callback?.(null, stream),
      // Node's type declaration requires a stream even here, where there is none.
      (error: Error) => (callback as ((error: Error) => void) | undefined)?.(error),
    );
    return undefined;
  }

  async #open(): Promise<Duplex> {
    const { host, port, isTls } = this.#address;
    const socket = await this.#dialer.dial(host, port);
    if (!isTls) return socket;
    const ca = this.#extraAuthorities.length > 0 ? [...getCACertificates(), ...this.#extraAuthorities] : undefined;
    return new Promise((resolve, reject) => {
      const secured = connectTls({ socket, servername: isIP(host) ? "" : host, host, ca, ALPNProtocols: ["http/1.1"] });
      secured.once("error", reject);
      secured.once("secureConnect", () => {
        secured.off("error", reject);
        resolve(secured);
      });
    });
  }
}
