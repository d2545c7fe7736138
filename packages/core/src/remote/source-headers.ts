import { ArgumentError } from "../errors.ts";

export type SourceHeader = readonly [name: string, value: string];

const MOST_HEADERS = 50;
const MOST_BYTES = 16 * 1024;
const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
/** Headers that control the connection, the length and the range; the fetcher sets them. */
const OURS =
  /^(host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|accept-encoding|range|if-range|if-(none-)?match|if-(un)?modified-since|content-.*|proxy-.*)$/i;

/** @throws {DomainError} `bad-argument` */
export function checkedHeaders(headers: readonly SourceHeader[]): SourceHeader[] {
  const checked = headers.map(([name, value]) => [name.trim(), value.trim()] as const);
  for (const [name, value] of checked) {
    if (!NAME.test(name)) throw bad("The name of a header contains characters that are not allowed");
    // Values are sent as Latin-1: other characters would be garbled.
    if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) {
      throw bad(`The header ${name} contains a character that is not allowed`);
    }
    if (OURS.test(name)) throw bad(`The header ${name} is set by the server`);
  }
  const bytes = checked.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
  if (checked.length > MOST_HEADERS || bytes > MOST_BYTES) {
    throw bad(`A request takes up to ${MOST_HEADERS} headers, with ${MOST_BYTES / 1024} KiB in total`);
  }
  return checked;
}

const bad = (what: string) => new ArgumentError("other", `${what}; nothing was queued.`);

/** One line each; values cannot contain line breaks. */
export const headerText = (headers: readonly SourceHeader[]): string =>
  headers.map(([name, value]) => `${name}:${value}`).join("\n");

export function headersIn(text: string): SourceHeader[] {
  return text.split("\n").map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1)];
  });
}
