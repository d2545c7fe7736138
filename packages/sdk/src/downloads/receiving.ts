import type { ByteContext } from "../byte-context.ts";
import { DownloadFailedError } from "../errors.ts";
import { FAR_CONNECTIONS } from "../line-length.ts";
import { BlockWriter } from "./block-writer.ts";
import type { Blocks } from "./blocks.ts";
import { connectionsFor } from "./connections-for.ts";
import type { DirectLinks } from "./direct-links.ts";
import type { FileDownloadOptions } from "./file-download-options.ts";
import type { PieceWriter } from "./piece-writer.ts";
import { Pieces } from "./pieces.ts";
import { isPassing, ResumingBytes } from "./resuming-bytes.ts";
import type { Span } from "./span-set.ts";

export interface ReceivingInput extends Pick<FileDownloadOptions, "connections" | "manifest" | "throttle" | "line"> {
  context: ByteContext;
  links: DirectLinks;
  /** Of the whole file. */
  sizeBytes: number;
  /** Aborted here when one connection fails for good. */
  ending: AbortController;
  blocks: Blocks | undefined;
  /** For the bytes of one connection. */
  newWriter(): PieceWriter;
  /** What is not in the file yet. */
  missing(within: Span): Span[];
}

/** Fetches the missing bytes of a file over several connections, once. Wrong bytes are left for another run. */
export class Receiving {
  readonly #input: ReceivingInput;
  readonly #pieces: Pieces;
  readonly #runs: Promise<void>[] = [];
  /** Number of connections; fewer are open if there are fewer pieces. */
  #wanted = 0;
  #running = 0;
  /** The error of a connection that the others can do without. */
  #givenUp: Error | undefined;
  #failure: { error: unknown } | undefined;

  constructor(input: ReceivingInput) {
    this.#input = input;
    this.#pieces = new Pieces(input.missing([0, input.sizeBytes]));
  }

  /** @throws the error of a connection that failed for good */
  async run(): Promise<void> {
    const { connections, manifest, blocks, ending } = this.#input;
    const usual = connectionsFor(this.#pieces.leftBytes, manifest !== undefined);
    this.#widen(connections ?? (this.#isFar ? FAR_CONNECTIONS : usual));
    // There may be more meanwhile.
    for (const run of this.#runs) await run;
    await blocks?.settle();
    ending.signal.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure.error;
    // The others had just ended when one gave its piece back.
    if (!this.#pieces.isEmpty) throw this.#givenUp ?? new DownloadFailedError("Parts of the file are missing.");
  }

  #widen(count: number): void {
    this.#wanted = count;
    while (this.#runs.length < count && !this.#pieces.isEmpty) {
      const links = this.#runs.length === 0 ? this.#input.links : this.#input.links.forConnection();
      this.#running += 1;
      this.#runs.push(this.#connect(links));
    }
  }

  async #connect(links: DirectLinks): Promise<void> {
    try {
      await this.#fetchPieces(links);
    } catch (error) {
      // Perhaps more connections than the server allows: the others do the rest.
      if (this.#running > 1 && isPassing(error)) this.#givenUp = error;
      else {
        this.#failure ??= { error };
        this.#input.ending.abort(error);
      }
    } finally {
      this.#running -= 1;
    }
  }

  /** If the caller chose no number, and leaves are verified wherever their bytes came from. */
  get #mayWiden(): boolean {
    return this.#input.connections === undefined && this.#input.manifest !== undefined;
  }

  /** And if that many connections and smaller pieces help. */
  get #isFar(): boolean {
    return this.#mayWiden && this.#input.line.isFar;
  }

  #noteRoundTrip(tookMs: number): void {
    this.#input.line.note(tookMs);
    if (this.#isFar) this.#widen(FAR_CONNECTIONS);
  }

  async #fetchPieces(links: DirectLinks): Promise<void> {
    const writer = new BlockWriter(this.#input.blocks, this.#input.newWriter());
    for (let isFirst = true; ; isFirst = false) {
      const piece = this.#pieces.next({
        connections: this.#wanted,
        isFar: this.#isFar,
        isFirst: this.#mayWiden && isFirst,
      });
      if (piece === undefined) return;
      await this.#fetch(piece, links, writer);
    }
  }

  async #fetch(piece: Span, links: DirectLinks, writer: BlockWriter): Promise<void> {
    const { context, sizeBytes, manifest, throttle, blocks, ending, missing } = this.#input;
    const [start, end] = piece;
    // What is verified leaf by leaf cannot be a mixture, and the tag changes when the server learns a checksum.
    const known = { sizeBytes, etag: undefined, mayChangeTag: manifest !== undefined };
    const onConnected = (tookMs: number) => this.#noteRoundTrip(tookMs);
    const source = { links, span: { start, end }, known, memory: () => writer.memory, onConnected };
    const bytes = new ResumingBytes(context, source, ending.signal);
    try {
      await writer.begin(piece);
      for await (const chunk of bytes.bytes()) {
        await throttle?.(chunk.byteLength);
        await writer.write(chunk);
      }
      await writer.flush();
    } catch (error) {
      if (isPassing(error) || ending.signal.aborted) await writer.flush();
      await blocks?.settle();
      this.#pieces.giveBack(missing(piece));
      throw error;
    } finally {
      writer.drop();
    }
  }
}
