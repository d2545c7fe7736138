import type { FileVersion } from "@consigne/sdk";
import { useQuery } from "@tanstack/react-query";
import { RefusedChangeError } from "./own-errors.ts";
import { client } from "./client.ts";

/** Of all files: told anew when folders change. */
export const VERSIONS = ["versions"] as const;
const GONE = 404;

/** What a file was before its bytes were replaced, the latest first. */
export const useVersions = (fileId: string) =>
  useQuery({ queryKey: [...VERSIONS, fileId], queryFn: () => client.versions.list(fileId) });

export const versionAddress = (fileId: string, { id }: FileVersion): Promise<string> =>
  client.versions.link(fileId, id);

export const restoreVersion = (fileId: string, { id }: FileVersion) => client.versions.restore(fileId, id);

/**
 * The bytes of a file that was sent take the place of another one's, which keeps its link; returns that. Where the other one
 * is gone meanwhile, the new file stays.
 * @throws {RefusedChangeError} where both are there still
 */
export async function replaceBytes(url: string, by: string): Promise<string> {
  const [replaced] = await client.versions.replace([{ file: url, by }]);
  if (replaced?.outcome === "done" || replaced?.outcome === "unchanged") return url;
  if (replaced?.error?.status === GONE) return by;
  throw new RefusedChangeError(replaced?.error ?? { status: GONE, message: "" });
}
