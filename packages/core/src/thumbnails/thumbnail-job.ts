import type { JobAttempt, JobKind } from "../jobs/job-kind.ts";
import { JobRetryError, JobTimeoutError } from "../jobs/job-kind.ts";
import type { Job } from "../jobs/job.ts";
import { type BlobReader, BlobNotFoundError, BlobStoreError, type BlobStore } from "../ports/blob-store.ts";
import { NoThumbnailsError, PictureRefusedError, type Thumbnails } from "../ports/thumbnails.ts";
import type { ThumbnailOrders } from "./thumbnail-orders.ts";

export const THUMBNAIL = "thumbnail";

const MAX_ATTEMPTS = 2;
const TIMEOUT_MS = 2 * 60_000;

export interface ThumbnailJobParts {
  blobs: Pick<BlobStore, "open" | "stat">;
  thumbnails?: Thumbnails | undefined;
  orders: ThumbnailOrders;
  /** Called if pictures cannot be decoded on this machine. */
  onMissingDecoder(): void;
}

/** Creates the thumbnail of one content. It never fails permanently: the next view of the picture requests it again. */
export function thumbnailKind(parts: ThumbnailJobParts): JobKind {
  const { orders, thumbnails } = parts;
  return {
    name: THUMBNAIL,
    maxAttempts: MAX_ATTEMPTS,
    timeoutMs: TIMEOUT_MS,
    pool: "pictures",
    run: async (attempt) => {
      attempt.forget();
      try {
        if (thumbnails !== undefined) await new ThumbnailWork(parts, thumbnails, attempt).run();
        end(orders, attempt.job);
      } catch (error) {
        if (!(error instanceof JobRetryError)) end(orders, attempt.job);
        throw error;
      }
    },
    noteEnd: async (_rows, job) => end(orders, job),
  };
}

const keyOf = ({ payload }: Job): string => String(payload["key"]);

const end = (orders: ThumbnailOrders, job: Job): void => orders.end(job.accountId ?? "", keyOf(job));

class ThumbnailWork {
  readonly #parts: ThumbnailJobParts;
  readonly #thumbnails: Thumbnails;
  readonly #attempt: JobAttempt;
  readonly #key: string;
  readonly #isLast: boolean;

  constructor(parts: ThumbnailJobParts, thumbnails: Thumbnails, attempt: JobAttempt) {
    this.#parts = parts;
    this.#thumbnails = thumbnails;
    this.#attempt = attempt;
    this.#key = keyOf(attempt.job);
    this.#isLast = attempt.job.attempts >= attempt.job.maxAttempts;
  }

  async run(): Promise<void> {
    if ((await this.#thumbnails.store.find(this.#key)) !== undefined) return;
    await this.#attempt.step("picture wanted");
    const reader = await this.#open();
    if (reader === undefined) return;
    let bytes: Uint8Array | undefined;
    try {
      // A picture that crashes the server is recorded first, so that this happens twice and not for ever.
      if (this.#isLast) await this.#keep(undefined);
      bytes = await this.#thumbnails.maker.make(reader, this.#attempt.signal);
    } catch (error) {
      if (!(error instanceof PictureRefusedError)) return await this.#giveUp(error);
    } finally {
      await reader.close();
    }
    await this.#attempt.step("picture decoded");
    await this.#keep(bytes);
    await this.#attempt.step("thumbnail kept");
    // The bytes may have been removed meanwhile; their thumbnail must not stay.
    if ((await this.#parts.blobs.stat(this.#key)) === undefined) await this.#thumbnails.store.remove([this.#key]);
  }

  /** Undefined if the bytes are gone. */
  async #open(): Promise<BlobReader | undefined> {
    try {
      return await this.#parts.blobs.open(this.#key);
    } catch (error) {
      if (error instanceof BlobNotFoundError) return undefined;
      return this.#again(error);
    }
  }

  async #giveUp(error: unknown): Promise<void> {
    const { signal } = this.#attempt;
    const isPicturesFault = !signal.aborted
      ? !(error instanceof NoThumbnailsError || error instanceof BlobStoreError)
      : signal.reason instanceof JobTimeoutError;
    if (this.#isLast && !isPicturesFault) await this.#thumbnails.store.remove([this.#key]);
    signal.throwIfAborted();
    if (error instanceof NoThumbnailsError) return this.#parts.onMissingDecoder();
    this.#again(error);
  }

  async #keep(bytes: Uint8Array | undefined): Promise<void> {
    try {
      await this.#thumbnails.store.keep(this.#key, { bytes });
    } catch (error) {
      this.#again(error);
    }
  }

  #again(cause: unknown): undefined {
    if (this.#isLast) return undefined;
    throw new JobRetryError("The thumbnail could not be made.", { cause });
  }
}
