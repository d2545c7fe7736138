import { refusedWriteOf } from "@consigne/core";
import { PackError } from "./pack-thread.ts";

/** A damaged page is noticed by each read of it: the same problem is not reported again for this long. */
const SILENCE_MS = 3_600_000;

/** Tells the operator what a pack refused, and what happened to the bytes. */
export class PackTroubles {
  readonly #path: string;
  readonly #tell: ((text: string) => void) | undefined;
  readonly #toldAt = new Map<string, number>();

  constructor(path: string, tell: ((text: string) => void) | undefined) {
    this.#path = path;
    this.#tell = tell;
  }

  tellReading(error: unknown): void {
    const lost = "files of up to 64 KiB that lie in it count as missing; consigne-server fsck names them";
    this.#say("reading", error, isDamage(error) ? lost : "files of up to 64 KiB that lie in it cannot be read");
  }

  /** A full or read-only disk is reported by the file that is written instead. */
  tellWriting(error: unknown): void {
    if (refusedWriteOf(error) !== undefined) return;
    this.#say(
      "writing",
      error,
      "new files of up to 64 KiB are stored as files beside it, and removed ones may keep their room",
    );
  }

  #say(doing: string, error: unknown, outcome: string): void {
    const reason = error instanceof Error ? error.message : String(error);
    const key = `${doing} ${reason}`;
    const now = performance.now();
    const toldAt = this.#toldAt.get(key);
    if (toldAt !== undefined && now - toldAt < SILENCE_MS) return;
    this.#toldAt.set(key, now);
    const advice = isDamage(error) ? ". Check the disk, and restore what is missing from a backup" : "";
    this.#tell?.(
      `${this.#path} ${isDamage(error) ? "is damaged" : "fails"} (${doing}: ${reason}): ${outcome}${advice}`,
    );
  }
}

const isDamage = (error: unknown): boolean => error instanceof PackError && error.isDamaged;
