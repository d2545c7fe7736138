/** Names in a path on the server; slashes at the ends and repeated ones are ignored. */
export function splitPath(path: string): string[] {
  return path.split("/").filter((name) => name !== "");
}
