import type { TextId } from "../texts/parts.ts";

/** The limit of one call. */
export const MOST_ADDRESSES = 100;
const SCHEMES = new Set(["http:", "https:", "ftp:"]);

export const linesOf = (given: string): string[] =>
  given
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** What is wrong with the entered text. */
export interface Fault {
  text: TextId<"transfers">;
  values?: Readonly<Record<string, number>>;
}

/** Why these URLs are invalid, as far as that can be checked here; the server checks them exactly. */
export function faultOf(given: string, schemes = SCHEMES): Fault | undefined {
  const lines = linesOf(given);
  if (lines.length === 0) return { text: "fetch.noUrl" };
  if (lines.length > MOST_ADDRESSES)
    return { text: "fetch.tooMany", values: { count: lines.length, most: MOST_ADDRESSES } };
  const wrong = lines.findIndex((line) => !isAddress(line, schemes));
  return wrong === -1
    ? undefined
    : { text: schemes === SCHEMES ? "fetch.badUrl" : "imp.badLink", values: { line: wrong + 1 } };
}

export function isAddress(text: string, schemes: ReadonlySet<string> = SCHEMES): boolean {
  try {
    const { protocol, hostname } = new URL(text);
    return schemes.has(protocol) && hostname !== "";
  } catch {
    return false;
  }
}
