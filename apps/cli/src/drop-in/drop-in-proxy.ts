import { Agent, createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { Http2Server } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream";
import { createServer as createTlsServer } from "node:tls";
import type { SecureContext, TLSSocket } from "node:tls";
import { reasonOf, systemCode } from "@consigne/contract/system-reasons";
import { proxyAuthorization } from "@consigne/sdk/user-proxies";
import { CliError } from "../command-line/errors.ts";
import type { ServerCertificates } from "../certificates/server-certificates.ts";
import type { ServerAddress } from "./consigne-server.ts";
import type { Dialer } from "./dialer.ts";
import { keepHeadBytes } from "./head-bytes.ts";
import { interceptedDomainOf, normalizedHost, splitHostAndPort } from "./hosts.ts";
import type { ProxyGuard } from "./proxy-guard.ts";
import { RelayedExchange, sendRefusal } from "./relayed-exchange.ts";
import type { ClientRequestMessage, ClientResponseMessage } from "./relayed-exchange.ts";

const headersTimeoutMs = 60_000;
const keepAliveTimeoutMs = 120_000;
const http2WindowBytes = 1 << 20;

export interface DropInProxyOptions {
  guard: ProxyGuard;
  certificates: ServerCertificates;
  dialer: Dialer;
  server: ServerAddress;
  serverAgent: Agent;
  /** Called for each intercepted request: method, host, and path without its query, which may contain a key. */
  onRequest?: (line: string) => void;
  /** Called after each attempt to reach the server: with the error, or undefined when it has answered. */
  onServerState?: (error: Error | undefined) => void;
  /** Called when a program has refused our certificate, because it does not trust the user's authority. */
  onDistrust?: () => void;
}

interface ClientSide {
  request: ClientRequestMessage;
  response: ClientResponseMessage;
  expectsContinue: boolean;
}

/**
 * An HTTP proxy on the loopback address that answers for the intercepted hosts, and passes everything else on
 * unchanged.
 *
 * Decrypted HTTP/1.1 connections are handed to the same `node:http` server that receives the proxy requests: its time
 * limits only work in servers that listen. The set of decrypted sockets distinguishes the two kinds.
 */
export class DropInProxy {
  readonly #options: DropInProxyOptions;
  readonly #server: Server;
  readonly #http2Server: Http2Server;
  readonly #tlsServer: ReturnType<typeof createTlsServer>;
  readonly #decrypted = new WeakSet<Duplex>();
  readonly #open = new Set<Duplex>();
  readonly #relayAgent = new Agent({ keepAlive: true, maxFreeSockets: 16 });

  constructor(options: DropInProxyOptions) {
    this.#options = options;
    // No limit on a whole request: an upload takes as long as it takes.
    this.#server = createServer({
      requestTimeout: 0,
      headersTimeout: headersTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      noDelay: true,
    });
    this.#http2Server = createHttp2Server({ settings: { initialWindowSize: http2WindowBytes } });
    this.#tlsServer = createTlsServer({
      ALPNProtocols: ["h2", "http/1.1"],
      SNICallback: (name, done) => this.#chooseCertificate(name, done),
    });
    this.#wire();
  }

  /** Starts to listen; port 0 means any free one. Returns the port. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", (error) => {
        const message = `Cannot listen on 127.0.0.1:${port}: ${reasonOf(error)}. Choose another port with --port.`;
        reject(new CliError("port-unavailable", message, { cause: error }));
      });
      this.#server.listen({ port, host: "127.0.0.1" }, resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Stops listening and closes every connection. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#open) socket.destroy();
    this.#relayAgent.destroy();
    this.#options.serverAgent.destroy();
    await closed;
  }

  #wire(): void {
    const take = (expectsContinue: boolean) => (request: ClientRequestMessage, response: ClientResponseMessage) =>
      void this.#take({ request, response, expectsContinue });
    this.#server.on("request", take(false));
    this.#server.on("checkContinue", take(true));
    this.#http2Server.on("request", take(false));
    this.#http2Server.on("checkContinue", take(true));
    this.#http2Server.on("session", (session) => session.setLocalWindowSize(16 * http2WindowBytes));
    this.#http2Server.on("sessionError", () => {});
    this.#server.on("connection", (socket) => {
      keepHeadBytes(socket);
      this.#remember(socket);
    });
    this.#server.on("connect", (request, socket, head) => void this.#connect(request, socket as Socket, head));
    this.#tlsServer.on("secureConnection", (socket) => this.#takeDecrypted(socket));
    this.#tlsServer.on("tlsClientError", (error, socket) => this.#drop(socket, error));
  }

  #remember(socket: Duplex): void {
    this.#open.add(socket);
    socket.on("error", (error) => this.#drop(socket, error));
    socket.once("close", () => this.#open.delete(socket));
  }

  /** In TLS 1.3 a client's refusal arrives after the handshake, as an error of the established connection. */
  #drop(socket: Duplex, error: Error): void {
    if (/ALERT_(?:UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN)$/.test(systemCode(error) ?? "")) {
      this.#options.onDistrust?.();
    }
    socket.destroy();
  }

  #chooseCertificate(name: string, done: (error: Error | null, context?: SecureContext) => void): void {
    const host = normalizedHost(name);
    const domain = interceptedDomainOf(host);
    if (!domain) return done(new Error("a host outside the intercepted domains"));
    this.#options.certificates.contextFor(host, domain).then((context) => done(null, context), done);
  }

  #takeDecrypted(socket: TLSSocket): void {
    this.#decrypted.add(socket);
    if (socket.alpnProtocol === "h2") {
      this.#remember(socket);
      // It came from an HTTP/1 server, which allows half-open connections; here nobody would ever close it.
      socket.once("end", () => socket.destroy());
      this.#http2Server.emit("connection", socket);
    } else {
      this.#server.emit("connection", socket);
    }
  }

  async #connect(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const { host, port } = splitHostAndPort(request.url ?? "");
    if (this.#decrypted.has(socket) || host === "" || port === undefined)
      return refuseTunnel(socket, "400 Bad Request");
    if (!(await this.#options.guard.admits(request, socket))) {
      return refuseTunnel(socket, "407 Proxy Authentication Required", 'Proxy-Authenticate: Basic realm="consigne"');
    }
    if (head.length > 0) socket.unshift(head);
    if (interceptedDomainOf(host)) return this.#intercept(socket, host, port);
    try {
      const far = await this.#options.dialer.dial(host, port);
      this.#remember(far);
      if (socket.destroyed) return void far.destroy();
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      pipeline(socket, far, () => {});
      pipeline(far, socket, () => {});
    } catch {
      refuseTunnel(socket, "502 Bad Gateway");
    }
  }

  #intercept(socket: Socket, host: string, port: number): void {
    this.#options.onRequest?.(`CONNECT ${host}:${port}`);
    if (port !== 443 && port !== 80) return refuseTunnel(socket, "403 Forbidden");
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    if (port === 443) {
      this.#tlsServer.emit("connection", socket);
    } else {
      this.#decrypted.add(socket);
      this.#server.emit("connection", socket);
    }
  }

  async #take(client: ClientSide): Promise<void> {
    const { request, response } = client;
    if (this.#decrypted.has(request.socket) || !isHttp1(request)) {
      const host = normalizedHost(authorityOf(request));
      if (interceptedDomainOf(host)) return this.#forward(client, host, originForm(request.url ?? "/").path);
      return sendRefusal(response, 421, "This connection is only for the hosts of 1fichier.");
    }
    if (!(await this.#options.guard.admits(request, request.socket))) {
      response.setHeader("Proxy-Authenticate", 'Basic realm="consigne"');
      return sendRefusal(response, 407, "This proxy serves only programs that know its password.");
    }
    const { authority, path } = originForm(request.url ?? "/");
    if (authority === undefined) return sendRefusal(response, 400, "This is a proxy: ask it for http://HOST/PATH.");
    const { host, port = 80 } = splitHostAndPort(authority);
    if (interceptedDomainOf(host)) return this.#forward(client, host, path);
    this.#relay(client, host, port, path);
  }

  /** To the Consigne server; a header tells it which host names to use in URLs. */
  #forward(client: ClientSide, face: string, path: string): void {
    const { server, serverAgent: agent, onRequest, onServerState } = this.#options;
    onRequest?.(`${client.request.method} ${face}${path.replace(/\?.*$/, "")}`);
    const headers = { Host: server.authority, "Consigne-Face": face };
    const target = { agent, host: server.host, port: server.port, path: server.pathPrefix + path, headers };
    new RelayedExchange(client, target, (error) => onServerState?.(error)).start();
  }

  /** Plain HTTP to any other host, through the user's own proxy if there is one. */
  #relay(client: ClientSide, host: string, port: number, path: string): void {
    const proxy = this.#options.dialer.proxyFor("http", host, port);
    const authority = `${host.includes(":") ? `[${host}]` : host}${port === 80 ? "" : `:${port}`}`;
    const agent = this.#relayAgent;
    const target =
      proxy?.protocol === "http:"
        ? {
            agent,
            host: proxy.hostname,
            port: Number(proxy.port) || 80,
            path: `http://${authority}${path}`,
            headers: { Host: authority, ...proxyAuthorization(proxy) },
          }
        : { agent, host, port, path, headers: { Host: authority } };
    new RelayedExchange(client, target, () => {}).start();
  }
}

function isHttp1(request: ClientRequestMessage): request is IncomingMessage {
  return request.httpVersionMajor === 1;
}

function authorityOf(request: ClientRequestMessage): string {
  const pseudo = request.headers[":authority"];
  return (typeof pseudo === "string" ? pseudo : undefined) ?? request.headers.host ?? "";
}

/** Splits `http://authority/path` without changing the path; the authority is undefined for a bare path. */
function originForm(url: string): { authority: string | undefined; path: string } {
  const match = /^https?:\/\/(?:[^/?#@]*@)?([^/?#]*)(.*)$/i.exec(url);
  if (!match) return { authority: undefined, path: url };
  const rest = match[2] ?? "";
  return { authority: match[1], path: rest.startsWith("/") ? rest : `/${rest}` };
}

function refuseTunnel(socket: Socket, status: string, field?: string): void {
  const fields = [`HTTP/1.1 ${status}`, ...(field ? [field] : []), "Content-Length: 0", "Connection: close"];
  socket.end(`${fields.join("\r\n")}\r\n\r\n`);
}
