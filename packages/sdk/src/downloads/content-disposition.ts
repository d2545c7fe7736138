/**
 * The file name a Content-Disposition gives: `filename*` when there is one, else what stands in the quotes, as raw
 * UTF-8. Header text holds one byte per character. Only the last part of a path counts.
 */
export function readDisposition(header: string): string | undefined {
  const [, extended] = /;\s*filename\*\s*=\s*utf-8'[^']*'([^;]+)/i.exec(header) ?? [];
  const [, quoted] = /;\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(header) ?? [];
  const name = decodePercent(extended?.trim()) ?? (quoted === undefined ? undefined : decodeBytes(quoted));
  const base = name?.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
  return base === "" ? undefined : base;
}

function decodePercent(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function decodeBytes(quoted: string): string {
  const text = quoted.replace(/\\(["\\])/g, "$1");
  // A runtime that has decoded the header already shows characters past one byte.
  if (Array.from(text).some((char) => char.charCodeAt(0) > 255)) return text;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(text, (char) => char.charCodeAt(0)));
  } catch {
    return text;
  }
}
