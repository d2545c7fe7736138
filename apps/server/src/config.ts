import { resolve } from "node:path";
import { civilTimesIn, frenchTimes } from "@consigne/contract/civil-time";
import {
  type FloodProfile,
  type FloodProfileName,
  floodProfiles,
  type FreeRules,
  type HousekeepingRules,
  isAddressPattern,
  isEmailAddress,
  type RemoteRules,
  USUAL_TRASH_DAYS,
  USUAL_VERSION_DAYS,
  usualRemoteRules,
} from "@consigne/core";
import { defaultBounds } from "@consigne/http/edge-bounds";
import type { TlsFiles } from "./certificate-files.ts";
import { downloadUrlProblems } from "./download-url.ts";
import type { Environment, ReadEnvironment } from "./env.ts";
import { type EngineConfig, readEngines } from "./read-engines.ts";
import { readFloodProfile } from "./read-limits.ts";
import { parseSealingKey } from "./sealing-key.ts";
import { type Setting, type SettingName, settings } from "./settings.ts";

/** All checked settings, without secrets: may be logged. */
export interface Config {
  dataDir: string;
  engines: EngineConfig;
  listen: { host: string; port: number };
  /** Undefined: the server speaks plain HTTP. */
  tls: TlsFiles | undefined;
  /** Undefined: derived from the public URL. */
  mailFrom: string | undefined;
  /** Undefined: derived from the actual listening address. No trailing slash. */
  publicUrl: string | undefined;
  /** Only for direct links; undefined: the public URL. No trailing slash. */
  downloadUrl: string | undefined;
  adminEmail: string;
  limits: FloodProfileName;
  /** The chosen profile with configured figures. */
  flood: FloodProfile;
  trustedProxies: string[];
  /** Country database; undefined: no country is known. */
  geoipFile: string | undefined;
  /** Networks that may be fetched from although they are not public. */
  remoteAllow: string[];
  /** Configured by the operator; otherwise the default. */
  areProxiesNamed: boolean;
  allowsKeyInQuery: boolean;
  /** The browser console; without it people get the plain pages. */
  hasConsole: boolean;
  /** Whose pages may call from a browser: everybody's, or those of these origins. */
  allowedOrigins: "*" | string[];
  uploads: {
    maxFileBytes: number;
    maxUploadBytes: number;
    maxFiles: number;
    acceptsEmptyFiles: boolean;
    acceptsGuests: boolean;
  };
  freeDownloads: FreeRules;
  remote: RemoteConfig;
  housekeeping: HousekeepingRules;
  trashDays: number;
  versionDays: number;
  /** Space for thumbnails; 0: none are made. */
  thumbnailBytes: number;
  listLimit: number;
  /** Per account; infinite for unlimited. */
  maxEntries: number;
  /** Undefined: derived from the size of the store. */
  minFreeBytes: number | undefined;
  /** IANA name. */
  wireTimeZone: string;
  /** Upper limits; if the system allows fewer open files, fewer connections are accepted. */
  connections: { total: number; perAddress: number };
  logLevel: LogLevel;
  /** Undefined: depends on standard output. */
  logFormat: LogFormat | undefined;
}

export interface RemoteConfig extends RemoteRules {
  /** URLs fetched at once: in total, per account, and per host. */
  atOnce: { total: number; perAccount: number; perHost: number };
}
const DAY_MS = 24 * 3_600_000;

/** Separate from the config so that nobody logs them by accident. */
export interface Secrets {
  adminPassword: string | undefined;
  adminApiKey: string | undefined;
  /** Undefined: the key in the data folder. */
  sealingKey: Uint8Array | undefined;
}

const logLevels = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];
const logFormats = ["json", "text"] as const;
export type LogFormat = (typeof logFormats)[number];

/** The settings are invalid. `problems` lists all of them. */
export class ConfigError extends Error {
  override name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The server cannot start with these settings:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}

/** @throws {ConfigError} with all problems at once */
export function readConfig(environment: ReadEnvironment): { config: Config; secrets: Secrets } {
  const reader = new SettingReader(environment.values);
  reader.problems.push(...environment.unknown.map(unknownProblem));
  refusePlanned(reader);
  const config = readValues(reader);
  const secrets: Secrets = {
    adminPassword: environment.values.CONSIGNE_ADMIN_PASSWORD,
    adminApiKey: environment.values.CONSIGNE_ADMIN_API_KEY,
    sealingKey: reader.sealingKey("CONSIGNE_SEALING_KEY"),
  };
  checkAdmin(reader, environment.values, secrets);
  reader.problems.push(...downloadUrlProblems(config, reader.has("CONSIGNE_PUBLIC_URL")));
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return { config, secrets };
}

