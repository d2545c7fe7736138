import { wireErrors } from "@consigne/contract/wire-errors";
import { isNotFoundError, type UploadedFile } from "@consigne/sdk";
import { CliError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { visible } from "../command-line/visible-text.ts";
import { FOLDER_LOST, removeMisplaced } from "../sync/apply/lost-folders.ts";
import type { Session } from "../sync/session/session.ts";

/** What a command has sent into one folder, which somebody may remove meanwhile. */
export class SentFiles {
  readonly #session: Pick<Session, "remote" | "signal">;
  readonly #pathsByUrl = new Map<string, string>();
  #isFolderLost = false;

  constructor(session: Pick<Session, "remote" | "signal">) {
    this.#session = session;
  }

  /** @throws {CliError} `not-found` if the folder is gone */
  async note(
    { path, folderId }: { path: string; folderId: number },
    send: () => Promise<UploadedFile>,
  ): Promise<UploadedFile> {
    if (this.#isFolderLost) throw folderLost(path);
    try {
      const file = await send();
      if (folderId !== 0) this.#pathsByUrl.set(file.url, path);
      return file;
    } catch (error) {
      if (!isNotFoundError(error) || error.number !== wireErrors.folderNotFound.number) throw error;
      this.#isFolderLost = true;
      throw folderLost(path, error);
    }
  }

  /** Checks, once everything is sent, whether the host stored files elsewhere because their folder was gone. */
  async takeBackMisplaced(): Promise<{ path: string; error: CliError }[]> {
    const { remote, signal } = this.#session;
    const urls = await removeMisplaced(remote, new Set(this.#pathsByUrl.keys()), signal);
    return urls.map((url) => {
      const path = this.#pathsByUrl.get(url) ?? "";
      return { path, error: folderLost(path) };
    });
  }
}

function folderLost(path: string, cause?: unknown): CliError {
  return new CliError("not-found", `${visible(path)}: ${FOLDER_LOST}`, { cause, exitCode: exitCodes.notFound });
}
