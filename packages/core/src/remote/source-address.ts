import { ArgumentError } from "../errors.ts";
import { LONGEST_SOURCE_URL } from "./remote-upload.ts";

const PROTOCOLS: ReadonlySet<string> = new Set(["http:", "https:", "ftp:"]);
/** How many letters of a refused address its message repeats. */
const SHOWN_CHARACTERS = 100;

/** An address to fetch from. */
export interface SourceAddress {
  /** As given, including secrets. */
  readonly url: string;
  /** Without credentials. */
  readonly shownUrl: string;
  /** Canonical host name, the same for all its spellings, also with a trailing dot. */
  readonly host: string;
  readonly hasCredentials: boolean;
}

/** @throws {DomainError} `bad-argument` for addresses that can never be fetched */
export function readSourceAddress(given: string): SourceAddress {
  // Like browsers: people paste names with spaces.
  const text = given.trim().replaceAll(" ", "%20");
  // The parser leaves out line breaks and tabs without a word, so that another address would be shown than is fetched.
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  const url = /[\u0000-\u0020\u007f]/.test(text) || text.length > LONGEST_SOURCE_URL ? null : URL.parse(text);
  if (url === null || !PROTOCOLS.has(url.protocol) || url.hostname === "") {
    throw new ArgumentError(
      "address-not-fetchable",
      `"${shownStart(text)}" cannot be fetched: it is not an http, https or ftp URL; nothing was queued.`,
      shownStart(text),
    );
  }
  // A user name alone can be a secret too: some services put access tokens there.
  const hasCredentials = url.username !== "" || url.password !== "";
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  return {
    url: text,
    shownUrl: hasCredentials ? shown.href : text,
    host: url.hostname.replace(/\.$/, ""),
    hasCredentials,
  };
}

/** All fetches from one host share a limited number of slots. @throws {DomainError} as `readSourceAddress` */
export const laneOf = (url: string): string => `host ${readSourceAddress(url).host}`;

/** Whether it can be fetched at all. */
export function isSourceAddress(given: string): boolean {
  try {
    readSourceAddress(given);
    return true;
  } catch {
    return false;
  }
}

/** Text before an @ may be a password, even in an invalid address. */
function shownStart(text: string): string {
  const harmless = text.toWellFormed().replace(/^([^@]{0,8}:\/\/)?[^@]*@/s, "$1…@");
  const characters = Array.from(harmless.slice(0, 2 * SHOWN_CHARACTERS));
  return characters.length <= SHOWN_CHARACTERS ? harmless : `${characters.slice(0, SHOWN_CHARACTERS).join("")}…`;
}
