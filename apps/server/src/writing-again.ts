import type { Logger } from "pino";
import type { ReadingMode } from "./open-sqlite.ts";

const LOOK_INTERVAL_MS = 5000;

/** Switches a server that started in read-only mode back to writing as soon as possible. */
export class WritingAgain implements AsyncDisposable {
  readonly #reading: ReadingMode | undefined;
  readonly #logger: Logger;
  /** Locks the data folder, which was impossible at the start. */
  readonly #hold: (() => Disposable) | undefined;
  #held: Disposable | undefined;
  #isOver: boolean;
  #looking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(reading: ReadingMode | undefined, logger: Logger, hold: (() => Disposable) | undefined) {
    this.#reading = reading;
    this.#logger = logger;
    this.#hold = hold;
    this.#isOver = reading === undefined;
    if (reading === undefined) return;
    logger.warn({ reason: reading.reason }, "nothing can be written: the server is read-only until that changes");
    this.#timer = setInterval(() => void this.look(), LOOK_INTERVAL_MS).unref();
  }

  /** The reason for everybody, while nothing can be written; undefined: the message of a failed write. */
  get publicReason(): string | undefined {
    return this.#isOver ? undefined : this.#reading?.publicReason;
  }

  /** Concurrent callers share one check. */
  async look(): Promise<void> {
    if (this.#isOver) return;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
  }

  async #look(): Promise<void> {
    try {
      // First the folder: another server may use it by now.
      this.#held ??= this.#hold?.();
      if ((await this.#reading?.tryWriting()) !== true) return;
      this.#isOver = true;
      clearInterval(this.#timer);
      this.#logger.info("writing works again");
    } catch (error) {
      this.#logger.debug({ err: error }, "still read-only");
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#isOver = true;
    await this.#looking;
    this.#held?.[Symbol.dispose]();
  }
}
