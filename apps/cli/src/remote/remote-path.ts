import { UsageError } from "../command-line/errors.ts";
import { visible } from "../command-line/visible-text.ts";

/** A place on a server, as written on a command line: `:/path`, `NAME:/path`, or `MAIL:/path` in what somebody shares. */
export interface RemotePath {
  /** Undefined: the profile chosen otherwise. */
  profile: string | undefined;
  /** Address of whoever shares the folder with the caller that the path begins with. */
  owner?: string | undefined;
  /** Names from the root down, exactly as written; empty for the root. */
  segments: readonly string[];
  /** Written with a slash at its end: a folder is meant. */
  isFolderMeant: boolean;
}

/** A profile has two characters at least, so that `C:/photos` is a local path; `//` would make it the link of a page. */
const REMOTE = /^(?:([A-Za-z0-9_][A-Za-z0-9_.-]+)|([^\s/\\:@]+@[^\s/\\:@]+))?:(\/(?!\/).*)?$/s;

/** Undefined for what is a local path. */
export function findRemotePath(text: string): RemotePath | undefined {
  const found = REMOTE.exec(text);
  if (found === null) return undefined;
  const [, profile, owner, path = "/"] = found;
  const segments = path.split("/").filter((segment) => segment !== "");
  return { profile, ...(owner === undefined ? {} : { owner }), segments, isFolderMeant: path.endsWith("/") };
}

/** As `readAnyPath`, in one's own files. @param deed as of `requireOwn` @throws {UsageError} as that, and as `requireOwn` */
export function readRemotePath(text: string, deed: string): RemotePath {
  const path = readAnyPath(text);
  requireOwn(path, deed);
  return path;
}

/**
 * Before the server is asked, whose refusal tells nobody whether there is such a file.
 * @param deed what only the owner may do with it, after "can"
 * @throws {UsageError} for what somebody else shares
 */
export function requireOwn(path: Pick<RemotePath, "segments" | "owner">, deed: string): void {
  if (path.owner === undefined) return;
  throw new UsageError(
    `${visible(remotePathText(path))} belongs to ${visible(path.owner)}; only they can ${deed}. Nothing was changed.`,
  );
}

/** @throws {UsageError} for a local path, and for `.` and `..`, which are names nowhere */
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

/** `/a/b` as the server's folders are named; in those that somebody shares with the address before it. */
export function remotePathText({ owner, segments }: Pick<RemotePath, "segments" | "owner">): string {
  return `${owner === undefined ? "" : `${owner}:`}/${segments.join("/")}`;
}
