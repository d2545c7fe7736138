import { FinishingLimit } from "./finishing-limit.ts";
import type { IncomingFile, ReceivedFile } from "./incoming-file.ts";

/** Larger files are waited for: their flush takes long, and they hold memory until then. */
const LARGEST_BYTES = 256 * 1024;
const MOST = 8;

interface Finishing {
  /** Never rejects. */
  ended: Promise<void>;
  received: ReceivedFile | undefined;
}

/**
 * The received files of one upload. Small ones are made durable while the next ones arrive: a slow disk flushes several
 * at once, and they share the flushes of their folder.
 */
export class FinishingFiles {
  readonly #files: Finishing[] = [];
  readonly #limit = new FinishingLimit(MOST);
  #failure: { error: unknown } | undefined;

  /** Resolves when the next file may arrive. @throws the failure of this file or an earlier one */
  async add(file: Pick<IncomingFile, "sizeBytes" | "finish">): Promise<void> {
    const finishing: Finishing = { ended: Promise.resolve(), received: undefined };
    finishing.ended = this.#finish(file, finishing);
    this.#files.push(finishing);
    this.#limit.add(finishing.ended, file.sizeBytes);
    if (file.sizeBytes > LARGEST_BYTES) await finishing.ended;
    await this.#limit.room();
    this.requireSound();
  }

  /** @throws the failure of a file */
  requireSound(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** All files, in order of arrival, once they are durable. @throws the failure of a file */
  async takeAll(): Promise<ReceivedFile[]> {
    await this.#ended();
    this.requireSound();
    return this.#take();
  }

  /** The files that are durable although the upload failed. */
  async takeDurable(): Promise<ReceivedFile[]> {
    await this.#ended();
    return this.#take();
  }

  async #ended(): Promise<void> {
    await Promise.all(this.#files.map(({ ended }) => ended));
  }

  #take(): ReceivedFile[] {
    return this.#files.splice(0).flatMap(({ received }) => received ?? []);
  }

  async #finish(file: Pick<IncomingFile, "finish">, finishing: Finishing): Promise<void> {
    try {
      finishing.received = await file.finish();
    } catch (error) {
      this.#failure ??= { error };
    }
  }
}
