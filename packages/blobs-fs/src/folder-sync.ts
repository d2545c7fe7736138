import { constants } from "node:fs";
import type { DiskFileSystem } from "./file-system.ts";

const OPEN_FOLDER = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0);

interface Round {
  running: Promise<void>;
  next?: Promise<void>;
}

/**
 * Makes the names in a folder durable. Calls during a sync share the next one: the running one may have begun before
 * their change.
 */
export class FolderSync {
  readonly #fileSystem: DiskFileSystem;
  readonly #rounds = new Map<string, Round>();

  constructor(fileSystem: DiskFileSystem) {
    this.#fileSystem = fileSystem;
  }

  sync(folder: string): Promise<void> {
    // Windows cannot open a folder as a file; its file systems journal names by themselves.
    if (process.platform === "win32") return Promise.resolve();
    const round = this.#rounds.get(folder);
    if (round === undefined) return this.#begin(folder);
    round.next ??= round.running.then(
      () => this.#begin(folder),
      () => this.#begin(folder),
    );
    return round.next;
  }

  #begin(folder: string): Promise<void> {
    const running = this.#syncNow(folder);
    const round: Round = { running };
    this.#rounds.set(folder, round);
    const finish = (): void => {
      if (round.next === undefined) this.#rounds.delete(folder);
    };
    running.then(finish, finish);
    return running;
  }

  async #syncNow(folder: string): Promise<void> {
    const handle = await this.#fileSystem.openFile(folder, OPEN_FOLDER);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}
