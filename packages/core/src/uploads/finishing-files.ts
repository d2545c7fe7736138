import { FinishingLimit } from "./finishing-limit.ts";
import type { IncomingFile, ReceivedFile } from "./incoming-file.ts";

/** Larger ones are waited for: their flush takes long, and until then they hold memory. */
const LARGEST_BYTES = 256 * 1024;
const MOST = 8;

interface Finishing {
  /** Never rejects. */
  ended: Promise<void>;
  received: ReceivedFile | undefined;
}

/**
 * The files of one upload that have arrived. Small ones are made durable while the next ones arrive: a disk that takes
 * long for a flush flushes several at once, and they share the flushes of their folder.
 */
export class FinishingFiles {
  readonly #files: Finishing[] = [];
  readonly #limit = new FinishingLimit(MOST);
  #failure: { error: unknown } | undefined;

  /** Resolves when the next file may come. @throws what this one or an earlier one failed with */
  async add(file: Pick<IncomingFile, "sizeBytes" | "finish">): Promise<void> {
    const finishing: Finishing = { ended: Promise.resolve(), received: undefined };
    finishing.ended = this.#finish(file, finishing);
    this.#files.push(finishing);
    this.#limit.add(finishing.ended, file.sizeBytes);
    if (file.sizeBytes > LARGEST_BYTES) await finishing.ended;
    await this.#limit.room();
    this.requireSound();
  }

  /** @throws what a file failed with */
  requireSound(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** All of them, in the order in which they came, once they are durable. @throws what a file failed with */
  async takeAll(): Promise<ReceivedFile[]> {
    await this.#ended();
    this.requireSound();
    return this.#take();
  }

  /** Those that are durable although the upload failed. */
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
