/** More than any file system takes, so that whoever stores it decides what is too long. */
const LONGEST_NAME = 1024;
const PARAMETER = /;\s*([!#$%&'*+.^_`|~\w-]+)\s*=\s*("(?:\\.|[^"\\])*"?|[^;]*)/gs;
const EXTENDED = /^([\w-]+)'[^']*'(.*)$/s;
const ENCODED_WORDS = /=\?([\w-]+)(?:\*[\w-]*)?\?([bq])\?([^?]*)\?=(?:\s+(?==\?))?/gi;

/**
 * Read by the server, of what it fetches, and by the client library, so it uses nothing of Node.
 *
 * The file name of a Content-Disposition (RFC 6266, and what browsers take besides): `filename*` before `filename`, in
 * whatever order; raw UTF-8 or Latin-1; encoded words of mail. Undefined where there is none.
 * @param header a byte a character, as Node and `fetch` give it; decoded already, as some runtimes do, is as good
 */
export function contentDispositionName(header: string): string | undefined {
  const parameters = new Map<string, string>();
  // Servers that leave out the type begin with the name.
  const text = /^\s*filename\*?\s*=/i.test(header) ? `;${header}` : header;
  for (const [, name = "", value = ""] of text.matchAll(PARAMETER)) {
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, unquoted(value));
  }
  const extended = parameters.get("filename*");
  const plain = parameters.get("filename");
  const name = (extended && extendedValue(extended)) ?? (plain && plainValue(plain));
  return name === undefined || name === "" ? undefined : shortened(name);
}

/** Backslashes stay where they escape nothing: some send paths of Windows. */
function unquoted(value: string): string {
  const trimmed = value.trim();
  return trimmed.startsWith('"') ? trimmed.replace(/^"|(?<!\\)"$/g, "").replaceAll(/\\(["\\])/g, "$1") : trimmed;
}

function extendedValue(value: string): string | undefined {
  const [, charset = "", encoded = ""] = EXTENDED.exec(value) ?? [];
  const bytes = percentBytes(unquoted(encoded));
  return bytes === undefined || encoded === "" ? undefined : decoded(bytes, charset);
}

function percentBytes(text: string): Uint8Array | undefined {
  if (/%(?![\da-f]{2})/i.test(text)) return undefined;
  return bytesOf(text.replaceAll(/%([\da-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16))));
}

/** Undefined where a character is none of a byte. */
function bytesOf(text: string): Uint8Array | undefined {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  return bytes.length === text.length && bytes.every((byte, at) => byte === text.charCodeAt(at)) ? bytes : undefined;
}

function base64Bytes(text: string): Uint8Array | undefined {
  try {
    return bytesOf(atob(text));
  } catch {
    return undefined;
  }
}

function plainValue(value: string): string {
  const words = value.replaceAll(ENCODED_WORDS, (word, charset: string, kind: string, text: string) => {
    const bytes = kind.toLowerCase() === "b" ? base64Bytes(text) : quotedPrintable(text);
    return (bytes && decoded(bytes, charset)) ?? word;
  });
  if (words !== value) return words;
  const bytes = bytesOf(value);
  return (bytes && (decoded(bytes, "utf-8") ?? decoded(bytes, "windows-1252"))) ?? value;
}

const quotedPrintable = (text: string): Uint8Array | undefined =>
  percentBytes(text.replaceAll("%", "=25").replaceAll("_", "=20").replaceAll("=", "%"));

/** Undefined where the bytes are not what the charset says, or it is unknown. */
function decoded(bytes: Uint8Array, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** In whole characters, and with its ending. */
function shortened(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  const ending = /\.[^.]{1,16}$/s.exec(name)?.[0] ?? "";
  return `${name.slice(0, LONGEST_NAME - ending.length)}${ending}`.toWellFormed();
}
