import { type FetchMessage, SourceError } from "@consigne/core";
import { readSourceAddress, type SourceAddress } from "./source-address.ts";

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export const isRedirect = (status: number): boolean => REDIRECTS.has(status);

export function redirectFailure(reason: FetchMessage): SourceError {
  return new SourceError("redirects", reason, { isFinal: true });
}

/**
 * The target of a redirect. Credentials in it are not used: they are not from whoever gave the address.
 * @param location as returned by Node, one byte per character
 * @throws {SourceError}
 */
export function redirectTarget(location: string | undefined, from: URL): SourceAddress {
  const text = location === undefined ? "" : Buffer.from(location, "latin1").toString("utf8").trim();
  const url = text === "" ? null : URL.parse(text, from.href);
  if (url === null) throw redirectFailure({ code: "redirect-nowhere", host: from.host });
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw redirectFailure({ code: "redirect-scheme", host: from.host });
  return { ...readSourceAddress(url.href), login: undefined };
}

/**
 * Whether headers meant for one address may be sent to the next: only to the same scheme, host and port, or when http
 * on its usual port becomes https on the same host.
 */
export function mayBeTold(from: URL, to: URL): boolean {
  const isUpgrade =
    from.protocol === "http:" &&
    to.protocol === "https:" &&
    from.hostname === to.hostname &&
    from.port === "" &&
    to.port === "";
  return from.origin === to.origin || isUpgrade;
}