function readValues(reader: SettingReader): Config {
  const limits = reader.choice("CONSIGNE_LIMITS", Object.keys(floodProfiles) as FloodProfileName[], "friendly");
  return {
    dataDir: resolve(reader.text("CONSIGNE_DATA_DIR", "./data")),
    engines: readEngines(
      (name) => (reader.has(name) ? reader.text(name, "") : undefined),
      (problem) => reader.problems.push(problem),
    ),
    listen: { host: reader.text("CONSIGNE_HOST", "127.0.0.1"), port: reader.integer("CONSIGNE_PORT", 8080, 0, 65_535) },
    tls: readTls(reader),
    publicUrl: reader.publicUrl("CONSIGNE_PUBLIC_URL"),
    downloadUrl: reader.publicUrl("CONSIGNE_DOWNLOAD_URL"),
    mailFrom: reader.mailSender("CONSIGNE_MAIL_FROM"),
    adminEmail: reader.text("CONSIGNE_ADMIN_EMAIL", "admin@localhost"),
    limits,
    flood: readFloodProfile(reader, limits),
    trustedProxies: reader.addresses("CONSIGNE_TRUSTED_PROXIES", ["127.0.0.0/8", "::1"]),
    geoipFile: reader.has("CONSIGNE_GEOIP_FILE") ? resolve(reader.text("CONSIGNE_GEOIP_FILE", "")) : undefined,
    remoteAllow: reader.addresses("CONSIGNE_REMOTE_ALLOW", []),
    areProxiesNamed: reader.has("CONSIGNE_TRUSTED_PROXIES"),
    allowsKeyInQuery: reader.choice("CONSIGNE_KEY_IN_QUERY", ["on", "off"], "on") === "on",
    hasConsole: reader.choice("CONSIGNE_CONSOLE", ["on", "off"], "on") === "on",
    allowedOrigins: reader.origins("CONSIGNE_CORS_ORIGINS"),
    uploads: {
      maxFileBytes: reader.integer("CONSIGNE_MAX_FILE_BYTES", 300_000_000_000, 1),
      maxUploadBytes: reader.integer("CONSIGNE_MAX_UPLOAD_BYTES", 500_000_000_000, 1),
      maxFiles: reader.integer("CONSIGNE_MAX_UPLOAD_FILES", 500, 1, 10_000),
      acceptsEmptyFiles: reader.choice("CONSIGNE_EMPTY_FILES", ["accept", "refuse"], "accept") === "accept",
      acceptsGuests: reader.choice("CONSIGNE_ANONYMOUS_UPLOAD", ["on", "off"], "off") === "on",
    },
    freeDownloads: {
      waitMs: reader.integer("CONSIGNE_FREE_WAIT_SECONDS", 0, 0, 86_400) * 1000,
      isOneAtATime: reader.choice("CONSIGNE_FREE_ONE_AT_A_TIME", ["on", "off"], "off") === "on",
      resumes: reader.choice("CONSIGNE_FREE_RESUME", ["on", "off"], "on") === "on",
    },
    remote: {
      mostWaiting: reader.integer("CONSIGNE_REMOTE_WAITING", usualRemoteRules.mostWaiting, 1, 1_000_000),
      atOnce: {
        total: reader.integer("CONSIGNE_REMOTE_AT_ONCE", 8, 1, 1000),
        perAccount: reader.integer("CONSIGNE_REMOTE_PER_ACCOUNT", 3, 1, 1000),
        perHost: reader.integer("CONSIGNE_REMOTE_PER_HOST", 2, 1, 1000),
      },
      startsPerMinute: {
        account: reader.integer("CONSIGNE_REMOTE_STARTS_PER_ACCOUNT", usualRemoteRules.startsPerMinute.account, 1, 1e6),
        host: reader.integer("CONSIGNE_REMOTE_STARTS_PER_HOST", usualRemoteRules.startsPerMinute.host, 1, 1e6),
      },
    },
    housekeeping: {
      scrub: {
        everyMs: reader.integer("CONSIGNE_SCRUB_EVERY_DAYS", 30, 0, 3650) * DAY_MS,
        bytesPerSecond: reader.has("CONSIGNE_SCRUB_BYTES_PER_SECOND")
          ? reader.integer("CONSIGNE_SCRUB_BYTES_PER_SECOND", 1_000_000, 1000)
          : undefined,
      },
      guestFilesMs: reader.integer("CONSIGNE_GUEST_FILES_DAYS", 0, 0, 36_500) * DAY_MS,
    },
    trashDays: reader.integer("CONSIGNE_TRASH_DAYS", USUAL_TRASH_DAYS, 0, 3650),
    versionDays: reader.integer("CONSIGNE_VERSION_DAYS", USUAL_VERSION_DAYS, 0, 3650),
    thumbnailBytes: reader.integer("CONSIGNE_THUMBNAIL_BYTES", 1_000_000_000, 0),
    listLimit: reader.integer("CONSIGNE_LIST_LIMIT", 100_000, 1),
    maxEntries: reader.integer("CONSIGNE_MAX_ENTRIES_PER_ACCOUNT", 1_000_000, 0) || Infinity,
    minFreeBytes: reader.has("CONSIGNE_MIN_FREE_BYTES") ? reader.integer("CONSIGNE_MIN_FREE_BYTES", 0, 0) : undefined,
    wireTimeZone: reader.timeZone("CONSIGNE_WIRE_TIME_ZONE", frenchTimes.zone),
    connections: {
      total: reader.integer("CONSIGNE_MAX_CONNECTIONS", defaultBounds.connections, 8),
      perAddress: reader.integer("CONSIGNE_MAX_CONNECTIONS_PER_ADDRESS", defaultBounds.connectionsPerAddress, 1),
    },
    logLevel: reader.choice("CONSIGNE_LOG_LEVEL", logLevels, "info"),
    logFormat: reader.has("CONSIGNE_LOG_FORMAT") ? reader.choice("CONSIGNE_LOG_FORMAT", logFormats, "json") : undefined,
  };
}

