import type { BlobReader, ByteSource } from "../ports/blob-store.ts";

export interface TransferCounts {
  /** Files received. */
  uploads: number;
  uploadedBytes: number;
  /** Download tokens used for the first time. */
  downloads: number;
  downloadedBytes: number;
}

export const noTransfers: Readonly<TransferCounts> = { uploads: 0, uploadedBytes: 0, downloads: 0, downloadedBytes: 0 };

export function sumOf(one: TransferCounts, other: TransferCounts): TransferCounts {
  return {
    uploads: one.uploads + other.uploads,
    uploadedBytes: one.uploadedBytes + other.uploadedBytes,
    downloads: one.downloads + other.downloads,
    downloadedBytes: one.downloadedBytes + other.downloadedBytes,
  };
}

/** Counts what this process sends and receives, and the transfers in progress. */
export class TransferMeter {
  #counts: TransferCounts = { ...noTransfers };
  #uploads = 0;
  #downloads = 0;

  get underWay(): { uploads: number; downloads: number } {
    return { uploads: this.#uploads, downloads: this.#downloads };
  }

  /** Something was counted since the last `drain`. */
  get hasCounts(): boolean {
    return Object.values(this.#counts).some((count) => count > 0);
  }

  /** Always call `end`; twice is fine. */
  beginUpload(): { stored(files: number, bytes: number): void; end(): void } {
    this.#uploads += 1;
    let isOver = false;
    return {
      stored: (files, bytes) => {
        this.#counts.uploads += files;
        this.#counts.uploadedBytes += bytes;
      },
      end: () => {
        if (!isOver) this.#uploads -= 1;
        isOver = true;
      },
    };
  }

  /** Returns the same bytes, counted as they are read, until the reader is closed. */
  metered(reader: BlobReader, isFirst: boolean): BlobReader {
    return { sizeBytes: reader.sizeBytes, ...this.meteredSource(reader, isFirst) };
  }

  /** Like `metered`, for bytes of unknown length. */
  meteredSource(source: ByteSource, isFirst: boolean): ByteSource {
    this.#downloads += 1;
    if (isFirst) this.#counts.downloads += 1;
    let isOver = false;
    return {
      read: async (buffer) => {
        const count = await source.read(buffer);
        this.#counts.downloadedBytes += count;
        return count;
      },
      close: async () => {
        if (!isOver) this.#downloads -= 1;
        isOver = true;
        await source.close();
      },
    };
  }

  /** Returns what was counted since the last call. */
  drain(): TransferCounts {
    const counts = this.#counts;
    this.#counts = { ...noTransfers };
    return counts;
  }

  /** Takes back counts that were drained and could not be stored. */
  giveBack(counts: TransferCounts): void {
    this.#counts = sumOf(this.#counts, counts);
  }
}
