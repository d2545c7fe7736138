const nameless = "file";

/**
 * The last part of a sent name: what follows the last `/` or `\` (a Python client sends the full local path, a Java one
 * relative paths; 1fichier.com ignores path parts). The rest is unchanged: no trimming, no normalization, no percent
 * decoding (rclone compares names exactly, and `%22` is a legal part of a name; browsers' escapes are decoded before).
 */
export function baseFileName(sent: string): string {
  const base = sent.slice(Math.max(sent.lastIndexOf("/"), sent.lastIndexOf("\\")) + 1);
  return base === "" || base === "." || base === ".." ? nameless : base;
}
