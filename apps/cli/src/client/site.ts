import { UsageError } from "../command-line/errors.ts";

/** The server's address without the `/v1` of the API. @throws {UsageError} for an invalid address */
export function siteOf(url: string): string {
  if (!URL.canParse(url)) throw new UsageError(`"${url}" is not the address of a server.`);
  return new URL(url).origin;
}
