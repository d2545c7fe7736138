import { LocalFileError } from "../errors.ts";
import { FAR_CONNECTIONS, LineLength } from "../line-length.ts";
import { bodyInMemory, type PartBody, partBody } from "./part-sending.ts";
import { PartMemory } from "./part-memory.ts";
import type { PartProof, ProofKind } from "./part-proof.ts";
import type { PartUpload } from "./part-uploads.ts";
import type { SourceRange, UploadSource } from "./upload-source.ts";

/** More would only share the same line and the same cores; fewer would be idle while waiting for an answer. */
export const CONNECTIONS = 2;

export interface PartReaderInput {
  source: UploadSource;
  /** Of the client. */
  memory: PartMemory;
  /** How this server verifies the bytes. */
  proof: ProofKind;
  throttle: ((chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>) | undefined;
  signal: AbortSignal | undefined;
}

/** The bytes of one part: from `start`, up to and not including `end`. */
export function spanOf({ partBytes, sizeBytes }: PartUpload, number: number): SourceRange {
  return { start: (number - 1) * partBytes, end: Math.min(number * partBytes, sizeBytes) };
}

type FillableSource = UploadSource & Required<Pick<UploadSource, "fill">>;

const canFill = (source: UploadSource): source is FillableSource => source.fill !== undefined;

async function filled(
  source: FillableSource,
  kind: ProofKind,
  { bytes, start }: { bytes: Uint8Array<SharedArrayBuffer>; start: number },
): Promise<PartProof> {
  if (kind === "leaves" && source.fillByLeaves !== undefined)
    return { kind, digest: await source.fillByLeaves(bytes, start) };
  return { kind: "whole", digest: await source.fill(bytes, start) };
}

/**
 * Reads a source part by part, a few at a time. A part of a file is read once, into memory, with its digest; a part
 * that is too large for that is read twice: for its digest, and to be sent.
 */
export class PartReader {
  readonly #input: PartReaderInput;
  readonly #line = new LineLength();
  #onFar: (() => void) | undefined;

  constructor(input: PartReaderInput) {
    this.#input = input;
  }

  noteRoundTrip(tookMs: number): void {
    this.#line.note(tookMs);
    if (this.#line.isFar) this.#onFar?.();
  }

  /**
   * Runs `work` for each part, more at a time as soon as a long round trip was measured. The first failure ends the
   * others. The body is valid while `work` runs.
   * @throws what `work` or the source throws, or the reason of the signal
   */
  async each(
    upload: PartUpload,
    numbers: readonly number[],
    work: (number: number, body: PartBody, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const { signal } = this.#input;
    const failing = new AbortController();
    const ending = signal === undefined ? failing.signal : AbortSignal.any([signal, failing.signal]);
    const queue = numbers.values();
    const run = async (): Promise<void> => {
      for (const number of queue) {
        await this.#work(spanOf(upload, number), upload.partBytes, {
          work: (body) => work(number, body, ending),
          ending,
        });
      }
    };
    const runs: Promise<void>[] = [];
    const widen = (count: number) => {
      while (runs.length < Math.min(count, numbers.length)) {
        runs.push(run().catch((error: unknown) => failing.abort(error)));
      }
    };
    this.#onFar = () => widen(FAR_CONNECTIONS);
    widen(this.#line.isFar ? FAR_CONNECTIONS : CONNECTIONS);
    // It may grow meanwhile.
    for (const each of runs) await each;
    this.#onFar = undefined;
    ending.throwIfAborted();
  }

  async #work(
    span: SourceRange,
    partBytes: number,
    { work, ending }: { work: (body: PartBody) => Promise<void>; ending: AbortSignal },
  ): Promise<void> {
    const { source, memory, proof: kind } = this.#input;
    ending.throwIfAborted();
    const sizeBytes = span.end - span.start;
    // Over long distances there is time to read a part twice, but never enough memory for everything that is being
    // sent.
    const isHeld = PartMemory.holds(partBytes) && !(this.#line.isFar && !memory.hasRoom(partBytes));
    if (!canFill(source) || !isHeld) {
      return work(this.#throttled(await partBody({ sizeBytes, open: () => this.#exactly(span) }, kind)));
    }
    const held = await memory.take(partBytes);
    try {
      ending.throwIfAborted();
      const bytes = held.subarray(0, sizeBytes);
      await work(this.#throttled(bodyInMemory(bytes, await filled(source, kind, { bytes, start: span.start }))));
    } finally {
      memory.give(held);
    }
  }

  #throttled(body: PartBody): PartBody {
    const { throttle } = this.#input;
    return throttle === undefined ? body : { ...body, open: () => throttle(body.open()) };
  }

  /** A source that is not as long as announced must not leave a request without its end. */
  async *#exactly(span: SourceRange): AsyncGenerator<Uint8Array, void> {
    let leftBytes = span.end - span.start;
    for await (const chunk of this.#input.source.open(span)) {
      leftBytes -= chunk.byteLength;
      if (leftBytes < 0) break;
      yield chunk;
    }
    if (leftBytes !== 0) throw this.#wrongSize();
  }

  #wrongSize(): LocalFileError {
    const { name, sizeBytes } = this.#input.source;
    return new LocalFileError(
      `${name} does not have the ${sizeBytes} bytes that were announced; nothing of it was kept.`,
    );
  }
}
