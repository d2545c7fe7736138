/** A header such as `form-data; name="did"`: its main value and its parameters. */
export interface HeaderWithParams {
  /** Lower case. */
  value: string;
  /** Names in lower case; the first value of a repeated name. */
  params: Map<string, string>;
}

/**
 * Parses a header with parameters in one pass, leniently: values may be quoted or not, and an unquoted one may contain
 * spaces. In a quoted one `\"` and `\\` are escapes (Go and curl write them), any other backslash is literal (browsers
 * send Windows paths unescaped).
 */
export function parseHeaderParams(header: string): HeaderWithParams {
  let at = indexOfAny(header, 0, ";");
  const value = header.slice(0, at).trim().toLowerCase();
  const params = new Map<string, string>();
  while (at < header.length) {
    const equals = indexOfAny(header, at + 1, "=;");
    const name = header
      .slice(at + 1, equals)
      .trim()
      .toLowerCase();
    if (header[equals] !== "=") {
      at = equals;
      continue;
    }
    const [text, next] = readValue(header, equals + 1);
    if (name !== "" && !params.has(name)) params.set(name, text);
    at = next;
  }
  return { value, params };
}

/** Returns the value and the position of the `;` after it (or of the end). */
function readValue(header: string, start: number): [text: string, next: number] {
  let at = start;
  while (header[at] === " " || header[at] === "\t") at++;
  if (header[at] !== '"') {
    const end = indexOfAny(header, at, ";");
    return [header.slice(at, end).trimEnd(), end];
  }
  let text = "";
  let copied = ++at;
  while (at < header.length && header[at] !== '"') {
    if (header[at] === "\\" && (header[at + 1] === '"' || header[at + 1] === "\\")) {
      text += header.slice(copied, at);
      copied = ++at;
    }
    at++;
  }
  return [text + header.slice(copied, at), indexOfAny(header, at + 1, ";")];
}

function indexOfAny(text: string, start: number, stops: string): number {
  let at = start;
  while (at < text.length && !stops.includes(text.charAt(at))) at++;
  return Math.min(at, text.length);
}
