import type { DomainErrorCode } from "../errors.ts";

/** A text written by somebody else, or by an earlier release of the server. */
interface InWords {
  readonly text: string;
}
interface OfHost {
  readonly host: string;
}
interface OfListing {
  readonly url: string;
}

type Plain =
  | "address-refused"
  | "address-scheme"
  | "address-unreadable"
  | "call-scheme"
  | "call-too-long"
  | "cancelled"
  | "folder-elsewhere"
  | "folder-gone"
  | "ftp-folder"
  | "ftp-path"
  | "header-unsendable"
  | "headers-too-long"
  | "length-untold"
  | "login-unsendable"
  | "other-checksum"
  | "redirects-too-many"
  | "secrets-unreadable"
  | "server-failed"
  | "source-changed-each-time"
  | "source-changed-length"
  | "source-key-unreadable"
  | "source-other-place";

export type FetchCodeOfHost =
  | "broken-off"
  | "certificate-untrusted"
  | "coding-unasked"
  | "compressed-unasked"
  | "ftp-closed"
  | "ftp-login-refused"
  | "ftp-no-connection"
  | "ftp-no-file"
  | "ftp-text-only"
  | "head-too-long"
  | "host-unknown"
  | "interim-without-end"
  | "length-invalid"
  | "not-ftp"
  | "not-http"
  | "not-modified-unasked"
  | "other-bytes"
  | "part-unasked"
  | "protocol-changed"
  | "redirect-circle"
  | "redirect-insecure"
  | "redirect-nowhere"
  | "redirect-scheme"
  | "replies-without-end"
  | "sent-more"
  | "tls-failed"
  | "too-slow"
  | "unreachable";

/** What a sentence needs besides its code. */
export type FetchFacts = Readonly<Record<Plain, undefined>> &
  Readonly<Record<FetchCodeOfHost, OfHost>> & {
    /** `name`: the name of the status, if it has one. */
    readonly answered: OfHost & { readonly status: number; readonly name?: string | undefined };
    readonly "status-invalid": OfHost & { readonly status: number };
    readonly "redirect-useless": OfHost & { readonly status: number };
    readonly "answer-too-large": { readonly most: number; readonly of: "entries" | "values" | "levels" };
    readonly "address-port": { readonly port: number };
    readonly "other-length": { readonly announced: number; readonly received: number };
    readonly "listed-and-sends": { readonly listed: number; readonly sent: number };
    readonly "listed-and-came": { readonly listed: number; readonly received: number };
    readonly "listed-only": { readonly listed: number; readonly count: number; readonly folder: string };
    readonly "listing-elsewhere": OfListing;
    readonly "listing-none": OfListing;
    readonly "listing-too-long": OfListing;
    readonly "took-too-long": { readonly hours: number };
    /** The page is stored all the same. */
    readonly "web-page": { readonly type: string; readonly sizeBytes: number };
    /** A refusal by this server; `text` is its English wording. */
    readonly "refused-here": InWords & { readonly reason: FetchRefusal };
    readonly "source-asks-password": InWords;
    readonly "source-key-refused": InWords;
    readonly "source-locked": InWords;
    readonly "source-says": InWords;
    readonly "source-unavailable": InWords;
    readonly text: InWords;
  };

export type FetchCode = keyof FetchFacts;
type Facts<Code extends FetchCode> = FetchFacts[Code] extends object ? FetchFacts[Code] : object;

/** One thing to report about a remote file, in no particular language: interfaces turn it into sentences. */
export type FetchMessage =
  | ({ readonly code: FetchCodeOfHost } & OfHost)
  | { [Code in Exclude<FetchCode, FetchCodeOfHost>]: { readonly code: Code } & Facts<Code> }[Exclude<
      FetchCode,
      FetchCodeOfHost
    >];

/** Everything to report, in this order; usually nothing or one thing. */
export type FetchMessages = readonly FetchMessage[];

/** The sentences of a language: one that lacks a sentence does not compile. */
export type FetchSentences = {
  readonly [Code in FetchCode]: FetchFacts[Code] extends object ? (facts: FetchFacts[Code]) => string : string;
};

/** Refusals by this server that a fetch may meet and that have sentences of their own. */
export const fetchRefusals = [
  "account-locked",
  "bad-name",
  "customer-required",
  "empty-file-refused",
  "file-too-large",
  "folder-not-found",
  "folder-too-deep",
  "quota-exceeded",
  "scope-missing",
  "storage-full",
  "storage-unavailable",
  "too-busy",
  "too-many-files",
  "unknown-credentials",
] as const satisfies readonly DomainErrorCode[];
export type FetchRefusal = (typeof fetchRefusals)[number];

/** Sources do not decide how long a row gets. */
const MOST_CHARACTERS = 300;
/** No code is longer. */
const FEWEST_CHARACTERS = 24;

export function inSentences(sentences: FetchSentences, messages: FetchMessages): string {
  return messages.map((message) => sentenceOf(sentences, message)).join(" ");
}

function sentenceOf(sentences: FetchSentences, message: FetchMessage): string {
  // The row may come from a newer release.
  if (!Object.hasOwn(sentences, message.code)) return message.code;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the type of the table ties code and facts together
  const sentence = sentences[message.code] as string | ((facts: FetchMessage) => string);
  return typeof sentence === "string" ? sentence : sentence(message);
}

/** Shortened for storage. */
export const boundedMessage = (message: FetchMessage): FetchMessage => withShort(message, MOST_CHARACTERS);

/** Shortened as far as possible, for when there is no space for more. */
export const shortestMessage = (message: FetchMessage): FetchMessage => withShort(message, FEWEST_CHARACTERS);

function withShort(message: FetchMessage, most: number): FetchMessage {
  const facts = Object.entries(message).map(([name, fact]: [string, unknown]) => {
    return [name, typeof fact === "string" ? shortened(fact, most) : fact] as const;
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same facts, shorter
  return Object.fromEntries(facts) as FetchMessage;
}

export function shortened(text: string, most = MOST_CHARACTERS): string {
  return text.slice(0, most).toWellFormed();
}

/** The longest time for one file; a source that takes longer loses its slot. */
export const MOST_HOURS = 24;
export const TOOK_TOO_LONG: FetchMessage = { code: "took-too-long", hours: MOST_HOURS };

/** The end of something that ends with its job, without success. */
export function endByJob(state: "cancelled" | "dead", at: Date) {
  return state === "cancelled"
    ? { state, at, messages: [{ code: "cancelled" }] as const }
    : { state: "failed" as const, at, messages: [{ code: "server-failed" }] as const };
}
