import { UsageError } from "../command-line/errors.ts";

/** The address without the `/v1` of the calls. @throws {UsageError} for what is no address */
export function siteOf(url: string): string {
  if (!URL.canParse(url)) throw new UsageError(`"${url}" is not the address of a server.`);
  return new URL(url).origin;
}
