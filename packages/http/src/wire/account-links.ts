import { faceOfHost, parseFileLink } from "@consigne/contract";
import { ArgumentError } from "@consigne/core";

/**
 * Without an account there, links of 1fichier.com lead to a page, which would be stored instead of the file.
 * @throws {DomainError} `bad-argument`, saying what to do instead
 */
export function refuseAccountLinks(urls: readonly string[]): void {
  const link = urls.find(isAccountLink);
  if (link === undefined) return;
  throw new ArgumentError(
    "link-needs-key",
    `${link.trim()} is a link of 1fichier.com and needs an API key of an account there. \`/x/v1/import/add\` takes links ` +
      "with `source_key`, as `consigne remote add --links-of PROFILE` does; nothing was queued.",
  );
}

/** Whether it is a link to a file on 1fichier.com, on any of its domains. */
export function isAccountLink(given: string): boolean {
  const url = given.trim();
  return faceOfHost(URL.parse(url)?.host) !== undefined && parseFileLink(url) !== undefined;
}
