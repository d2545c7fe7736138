/** What stands in for a name that has nothing left. The server's own choice would differ from host to host. */
const NAMELESS = "file";

/**
 * The name a file is sent under: its last part only, because the service ignores paths and no server needs to know
 * the folders of this machine. Half surrogate pairs, which no encoding can carry, become U+FFFD.
 */
export function sentFileName(name: string): string {
  const base = name.slice(name.lastIndexOf("/") + 1).toWellFormed();
  return base === "" || base === "." || base === ".." ? NAMELESS : base;
}

/**
 * A name inside the quotes of a Content-Disposition. Raw UTF-8, as browsers write it; percent signs stand for what
 * would end the quotes or the line, for NUL, and for the backslash, which some parsers take for an escape and others
 * for the end of a path. The server keeps these as they are sent: `a"b` is stored as `a%22b`.
 */
export function quotedFileName(name: string): string {
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
