import { UsageError } from "../command-line/errors.ts";
import { visible } from "../command-line/visible-text.ts";

/** @throws {UsageError} for an invalid server URL; `origin` says where it comes from */
export function requireServerAddress(url: string, origin?: string): void {
  const from = origin === undefined ? "" : ` (${origin})`;
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new UsageError(
      `"${visible(url)}"${from} is not the URL of a server; it must begin with http:// or https://.`,
    );
  }
  const { username, password } = new URL(url);
  // Not shown, because it is as secret as a key.
  if (username + password !== "")
    throw new UsageError(`The URL of the server${from} must not contain a user name or a password.`);
}
