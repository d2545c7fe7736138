import { UsageError } from "../command-line/errors.ts";
import { visible } from "../command-line/visible-text.ts";

/** @throws {UsageError} for an invalid server address; `origin` says where it comes from */
export function requireServerAddress(url: string, origin?: string): void {
  const from = origin === undefined ? "" : ` (${origin})`;
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new UsageError(
      `"${visible(url)}"${from} is not the address of a server; one begins with http:// or https://.`,
    );
  }
  const { username, password } = new URL(url);
  // Not shown, because it is as secret as a key.
  if (username + password !== "")
    throw new UsageError(`The address of the server${from} must not contain a user name or a password.`);
}
