const nameless = "file";

/**
 * The last part of a sent name: what follows the last `/` or `\` (a Python client sends the full local path, a Java one
 * relative paths; the real service ignores path parts). The rest stays as it is: no trimming, no normalisation, no
 * percent decoding (rclone compares names exactly, and `%22` is a legal part of a name; the escapes of browsers are read before).
 */
export function baseFileName(sent: string): string {
  const base = sent.slice(Math.max(sent.lastIndexOf("/"), sent.lastIndexOf("\\")) + 1);
  return base === "" || base === "." || base === ".." ? nameless : base;
}
