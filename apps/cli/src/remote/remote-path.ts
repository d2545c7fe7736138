import { UsageError } from "../command-line/errors.ts";
import { visible } from "../command-line/visible-text.ts";

/**
 * A place on a server, as written on a command line: `:/path`, `NAME:/path`, or `MAIL:/path` in what somebody shares.
 */
export interface RemotePath {
  /** Undefined: the profile is selected in another way. */
  profile: string | undefined;
  /** Address of the person who shares the folder that the path begins with. */
  owner?: string | undefined;
  /** Names from the root down, exactly as written; empty for the root. */
  segments: readonly string[];
  /** Written with a trailing slash: a folder is meant. */
  isFolderMeant: boolean;
}

/**
 * A profile has at least two characters, so that `C:/photos` is a local path; `//` would make it the link of a page.
 */
const REMOTE = /^(?:([A-Za-z0-9_][A-Za-z0-9_.-]+)|([^\s/\\:@]+@[^\s/\\:@]+))?:(\/(?!\/).*)?$/s;

/** Undefined for a local path. */
export function findRemotePath(text: string): RemotePath | undefined {
  const found = REMOTE.exec(text);
  if (found === null) return undefined;
  const [, profile, owner, path = "/"] = found;
  const segments = path.split("/").filter((segment) => segment !== "");
  return { profile, ...(owner === undefined ? {} : { owner }), segments, isFolderMeant: path.endsWith("/") };
}

/**
 * Like `readAnyPath`, for the user's own files.
 * @param deed as for `requireOwn`
 * @throws {UsageError} as `readAnyPath` and `requireOwn`
 */
export function readRemotePath(text: string, deed: string): RemotePath {
  const path = readAnyPath(text);
  requireOwn(path, deed);
  return path;
}

/**
 * Checked before the server is asked, because its refusal does not tell whether the file exists.
 * @param deed what only the owner may do with it, after "can"
 * @throws {UsageError} for what somebody else shares
 */
export function requireOwn(path: Pick<RemotePath, "segments" | "owner">, deed: string): void {
  if (path.owner === undefined) return;
  throw new UsageError(
    `${visible(remotePathText(path))} belongs to ${visible(path.owner)}; only they can ${deed}. Nothing was changed.`,
  );
}

/** @throws {UsageError} for a local path, and for `.` and `..`, which are not valid names */
export function readAnyPath(text: string): RemotePath {
  const path = findRemotePath(text);
  if (path === undefined) {
    throw new UsageError(`"${text}" is a local path; a remote one begins with ":/", or with a profile as in "work:/".`);
  }
  if (path.segments.some((segment) => segment === "." || segment === "..")) {
    throw new UsageError(`"${text}" contains "." or ".."; write the path from the root.`);
  }
  return path;
}

/** `/a/b` as on the server; for folders that somebody shares, with the address in front. */
export function remotePathText({ owner, segments }: Pick<RemotePath, "segments" | "owner">): string {
  return `${owner === undefined ? "" : `${owner}:`}/${segments.join("/")}`;
}
