/** Names along a path on the server; slashes before, behind and between count once. */
export function splitPath(path: string): string[] {
  return path.split("/").filter((name) => name !== "");
}
