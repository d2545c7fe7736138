export const SEARCH = "/search";

export const searchRoute = (text: string): string => (text === "" ? SEARCH : `${SEARCH}/${encodeURIComponent(text)}`);

/** Of an address that somebody has cut off in the middle of a letter nothing is sought. */
export function textOfRoute(route: string): string {
  try {
    return decodeURIComponent(route.slice(SEARCH.length + 1));
  } catch {
    return "";
  }
}
