import { link, lstat, open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { systemCode } from "@consigne/contract/system-reasons";
import { LocalFileError } from "../errors.ts";

/** File systems without hard links, such as those of memory cards. */
const NO_LINKS = new Set(["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK", "EACCES", "EINVAL", "EISDIR"]);

/** Gives a file its final name durably; without `mayReplace`, never in place of anything. */
export async function renameDurably(from: string, to: string, { mayReplace }: { mayReplace: boolean }): Promise<void> {
  await (mayReplace ? rename(from, to) : renameWithoutReplacing(from, to));
  // Where a folder cannot be synced (Windows) the name is safe enough.
  const folder = await open(dirname(resolve(to)), "r").catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

/** The system has no call for it; a hard link, which fails if the name is taken, does the same. */
async function renameWithoutReplacing(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const code = systemCode(error);
    if (code === "EEXIST") throw taken(to);
    if (!NO_LINKS.has(code ?? "")) throw error;
    return renameOneAtATime(from, to);
  }
  await rm(from);
}

let lastRename: Promise<void> = Promise.resolve();

/** Check and rename in one step, as far as this process is concerned. */
function renameOneAtATime(from: string, to: string): Promise<void> {
  const run = async () => {
    const isFree = await lstat(to).then(
      () => false,
      (error: unknown) => systemCode(error) === "ENOENT",
    );
    if (!isFree) throw taken(to);
    await rename(from, to);
  };
  const done = lastRename.then(run);
  lastRename = done.catch(() => undefined);
  return done;
}

const taken = (path: string) => new LocalFileError(`${path} appeared in the meantime and was not replaced.`, { path });