class SettingReader {
  readonly problems: string[] = [];
  readonly #values: Environment;

  constructor(values: Environment) {
    this.#values = values;
  }

  has(name: SettingName): boolean {
    return this.#values[name] !== undefined;
  }

  text(name: SettingName, fallback: string): string {
    return this.#values[name] ?? fallback;
  }

  integer(name: SettingName, fallback: number, least: number, most: number = Number.MAX_SAFE_INTEGER): number {
    const text = this.#values[name];
    if (text === undefined) return fallback;
    const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    this.problems.push(`${name} is "${text}"; it must be a whole number from ${least} to ${most}.`);
    return fallback;
  }

  choice<T extends string>(name: SettingName, allowed: readonly T[], fallback: T): T {
    const text = this.#values[name];
    if (text === undefined) return fallback;
    const found = allowed.find((value) => value === text);
    if (found === undefined) this.problems.push(`${name} is "${text}"; it must be one of: ${allowed.join(", ")}.`);
    return found ?? fallback;
  }

  addresses(name: SettingName, fallback: string[]): string[] {
    const text = this.#values[name];
    if (text === undefined) return fallback;
    if (text === "none") return [];
    const patterns = text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
    for (const bad of patterns.filter((pattern) => !isAddressPattern(pattern))) {
      this.problems.push(`${name} has "${bad}"; each part must be an IP address or a CIDR block.`);
    }
    return patterns;
  }

  origins(name: SettingName): "*" | string[] {
    const text = this.#values[name];
    if (text === undefined || text === "none") return [];
    if (text === "*") return "*";
    const parts = text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
    return parts.flatMap((part) => {
      const origin = originOf(part);
      if (origin === undefined)
        this.problems.push(`${name} has "${part}"; each part must be like https://app.example.org, without a path.`);
      return origin ?? [];
    });
  }

  sealingKey(name: SettingName): Uint8Array | undefined {
    const text = this.#values[name];
    const key = text === undefined ? undefined : parseSealingKey(text);
    if (text !== undefined && key === undefined) {
      this.problems.push(`${name} must be 32 random bytes in base64, such as \`openssl rand -base64 32\` prints.`);
    }
    return key;
  }

