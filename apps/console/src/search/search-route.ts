import { encodedForRoute } from "../frame/encoded-for-route.ts";

export const SEARCH = "/search";

export const searchRoute = (text: string): string => (text === "" ? SEARCH : `${SEARCH}/${encodedForRoute(text)}`);

/** A URL that is cut off in the middle of a character searches for nothing. */
export function textOfRoute(route: string): string {
  try {
    return decodeURIComponent(route.slice(SEARCH.length + 1));
  } catch {
    return "";
  }
}
