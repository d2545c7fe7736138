import { encodedForRoute } from "../frame/encoded-for-route.ts";

const PREFIX = "/admin/keys/";

/** The route of the API keys of a user. */
export const userKeysRoute = (email: string): string => `${PREFIX}${encodedForRoute(email)}`;

/** Undefined for other pages of the administration. */
export function emailOfRoute(route: string): string | undefined {
  if (!route.startsWith(PREFIX)) return undefined;
  try {
    return decodeURIComponent(route.slice(PREFIX.length)) || undefined;
  } catch {
    return undefined;
  }
}
