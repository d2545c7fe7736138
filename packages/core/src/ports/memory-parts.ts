import { newBlobKey } from "../random-ids.ts";
import {
  BlobNotFoundError,
  BlobStoreError,
  type ListedTransfer,
  partCountOf,
  type PartedBlob,
  type PartPlan,
  partSpanOf,
  StagedBlobEndedError,
  type StagedPart,
  type StoredPart,
  type StoredTail,
} from "./blob-store.ts";
import type { Clock } from "./clock.ts";

interface Transfer {
  modifiedAt: Date;
  /** Parts and beginnings of parts, by tag; a part that is sent again gets another tag. */
  parts: Map<string, Uint8Array>;
}

/** Transfers in parts, in memory. */
export class MemoryParts {
  readonly #clock: Clock;
  readonly #transfers = new Map<string, Transfer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin({ sizeBytes, partBytes }: PartPlan): PartedBlob {
    const key = newBlobKey();
    this.#transfers.set(key, { modifiedAt: this.#clock.now(), parts: new Map() });
    return { key, transfer: key, sizeBytes, partBytes };
  }

  open(blob: PartedBlob, number: number, after?: StoredTail): StagedPart {
    const { start, end } = partSpanOf(blob, number);
    const transfer = this.#get(blob.key);
    const begun = after === undefined ? [] : [this.tailOf(blob, after)];
    return new MemoryPart({ key: blob.key, number, sizeBytes: end - start + 1 }, begun, (bytes) => {
      const tag = newBlobKey();
      transfer.parts.set(tag, bytes);
      transfer.modifiedAt = this.#clock.now();
      return tag;
    });
  }

  tailOf({ key }: PartedBlob, { tag }: StoredTail): Uint8Array {
    const bytes = this.#get(key).parts.get(tag);
    if (bytes === undefined) throw new BlobStoreError("unavailable", "Nothing of the part is there.");
    return bytes;
  }

  /** The bytes of all parts; ends the transfer. */
  join(blob: PartedBlob, parts: readonly StoredPart[]): Uint8Array {
    const transfer = this.#get(blob.key);
    const inOrder = parts.map(({ number, tag }, at) => (number === at + 1 ? transfer.parts.get(tag) : undefined));
    const known = inOrder.filter((bytes) => bytes !== undefined);
    if (parts.length !== partCountOf(blob) || known.length !== parts.length) {
      throw new BlobStoreError("unavailable", "These are not the parts of this blob.");
    }
    this.drop(blob.key);
    return Buffer.concat(known);
  }

  drop(key: string): void {
    this.#transfers.delete(key);
  }

  *list(): Generator<ListedTransfer> {
    for (const [key, { modifiedAt }] of this.#transfers) yield { key, transfer: key, modifiedAt };
  }

  #get(key: string): Transfer {
    const transfer = this.#transfers.get(key);
    if (transfer === undefined) throw new BlobNotFoundError(key);
    return transfer;
  }
}

class MemoryPart implements StagedPart {
  readonly #place: { key: string; number: number; sizeBytes: number };
  readonly #keep: (bytes: Uint8Array) => string;
  #chunks: Uint8Array[];
  #isEnded = false;

  /** `begun`: the bytes it continues from. `keep` returns a tag for the given bytes. */
  constructor(
    place: { key: string; number: number; sizeBytes: number },
    begun: Uint8Array[],
    keep: (bytes: Uint8Array) => string,
  ) {
    this.#place = place;
    this.#chunks = begun;
    this.#keep = keep;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#assertOpen();
    this.#chunks.push(Uint8Array.from(chunk));
  }

  async complete(): Promise<StoredPart> {
    const { number, sizeBytes } = this.#place;
    const bytes = await this.#end();
    if (bytes.byteLength !== sizeBytes) throw new BlobStoreError("unavailable", "The part has another size.");
    return { number, tag: this.#keep(bytes) };
  }

  async pause(): Promise<StoredTail> {
    const bytes = await this.#end();
    return { sizeBytes: bytes.byteLength, tag: this.#keep(bytes) };
  }

  async abort(): Promise<void> {
    this.#isEnded = true;
    this.#chunks = [];
  }

  async #end(): Promise<Uint8Array> {
    this.#assertOpen();
    const bytes = Buffer.concat(this.#chunks);
    await this.abort();
    return bytes;
  }

  #assertOpen(): void {
    if (this.#isEnded) throw new StagedBlobEndedError(this.#place.key);
  }
}
