import type { BlobReader, ThumbnailMaker } from "@consigne/core";
import { PictureProcess } from "./picture-process.ts";

/** A process is replaced after this many pictures, with the memory that it has leaked. */
const MOST_PICTURES = 50;
/** An idle process ends. */
const IDLE_MS = 20_000;
/** For one picture, on a busy machine. */
const MOST_MS = 60_000;

/** As many processes as concurrent calls; idle ones are reused for a while. */
export class ProcessThumbnailMaker implements ThumbnailMaker, AsyncDisposable {
  readonly #mostMs: number;
  readonly #idle = new Map<PictureProcess, NodeJS.Timeout>();
  readonly #busy = new Set<PictureProcess>();
  #isClosed = false;

  constructor({ mostMs = MOST_MS }: { mostMs?: number } = {}) {
    this.#mostMs = mostMs;
  }

  async make(picture: Pick<BlobReader, "read" | "sizeBytes">, signal: AbortSignal): Promise<Uint8Array> {
    if (this.#isClosed) throw new Error("The maker of thumbnails is closed.");
    const child = this.#takeIdle() ?? new PictureProcess();
    this.#busy.add(child);
    try {
      return await child.make(picture, AbortSignal.any([signal, AbortSignal.timeout(this.#mostMs)]));
    } finally {
      this.#busy.delete(child);
      await this.#giveBack(child);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#idle.values()) clearTimeout(timer);
    await Promise.all([...this.#idle.keys(), ...this.#busy].map((child) => child.end()));
    this.#idle.clear();
  }

  #takeIdle(): PictureProcess | undefined {
    for (const [child, timer] of this.#idle) {
      clearTimeout(timer);
      this.#idle.delete(child);
      if (child.isAlive) return child;
    }
    return undefined;
  }

  async #giveBack(child: PictureProcess): Promise<void> {
    if (this.#isClosed || !child.isAlive || child.count >= MOST_PICTURES) return child.end();
    const timer = setTimeout(() => {
      this.#idle.delete(child);
      void child.end();
    }, IDLE_MS);
    timer.unref();
    this.#idle.set(child, timer);
  }
}
