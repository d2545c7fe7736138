import type { CivilTimes } from "@consigne/contract";
import type { Clock } from "@consigne/core";
import type { EdgeBounds } from "./bounds/edge-bounds.ts";
import type { AllowedOrigins } from "./wire/foreign-pages.ts";

/** Which host a request was made to: as the caller says, and as its connection shows. */
export interface AskedHost {
  protocol: string;
  host: string;
  /** Our end of the connection. */
  localAddress: string | undefined;
}

/** What is said at `/readyz`, to anybody who asks: no path, no secret. */
export class NotReadyError extends Error {
  override name = "NotReadyError";
}

/** A file of the console as it goes out. */
export interface ConsoleAsset {
  contentType: string;
  bytes: Uint8Array;
  encoding: ContentEncoding | undefined;
}

export type ContentEncoding = "br" | "gzip";

/** Makes the page of the console for one answer; `changes` is the number of the account's last change before it. */
export type ConsolePage = (of: { language: string; nonce: string; changes: number }) => string;

/** The built console. */
export interface ConsoleFiles {
  /** Undefined where it is not built. */
  page(): Promise<ConsolePage | undefined>;
  /** Compressed where the caller takes that; undefined where there is none of the name. */
  asset(name: string, accepts: (encoding: ContentEncoding) => boolean): Promise<ConsoleAsset | undefined>;
}

/** The edge's settings besides the services. */
export interface EdgeSettings {
  /** Base of the native face's links for a caller; known for sure only once the server listens. */
  publicUrl(asked: AskedHost): string;
  /** Origin that answers for direct links and for nothing else; undefined where the site's own has to do. */
  downloadUrl: string | undefined;
  /** Addresses or CIDR blocks that may set X-Forwarded-*. */
  trustedProxies: readonly string[];
  /** The operator said who they are; otherwise they are those usual without a setting. */
  areProxiesNamed: boolean;
  allowsKeyInQuery: boolean;
  /** Access lists by country can admit somebody. */
  knowsCountries: boolean;
  /** Whose pages may call from a browser. */
  allowedOrigins: AllowedOrigins;
  clock: Clock;
  /** Of the zone whose times stand on the wire. */
  times: CivilTimes;
  /** How soon a running download notices that its right has ended. */
  downloadRecheckMs: number;
  /** The same of a running upload. */
  uploadRecheckMs: number;
  bounds: EdgeBounds;
  /** Shown in the reference. */
  version: string;
  /** Undefined: switched off. */
  console: ConsoleFiles | undefined;
  /** Fails while the server cannot do its work. */
  checkReady(): Promise<void>;
}

/** Where the edge's own lines go. Never handed a key, token, cookie or query. */
export interface EdgeLogger {
  info(line: Record<string, unknown>, message: string): void;
  warn(line: Record<string, unknown>, message: string): void;
  error(line: Record<string, unknown>, message: string): void;
  /** One for each request: much of what a call costs. */
  request(line: RequestLine): void;
}

/** What is told of a request that has been answered. */
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
