import { ArgumentError, type ArgumentReason } from "../errors.ts";
import type { ImportAccess } from "../ports/import-source.ts";
import { MOST_REMOTE_URLS } from "../remote/remote-upload.ts";
import { readSourceAddress } from "../remote/source-address.ts";
import type { Import } from "./import.ts";

const LONGEST_SECRET = 512;
const LONGEST_PATH = 8192;

/** The credentials for the source; deleted when the import ends. */
export interface SourceSecrets {
  apiKey?: string | undefined;
  password?: string | undefined;
}

/** The context that an import's secrets are sealed with. */
export const sealedAbout = (accountId: string): string => `imports of ${accountId}`;

/** The path of the source, as it may be shown. */
export function sourcePathOf(access: ImportAccess): string {
  if (access.kind === "account") return access.path;
  if (access.kind !== "links") return "";
  return access.links.length === 1 ? (access.links[0] ?? "") : `${access.links.length} links`;
}

/**
 * The access of an import that has ended, with its secrets entered again.
 * @throws {DomainError} `bad-argument`
 */
export function accessAgain(
  { kind, sourceUrl: url, sourcePath, tallies }: Pick<Import, "kind" | "sourceUrl" | "sourcePath" | "tallies">,
  { apiKey, password }: SourceSecrets,
): ImportAccess {
  if (apiKey !== undefined) requireSecret(apiKey, "API key");
  if (password !== undefined) requireSecret(password, "password");
  if (kind === "index") return { kind, url };
  if (kind === "page") return { kind, url, apiKey, password };
  if (apiKey === undefined)
    throw bad("source-key-missing", "The API key of the source is no longer stored, so enter it again");
  if (kind === "account") return { kind, url, apiKey, path: sourcePath };
  if (isLost({ kind, sourcePath, tallies })) {
    throw bad("links-not-stored", "The links of this import are no longer stored, so import them again");
  }
  // After the lookup, each link has its own entry, and the list is no longer needed.
  if (tallies.folders.done > 0) return { kind, url, apiKey, links: [] };
  return { kind, url, apiKey, links: [sourcePath] };
}

/** Several links that were never looked up: they are deleted with the secrets when the import ends. */
export function isLost({ kind, sourcePath, tallies }: Pick<Import, "kind" | "sourcePath" | "tallies">): boolean {
  return kind === "links" && tallies.folders.done === 0 && /^\d+ links$/.test(sourcePath);
}

/** @throws {DomainError} `bad-argument` */
export function requireUsable(access: ImportAccess): void {
  const { shownUrl, hasCredentials } = readSourceAddress(access.url);
  if (hasCredentials) throw bad("source-address-invalid", "The URL of a source must not contain a name or password");
  if (!/^https?:/i.test(shownUrl))
    throw bad("source-address-invalid", "The URL of a source must begin with http:// or https://");
  if (access.kind === "index") return;
  if (access.apiKey !== undefined) requireSecret(access.apiKey, "API key");
  if (access.kind === "page" && access.password !== undefined) requireSecret(access.password, "password");
  if (access.kind === "account" && access.path.length > LONGEST_PATH)
    throw bad("source-path-too-long", "The path is too long");
  if (access.kind !== "links") return;
  if (access.links.length === 0 || access.links.length > MOST_REMOTE_URLS) {
    throw bad("too-many-source-links", `One import takes 1 to ${MOST_REMOTE_URLS} links`, MOST_REMOTE_URLS);
  }
  for (const link of access.links) readSourceAddress(link);
}

function requireSecret(text: string, what: string): void {
  if (/^[\u0020-\u007e\u00a0-\u00ff]{1,512}$/.test(text)) return;
  throw bad(
    "source-secret-invalid",
    `The ${what} of the source must have 1 to ${LONGEST_SECRET} printable characters`,
    LONGEST_SECRET,
  );
}

const bad = (reason: ArgumentReason, what: string, value?: number) =>
  new ArgumentError(reason, `${what}; nothing was started.`, value);
