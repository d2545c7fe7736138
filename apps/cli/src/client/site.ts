import { UsageError } from "../command-line/errors.ts";

/** The server's URL without the `/v1` of the API. @throws {UsageError} if it is invalid */
export function siteOf(url: string): string {
  if (!URL.canParse(url)) throw new UsageError(`"${url}" is not the URL of a server.`);
  return new URL(url).origin;
}