  timeZone(name: SettingName, fallback: string): string {
    const text = this.text(name, fallback);
    try {
      return civilTimesIn(text).zone;
    } catch {
      this.problems.push(`${name} is "${text}"; it must be the name of a time zone, such as UTC or Europe/Paris.`);
      return fallback;
    }
  }

  mailSender(name: SettingName): string | undefined {
    const text = this.#values[name];
    if (text === undefined) return undefined;
    const address = /^[^<>\p{Cc}]*<([^<>]+)>$/u.exec(text)?.[1] ?? text;
    if (!isEmailAddress(address))
      this.problems.push(`${name} is "${text}"; it must be like Files <files@example.org>, or an address alone.`);
    return text;
  }

  publicUrl(name: SettingName): string | undefined {
    const text = this.#values[name];
    if (text === undefined) return undefined;
    const origin = webOrigin(text);
    if (origin === undefined)
      this.problems.push(`${name} is "${text}"; it must be like https://files.example.org, without a path.`);
    return origin;
  }
}

/** Undefined if there is more, or less, than scheme, host and port. */
function webOrigin(text: string): string | undefined {
  const url = URL.parse(text);
  const isUsable =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    !url.hostname.includes("*") &&
    url.pathname === "/" &&
    url.search === "" &&
    url.hash === "" &&
    url.username === "" &&
    url.password === "";
  return isUsable ? url.origin : undefined;
}

/** As browsers send it; desktop apps have schemes of their own, such as `tauri://localhost`. */
function originOf(text: string): string | undefined {
  const isOwnScheme = /^(?!https?:)[a-z][a-z0-9+.-]*:\/\/[a-z0-9._-]+(?::\d{1,5})?$/.test(text);
  return isOwnScheme ? text : webOrigin(text);
}

function unknownProblem(name: string): string {
  return `${name} is not a setting of this server; check its spelling.`;
}

function refusePlanned(reader: SettingReader): void {
  for (const setting of settings as readonly (Setting & { name: SettingName })[]) {
    if (setting.isPlanned === true && reader.has(setting.name)) {
      reader.problems.push(`${setting.name} is set, but this version cannot do that yet; remove it.`);
    }
  }
  reader.choice("CONSIGNE_REGISTRATION", ["closed"], "closed");
  reader.choice("CONSIGNE_ROLES", ["all"], "all");
}

function readTls(reader: SettingReader): TlsFiles | undefined {
  const [cert, key] = ["CONSIGNE_TLS_CERT", "CONSIGNE_TLS_KEY"] as const;
  if (!reader.has(cert) && !reader.has(key)) return undefined;
  const missing = reader.has(cert) ? key : cert;
  if (!reader.has(missing)) reader.problems.push(`${missing} is missing: a certificate and its key are set together.`);
  return { certFile: resolve(reader.text(cert, "")), keyFile: resolve(reader.text(key, "")) };
}

function checkAdmin(reader: SettingReader, values: Environment, secrets: Secrets): void {
  if (values.CONSIGNE_ADMIN_EMAIL === undefined && secrets.adminPassword !== undefined) {
    reader.problems.push("CONSIGNE_ADMIN_PASSWORD is set without CONSIGNE_ADMIN_EMAIL; set both or neither.");
  }
  const { CONSIGNE_ADMIN_EMAIL: email } = values;
  if (email !== undefined && !isEmailAddress(email)) {
    reader.problems.push(`CONSIGNE_ADMIN_EMAIL is "${email}"; it must be like admin@example.org.`);
  }
  if (secrets.adminPassword !== undefined && Buffer.byteLength(secrets.adminPassword) > 1024) {
    reader.problems.push("CONSIGNE_ADMIN_PASSWORD is too long; it has at most 1024 bytes.");
  }
  if (secrets.adminPassword !== undefined && secrets.adminPassword.length < 8) {
    reader.problems.push("CONSIGNE_ADMIN_PASSWORD is too short; it needs at least 8 characters.");
  }
  if (secrets.adminApiKey !== undefined && !/^[A-Za-z0-9_=-]{32}$/.test(secrets.adminApiKey)) {
    reader.problems.push(
      "CONSIGNE_ADMIN_API_KEY must have exactly 32 characters out of A-Z, a-z, 0-9, '-', '_' and '='.",
    );
  }
}
