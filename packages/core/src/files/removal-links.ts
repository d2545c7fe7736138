import type { RemovalCodes } from "../admission/removal-codes.ts";
import { DomainError } from "../errors.ts";
import type { Actor } from "../policy/actor.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import { admitToRemoveFile } from "./file-access.ts";
import type { FileService } from "./file-service.ts";
import type { StoredFile } from "./file.ts";

/** Links for removing a file without an account. */
export class RemovalLinks {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #files: Pick<FileService, "remove">;
  readonly #removalCodes: RemovalCodes;

  constructor(input: {
    database: Database;
    clock: Clock;
    files: Pick<FileService, "remove">;
    removalCodes: RemovalCodes;
  }) {
    this.#database = input.database;
    this.#clock = input.clock;
    this.#files = input.files;
    this.#removalCodes = input.removalCodes;
  }

  /**
   * Shows what would be removed.
   * @throws {DomainError} `file-not-found` for a missing file and a wrong code alike
   * @throws {FloodLockedError} when the code was one wrong guess too many
   */
  async find(actor: Actor, fileId: string, removalCode: string): Promise<Pick<StoredFile, "name" | "sizeBytes">> {
    const target = targetOf(fileId, removalCode);
    const { file } = await this.#removalCodes.judged(actor, [target], () =>
      admitToRemoveFile(this.#database, actor, target, this.#clock.now()),
    );
    return { name: file.name, sizeBytes: file.sizeBytes };
  }

  /** @throws as `find` */
  async remove(actor: Actor, fileId: string, removalCode: string): Promise<void> {
    await this.#files.remove(actor, [targetOf(fileId, removalCode)]);
  }
}

function targetOf(fileId: string, removalCode: string) {
  if (removalCode === "") throw new DomainError("file-not-found", "This removal link is incomplete.");
  return { reference: { fileId }, removalCode };
}
