import { platform } from "#platform";
import { LocalFileError } from "../errors.ts";
import type { LocalFiles } from "../platform/local-files.ts";
import { PartFile } from "./part-file.ts";
import { findUnfinished } from "./part-proof.ts";

/** A file that is written by something other than a download, under a temporary name until it is complete. */
export interface Draft {
  /** It exists and is empty. */
  readonly path: string;
  /** Gives it its name. @throws {LocalFileError} without `mayReplace`, if something has the name */
  nameIt(options: { mayReplace: boolean }): Promise<void>;
  /** Removes it unless it got its name. Must always be called. */
  close(): Promise<void>;
}

/**
 * A temporary file next to the final place of another one, distinguished from other people's files in the same way as
 * the parts of downloads.
 * @throws {LocalFileError} nothing can be written there
 */
export async function openDraft(
  path: string,
  wanted: { sizeBytes: number; isReserved?: (name: string) => boolean },
): Promise<Draft> {
  const target = requireFiles(path).resolve(path);
  const identity = { url: "", sizeBytes: wanted.sizeBytes, whirlpool: undefined };
  const { isReserved } = wanted;
  const part = await PartFile.claim(requireFiles(path), target, identity, { resumes: false, isReserved });
  let isNamed = false;
  return {
    path: part.path,
    async nameIt({ mayReplace }) {
      await part.nameIt(target, mayReplace);
      isNamed = true;
    },
    async close() {
      try {
        if (!isNamed) await part.remove();
      } finally {
        await part.close();
      }
    },
  };
}

/** Of the names in a folder, those that downloads and drafts left behind, recognised by the contents of the files. */
export async function findUnfinishedFiles(folder: string, names: Iterable<string>): Promise<string[]> {
  return findUnfinished(requireFiles(folder), folder, names);
}

function requireFiles(path: string): LocalFiles {
  if (platform.files === undefined) throw new LocalFileError("This runtime has no file system.", { path });
  return platform.files;
}
