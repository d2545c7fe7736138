import { platform } from "#platform";
import { LocalFileError } from "../errors.ts";
import type { LocalFiles } from "../platform/local-files.ts";
import { PartFile } from "./part-file.ts";
import { findUnfinished } from "./part-proof.ts";

/** A file that is being written by other means than a download, under a name of its own until it is complete. */
export interface Draft {
  /** There and empty. */
  readonly path: string;
  /** Gives it its name. @throws {LocalFileError} without `mayReplace`, when something has that */
  nameIt(options: { mayReplace: boolean }): Promise<void>;
  /** Removes it unless it got its name. To be called in any case. */
  close(): Promise<void>;
}

/**
 * A temporary file beside the place of another one, told from files of other people as the parts of downloads are.
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

/** Those of the names in a folder that downloads and drafts left behind, told by what is in the files. */
export async function findUnfinishedFiles(folder: string, names: Iterable<string>): Promise<string[]> {
  return findUnfinished(requireFiles(folder), folder, names);
}

function requireFiles(path: string): LocalFiles {
  if (platform.files === undefined) throw new LocalFileError("This runtime has no files.", { path });
  return platform.files;
}
