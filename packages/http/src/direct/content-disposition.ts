/**
 * A Content-Disposition value. The quoted name comes first, as raw UTF-8 (as 1fichier.com sends it, and as simple
 * clients find it with `filename="([^"]+)"`), followed by `filename*` if the name is more than plain ASCII. The string
 * has one byte per character, as node's setHeader expects.
 */
export function contentDisposition(name: string, isInline: boolean): string {
  const oneLine = withoutControls(name.toWellFormed());
  const quoted = oneLine.replaceAll('"', "'").replaceAll("\\", "_");
  const disposition = isInline ? "inline" : "attachment";
  const plain = `${disposition}; filename="${Buffer.from(quoted, "utf8").toString("latin1")}"`;
  if (quoted === oneLine && /^[\x20-\x7e]*$/.test(oneLine)) return plain;
  return `${plain}; filename*=UTF-8''${encodeExtended(oneLine)}`;
}

/** C0, DEL, C1 and the two Unicode line breaks, none of which belongs in a header line or a file name. */
function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, "_");
}

/** RFC 8187: everything except attr-char is percent-encoded, including the three that encodeURIComponent leaves. */
function encodeExtended(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
