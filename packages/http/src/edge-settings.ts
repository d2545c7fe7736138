import type { CivilTimes } from "@consigne/contract";
import type { Clock } from "@consigne/core";
import type { EdgeBounds } from "./bounds/edge-bounds.ts";
import type { AllowedOrigins } from "./wire/cors.ts";

/** The host of a request: as given by the caller, and as seen on its connection. */
export interface AskedHost {
  protocol: string;
  host: string;
  /** Our end of the connection. */
  localAddress: string | undefined;
}

/** Shown at `/readyz` to anybody who asks: must not contain paths or secrets. */
export class NotReadyError extends Error {
  override name = "NotReadyError";
}

/** A file of the console, ready to send. */
export interface ConsoleAsset {
  contentType: string;
  bytes: Uint8Array;
  encoding: ContentEncoding | undefined;
}

export type ContentEncoding = "br" | "gzip";

/** Creates the console page for one response; `changes` is the number of the account's last change before it. */
export type ConsolePage = (of: { language: string; nonce: string; changes: number }) => string;

/** The built console. */
export interface ConsoleFiles {
  /** Undefined if it is not built. */
  page(): Promise<ConsolePage | undefined>;
  /** Compressed if the caller accepts that; undefined if there is no such file. */
  asset(name: string, accepts: (encoding: ContentEncoding) => boolean): Promise<ConsoleAsset | undefined>;
}

/** Settings of the HTTP server besides the services. */
export interface EdgeSettings {
  /** Base of links for a caller; only reliable once the server listens. */
  publicUrl(asked: AskedHost): string;
  /** Origin that only serves direct links; undefined if the site's own is used. */
  downloadUrl: string | undefined;
  /** Addresses or CIDR blocks that may set X-Forwarded-*. */
  trustedProxies: readonly string[];
  /** Configured by the operator; otherwise the default. */
  areProxiesNamed: boolean;
  allowsKeyInQuery: boolean;
  /** Access lists by country can admit somebody. */
  knowsCountries: boolean;
  /** Whose pages may call from a browser. */
  allowedOrigins: AllowedOrigins;
  clock: Clock;
  /** In the time zone of the 1fichier.com API. */
  times: CivilTimes;
  /** How often a running download checks whether its right has ended. */
  downloadRecheckMs: number;
  /** The same for a running upload. */
  uploadRecheckMs: number;
  bounds: EdgeBounds;
  /** Shown in the reference. */
  version: string;
  /** Undefined: turned off. */
  console: ConsoleFiles | undefined;
  /** Rejects while the server cannot do its work. */
  checkReady(): Promise<void>;
}

/** Where log lines go. Never given a key, token, cookie or query. */
export interface EdgeLogger {
  info(line: Record<string, unknown>, message: string): void;
  warn(line: Record<string, unknown>, message: string): void;
  error(line: Record<string, unknown>, message: string): void;
  /** Called for each request, so it must be cheap. */
  request(line: RequestLine): void;
}

/** What is logged about an answered request. */
export interface RequestLine {
  requestId: string;
  method: string;
  /** Without its query. */
  path: string;
  status: number;
  durationMs: number;
  address: string;
  accountId?: string | undefined;
  apiKeyId?: string | undefined;
  sessionId?: string | undefined;
}
