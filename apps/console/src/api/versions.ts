import type { FileVersion } from "@consigne/sdk";
import { useQuery } from "@tanstack/react-query";
import { RefusedChangeError } from "./own-errors.ts";
import { client } from "./client.ts";

/** The query key for the versions of all files. Invalidated when folders change. */
export const VERSIONS = ["versions"] as const;
const GONE = 404;

/** Earlier contents of a file, latest first. */
export const useVersions = (fileId: string) =>
  useQuery({ queryKey: [...VERSIONS, fileId], queryFn: () => client.versions.list(fileId) });

export const versionAddress = (fileId: string, { id }: FileVersion): Promise<string> =>
  client.versions.link(fileId, id);

export const restoreVersion = (fileId: string, { id }: FileVersion) => client.versions.restore(fileId, id);

/**
 * Replaces a file's bytes with those of a sent file; returns the link, which the replaced file keeps. If that file is
 * gone meanwhile, the new one stays.
 * @throws {RefusedChangeError} if both still exist
 */
export async function replaceBytes(url: string, by: string): Promise<string> {
  const [replaced] = await client.versions.replace([{ file: url, replacement: by }]);
  if (replaced?.outcome === "done" || replaced?.outcome === "unchanged") return url;
  if (replaced?.error?.status === GONE) return by;
  throw new RefusedChangeError(replaced?.error ?? { status: GONE, message: "" });
}
