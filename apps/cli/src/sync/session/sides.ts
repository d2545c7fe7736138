import { resolve } from "node:path";
import { UsageError } from "../../command-line/errors.ts";
import { findRemotePath, readAnyPath } from "../../remote/remote-path.ts";
import type { RemotePath } from "../../remote/remote-path.ts";

/** One side of a sync on this machine, the other on the remote. */
export interface Sides {
  direction: "up" | "down";
  localRoot: string;
  remotePath: RemotePath;
  /** The remote side as it was written, e.g. `:/backup`. */
  remoteName: string;
}

/** Distinguishes the two sides on a command line. @throws {UsageError} unless exactly one is remote */
export function readSides(command: string, given: readonly string[]): Sides {
  const [source, target, ...more] = given;
  if (source === undefined || target === undefined || more.length > 0) {
    throw new UsageError(`${command} takes a source and a target, one of them remote: ${command} ~/photos :/photos`);
  }
  const isFromRemote = findRemotePath(source) !== undefined;
  if (isFromRemote === (findRemotePath(target) !== undefined)) {
    const what = isFromRemote ? "Both sides are remote." : "Neither side is remote.";
    throw new UsageError(`${what} A remote folder is written :/path, a local one as usual.`);
  }
  const [localRoot, remoteName] = isFromRemote ? [target, source] : [source, target];
  return {
    direction: isFromRemote ? "down" : "up",
    localRoot: resolve(localRoot),
    remotePath: readAnyPath(remoteName),
    remoteName,
  };
}
