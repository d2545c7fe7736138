/**
 * How a name is written if the system does not allow it: with the similar characters that rclone uses on Windows, so
 * that both tools mean the same names. A similar character that is part of a name itself is quoted, so every name can
 * be converted back. The treatment of device names is our own: rclone stores `con` in a roundabout way, and no other
 * program can open that.
 */
const QUOTE = "\u201b";
const FULL_WIDTH_OFFSET = 0xfee0;
const SPACE_PICTURE = "\u2420";
const FULL_WIDTH_DOT = "\uff0e";

const fullWidth = (char: string): string => String.fromCharCode(char.charCodeAt(0) + FULL_WIDTH_OFFSET);

const lookAlikes = new Map<string, string>([
  ...Array.from('<>:"\\|?*', (char): [string, string] => [char, fullWidth(char)]),
  // No local name contains NUL, so its picture only stands for itself.
  ...Array.from({ length: 0x1f }, (_, index): [string, string] => [
    String.fromCharCode(index + 1),
    String.fromCharCode(0x2401 + index),
  ]),
]);
const originals = new Map([...lookAlikes].map(([char, lookAlike]) => [lookAlike, char]));
const atTheEnd = new Map([
  [" ", SPACE_PICTURE],
  [".", FULL_WIDTH_DOT],
]);
const originalsAtTheEnd = new Map([...atTheEnd].map(([char, lookAlike]) => [lookAlike, char]));

/** Device names, reserved in any folder and with any extension. */
const device = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?$/i;

export const isDeviceName = (name: string): boolean => device.test(name);

/** A name that Windows allows. */
export function toWindowsName(name: string): string {
  if (name === FULL_WIDTH_DOT || name === FULL_WIDTH_DOT.repeat(2)) {
    return [...name].map((char) => QUOTE + char).join("");
  }
  const chars = [...name];
  const written = chars.map((char, index) => {
    const isLast = index === chars.length - 1;
    if (char === QUOTE || originals.has(char) || (isLast && originalsAtTheEnd.has(char))) return QUOTE + char;
    return (isLast ? atTheEnd.get(char) : undefined) ?? lookAlikes.get(char) ?? char;
  });
  const text = written.join("");
  if (isDeviceName(name)) return fullWidth(text.charAt(0)) + text.slice(1);
  return narrowed(name) === undefined ? text : QUOTE + text;
}

/** The name before it was converted this way. */
export function fromWindowsName(written: string): string {
  const isQuoted = written.startsWith(QUOTE);
  const rest = readLookAlikes(isQuoted ? written.slice(1) : written);
  const deviceName = narrowed(rest);
  if (deviceName !== undefined) return isQuoted ? rest : deviceName;
  return readLookAlikes(written);
}

/** The device that a name with a full-width first letter stands for. */
function narrowed(name: string): string | undefined {
  if (!/^[\uff21-\uff3a\uff41-\uff5a]/.test(name)) return undefined;
  const narrow = String.fromCharCode(name.charCodeAt(0) - FULL_WIDTH_OFFSET) + name.slice(1);
  return isDeviceName(narrow) ? narrow : undefined;
}

function readLookAlikes(written: string): string {
  const chars = [...written];
  // "." is the folder itself, and cannot be a name.
  if (written === FULL_WIDTH_DOT) return written;
  let read = "";
  for (let index = 0; index < chars.length; index += 1) {
    const char = chars[index] ?? "";
    const next = chars[index + 1];
    const isLast = index === chars.length - 1;
    if (char === QUOTE && next !== undefined && isQuotable(next)) {
      read += next;
      index += 1;
    } else read += (isLast ? originalsAtTheEnd.get(char) : undefined) ?? originals.get(char) ?? char;
  }
  return read;
}

function isQuotable(char: string): boolean {
  return char === QUOTE || originals.has(char) || originalsAtTheEnd.has(char);
}
