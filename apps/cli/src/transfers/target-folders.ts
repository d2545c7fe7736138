import { lstat, mkdir, realpath } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { systemCode } from "@consigne/contract/system-reasons";
import { CliError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { visible } from "../command-line/visible-text.ts";

/**
 * The folders below the target of a download. Existing entries may be symbolic links out of the target, and names on
 * the server come from other people: nothing is written through a link.
 */
export class TargetFolders {
  readonly #root: string;
  readonly #makes: boolean;

  /** The root itself was chosen by the user, may be a link, and exists. `makes`: whether folders are made. */
  constructor(root: string, options: { makes: boolean }) {
    this.#root = resolve(root);
    this.#makes = options.makes;
  }

  /** Enters a folder whose parent was entered before. @throws {CliError} if something else has its name */
  async enter(path: string): Promise<void> {
    if (resolve(path) === this.#root) return;
    const kind = await kindOf(path);
    if (kind === "folder" || (kind === "nothing" && !this.#makes)) return;
    if (kind === "nothing") return mkdir(path);
    const what =
      kind === "link"
        ? "is a symbolic link, and nothing is written through symbolic links"
        : "is in the way of a folder";
    throw new CliError("local-name", `${visible(path)} ${what}.`, { exitCode: exitCodes.conflict });
  }

  /** Call before writing into a folder that was entered: somebody may have replaced it with a link since. */
  async check(path: string): Promise<void> {
    if (!this.#makes) return;
    const expected = join(await realpath(this.#root), relative(this.#root, resolve(path)));
    if ((await realpath(path)) === expected) return;
    throw new CliError("local-name", `${visible(path)} now leads through a symbolic link; nothing was written there.`, {
      exitCode: exitCodes.conflict,
    });
  }
}

async function kindOf(path: string): Promise<"folder" | "link" | "other" | "nothing"> {
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) return "link";
    return found.isDirectory() ? "folder" : "other";
  } catch (error) {
    if (systemCode(error) === "ENOENT") return "nothing";
    throw error;
  }
}
