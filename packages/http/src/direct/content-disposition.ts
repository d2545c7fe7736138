/**
 * A Content-Disposition value. The quoted name comes first, as raw UTF-8 (what the real service sends and what
 * `filename="([^"]+)"` of simple clients finds), `filename*` after it when the name is more than plain ASCII.
 * The string holds one byte per character, which is what node's setHeader takes.
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

/** RFC 8187: everything but attr-char is percent-encoded, also the three that encodeURIComponent leaves. */
function encodeExtended(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
