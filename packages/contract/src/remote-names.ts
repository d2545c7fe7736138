/**
 * How a local name is written on the remote. 1fichier rejects some characters in names; rclone writes look-alikes in
 * their place, and quotes look-alikes that were there before. We write the same, so that a tree sent by rclone is the
 * same tree to us. Reading is lenient: a name that contains the character itself means that character.
 */
const QUOTE = "\u201b";
const FULL_WIDTH_OFFSET = 0xfee0;
const SPACE_PICTURE = "\u2420";
const FULL_WIDTH_DOT = "\uff0e";

/** Character to look-alike, except those that matter only at an end of the name. */
const lookAlikes = new Map<string, string>([
  ...["\\", "'", "`", '"', "<", ">", "$", "/"].map((char): [string, string] => [char, fullWidth(char)]),
  ...Array.from({ length: 0x20 }, (_, code): [string, string] => [
    String.fromCharCode(code),
    String.fromCharCode(0x2400 + code),
  ]),
  ["\u007f", "\u2421"],
]);
const originals = new Map([...lookAlikes].map(([char, lookAlike]) => [lookAlike, char]));

/** The name under which a local name is written on the server. */
export function toRemoteName(local: string): string {
  if (local === FULL_WIDTH_DOT || local === FULL_WIDTH_DOT.repeat(2)) {
    return [...local].map((char) => QUOTE + char).join("");
  }
  const chars = [...local];
  const last = chars.length - 1;
  return chars
    .map((char, index) => {
      const isAtEnd = index === 0 || index === last;
      if (isAtEnd && char === " ") return SPACE_PICTURE;
      if (isAtEnd && char === SPACE_PICTURE) return QUOTE + char;
      if (char === QUOTE || originals.has(char)) return QUOTE + char;
      return lookAlikes.get(char) ?? char;
    })
    .join("");
}

/**
 * The local name for a name on the server. Look-alikes of `/`, of NUL, and of `.` and `..` are kept: the
 * characters they stand for cannot be in a local name, and a name from the server must not decide where a file is written.
 */
export function fromRemoteName(remote: string): string {
  const chars = [...remote];
  const read: string[] = [];
  const last = chars.length - 1;
  for (let index = 0; index < chars.length; index += 1) {
    const char = chars[index] ?? "";
    const next = chars[index + 1];
    if (char === QUOTE && next !== undefined && isQuotable(next)) {
      read.push(next);
      index += 1;
    } else if (char === SPACE_PICTURE && (index === 0 || index === last)) {
      read.push(" ");
    } else {
      read.push(localOf(char));
    }
  }
  return read.join("");
}

function localOf(char: string): string {
  const original = originals.get(char);
  return original === undefined || original === "/" || original === "\0" ? char : original;
}

function isQuotable(char: string): boolean {
  return char === QUOTE || char === SPACE_PICTURE || char === FULL_WIDTH_DOT || originals.has(char);
}

function fullWidth(char: string): string {
  return String.fromCharCode(char.charCodeAt(0) + FULL_WIDTH_OFFSET);
}

/**
 * The one spelling in which a name is written to a server, however it was given: `it's` and `it＇s` are both written
 * `it＇s`.
 */
export function writtenName(name: string): string {
  return toRemoteName(fromRemoteName(name));
}

/** All spellings by which a person, a pattern or a program may know a stored name; the stored one comes first. */
export function spellingsOf(stored: string): string[] {
  const local = fromRemoteName(stored);
  return [...new Set([stored, local, toRemoteName(local)])];
}

/**
 * The entries of a folder that a name refers to. An exact match wins; else the spelling that a local file of that name
 * is written in; else the same name in another spelling.
 */
export function entriesNamed<Entry extends { readonly name: string }>(
  entries: readonly Entry[],
  name: string,
): Entry[] {
  const local = fromRemoteName(name);
  const readings: ((stored: string) => boolean)[] = [
    (stored) => stored === name,
    (stored) => fromRemoteName(stored) === name,
    (stored) => fromRemoteName(stored) === local,
  ];
  for (const isMeant of readings) {
    const found = entries.filter((entry) => isMeant(entry.name));
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * As `entriesNamed`, for a name that a person or a program gives: if nothing matches, the one name that differs only in its
 * Unicode composition, as `é` from a Mac does. If there are two such names, neither matches.
 */
export function meantBy<Entry extends { readonly name: string }>(entries: readonly Entry[], name: string): Entry[] {
  const named = entriesNamed(entries, name);
  if (named.length > 0) return named;
  const composed = fromRemoteName(name).normalize();
  const found = entries.filter((entry) => fromRemoteName(entry.name).normalize() === composed);
  return new Set(found.map((entry) => entry.name)).size > 1 ? [] : found;
}

/** Whether two names are spellings of the same name. */
export function isSameName(one: string, other: string): boolean {
  return entriesNamed([{ name: one }], other).length > 0 || entriesNamed([{ name: other }], one).length > 0;
}
