import { isDomainError } from "../errors.ts";
import type { FileReference } from "../files/file-access.ts";
import type { FloodService } from "../flood/flood-service.ts";
import { type Actor, guest, isAccountActor } from "../policy/actor.ts";
import type { Repositories } from "../ports/database.ts";
import { isSameSecret } from "../same-secret.ts";

export interface RemovalTarget {
  reference: FileReference;
  removalCode?: string | undefined;
}

/** The codes that let anybody remove a file; every wrong one counts as a guess, whichever interface it came through. */
export class RemovalCodes {
  readonly #flood: Pick<FloodService, "admit">;
  readonly #files: Pick<Repositories["files"], "findById">;

  constructor({
    flood,
    database,
  }: {
    flood: Pick<FloodService, "admit">;
    database: { readonly files: Pick<Repositories["files"], "findById"> };
  }) {
    this.#flood = flood;
    this.#files = database.files;
  }

  /**
   * Links to files that are long gone do not count as guesses, so that people can clean up old lists.
   * @param work reports the file as absent when a code is wrong
   * @throws {FloodLockedError} when it was one guess too many
   * @throws what `work` throws
   */
  async judged<T>(by: Actor, targets: readonly RemovalTarget[], work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isDomainError(error, "file-not-found") && (await this.#isAnyWrong(by, targets)))
        await this.#flood.admit(guest(by.address), { operation: "credentials" });
      throw error;
    }
  }

  async #isAnyWrong(by: Actor, targets: readonly RemovalTarget[]): Promise<boolean> {
    const own = isAccountActor(by) ? by.account.id : undefined;
    for (const { reference, removalCode = "" } of targets) {
      if (removalCode === "" || !("fileId" in reference)) continue;
      const file = await this.#files.findById(reference.fileId);
      if (file === undefined || (own !== undefined && file.accountId === own)) continue;
      if (!isSameSecret(removalCode, file.removalCode)) return true;
    }
    return false;
  }
}
