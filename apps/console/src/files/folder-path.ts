const PREFIX = "/files";

/** Names in an address: each by itself, since a name may hold anything but a slash. Behind the `#`, so that no log and no other site learns them. */
export const routeOf = (path: readonly string[]): string => [PREFIX, ...path.map(encodeURIComponent)].join("/");

export const hrefOf = (path: readonly string[]): string => `#${routeOf(path)}`;

/** An address that somebody has cut off in the middle of a name leads to the root. */
export function pathOf(route: string): string[] {
  if (!route.startsWith(`${PREFIX}/`)) return [];
  try {
    return route
      .slice(PREFIX.length + 1)
      .split("/")
      .filter((part) => part !== "")
      .map(decodeURIComponent);
  } catch {
    return [];
  }
}
