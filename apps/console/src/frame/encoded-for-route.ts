/**
 * Text within a route, which is read back by `decodeURIComponent`. The router decodes a route once before that, all but
 * some characters, so a percent sign is encoded twice.
 */
export const encodedForRoute = (text: string): string => encodeURIComponent(text.replaceAll("%", "%25"));
