import { writtenName } from "@consigne/contract/remote-names";

/** What stands in for a name that has nothing left. The server's own choice would differ from host to host. */
const NAMELESS = "file";

/**
 * The name a file is sent under: its last part only, because the service ignores paths and no server needs to know
 * the folders of this machine, in the spelling that every server takes. Half surrogate pairs, which no encoding can
 * carry, become U+FFFD.
 */
export function sentFileName(name: string): string {
  const base = name.slice(name.lastIndexOf("/") + 1).toWellFormed();
  return base === "" || base === "." || base === ".." ? NAMELESS : writtenName(base);
}

/**
 * The name as a parameter of a Content-Disposition. Raw UTF-8 in quotes, as browsers write it; percent signs stand for
 * what would end the quotes or the line, for NUL, and for the backslash, which some parsers take for an escape and others
 * for the end of a path. A name that looks like one of MIME's encoded words would be read as one, so it comes a second
 * time in the form that goes before all others.
 */
export function fileNameParameter(name: string): string {
  const quoted = `filename="${quotedFileName(name)}"`;
  return /=\?.*\?=/s.test(name)
    ? `${quoted}; filename*=UTF-8''${encodeURIComponent(name).replaceAll("'", "%27")}`
    : quoted;
}

function quotedFileName(name: string): string {
  return name.replace(
    // oxlint-disable-next-line no-control-regex -- they are what must not go out
    /["\\\r\n\u0000]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/** What servers cut names to, at the least. */
const LONG_NAME = 100;

/**
 * Whether a server may have stored a file under the second name that was sent under the first: it may replace, encode or
 * leave out characters it does not allow, and cut what is long, but it keeps letters and digits.
 */
export function maySoBeStored(sent: string, stored: string): boolean {
  const [first, second] = [lettersOf(sent), lettersOf(stored)];
  return first === second || (second.length >= LONG_NAME && first.startsWith(second));
}

const lettersOf = (name: string): string =>
  name
    .replace(/%[0-9a-f]{2}/gi, "")
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
