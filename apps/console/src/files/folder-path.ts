import { encodedForRoute } from "../frame/encoded-for-route.ts";

const PREFIX = "/files";

/**
 * Names in an address: each is encoded separately, since a name may contain anything but a slash. After the `#`, so
 * that no log and no other site sees them.
 */
export const routeOf = (path: readonly string[]): string => [PREFIX, ...path.map(encodedForRoute)].join("/");

export const hrefOf = (path: readonly string[]): string => `#${routeOf(path)}`;

/** A URL that is cut off in the middle of a name leads to the root. */
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
