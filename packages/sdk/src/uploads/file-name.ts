import { writtenName } from "@consigne/contract/remote-names";

/** Used if nothing is left of a name. The server's own choice would differ from host to host. */
const NAMELESS = "file";

/**
 * The name under which a file is sent: its last part only, because the service ignores paths and no server needs to
 * know the folders of this machine, in the spelling that every server accepts. Unpaired surrogates, which no encoding
 * can carry, become U+FFFD.
 */
export function sentFileName(name: string): string {
  const base = name.slice(name.lastIndexOf("/") + 1).toWellFormed();
  return base === "" || base === "." || base === ".." ? NAMELESS : writtenName(base);
}

/**
 * The name as a parameter of a Content-Disposition. Raw UTF-8 in quotes, as browsers write it. Percent-encoded:
 * anything that would end the quotes or the line, NUL, and the backslash, which some parsers take for an escape and
 * others for the end of a path. A name that looks like one of MIME's encoded words would be decoded as one, so it is
 * sent a second time in the form that takes precedence.
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

/** Servers keep at least this much of a name. */
const LONG_NAME = 100;

/**
 * Whether a server may have stored a file under the second name that was sent under the first: it may replace, encode
 * or drop characters that it does not allow, and shorten what is long, but it keeps letters and digits.
 */
export function mayBeStoredAs(sent: string, stored: string): boolean {
  const [first, second] = [lettersOf(sent), lettersOf(stored)];
  return first === second || (second.length >= LONG_NAME && first.startsWith(second));
}

const lettersOf = (name: string): string =>
  name
    .replace(/%[0-9a-f]{2}/gi, "")
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
