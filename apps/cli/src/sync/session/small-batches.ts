import { basename } from "node:path";
import { fromPath } from "@consigne/sdk";
import type { Client, UploadSource } from "@consigne/sdk";
import { CliError } from "../../command-line/errors.ts";
import { promptFiles } from "../trees/prompt-files.ts";
import type { PlacedFile, SentFile } from "../trees/remote-store.ts";
import type { BandwidthLimit } from "./bandwidth.ts";

interface BatchTools {
  bandwidth: BandwidthLimit | undefined;
  /** Shows the user a line. */
  note(line: string): void;
}

/**
 * Sends small files in requests for many. Of several concurrent batches one is read at a time, so that the first is
 * sent while the next is read.
 */
export class SmallBatches {
  readonly #client: Client;
  readonly #bandwidth: BandwidthLimit | undefined;
  readonly #note: (line: string) => void;
  #hasNoted = false;
  #reading: Promise<void> = Promise.resolve();

  constructor(client: Client, { bandwidth, note }: BatchTools) {
    this.#client = client;
    this.#bandwidth = bandwidth;
    this.#note = note;
  }

  async send(
    files: readonly PlacedFile[],
    signal: AbortSignal,
    onBytes: (count: number) => void,
  ): Promise<readonly SentFile[]> {
    const before = this.#reading;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#reading = promise;
    try {
      await before;
      let unread = files.length;
      const dispose = async () => {
        unread -= 1;
        if (unread === 0) resolve();
      };
      const throttle = this.#bandwidth?.throttle.bind(this.#bandwidth);
      const batch = files.map((file) => ({ ...file, source: { ...sourceOf(file), dispose } }));
      const onSmallerRequests = () => this.#tellProxy();
      return await this.#client.uploads.sendBatch(batch, { signal, onBytes, throttle, onSmallerRequests });
    } finally {
      resolve();
    }
  }

  #tellProxy(): void {
    if (this.#hasNoted) return;
    this.#hasNoted = true;
    this.#note(
      "consigne: a proxy in front of the server refuses requests of several MiB; small files are sent in smaller ones, which takes longer. " +
        "Its operator can allow them (in nginx: client_max_body_size 0).",
    );
  }
}

const sourceOf = (file: PlacedFile): UploadSource => ({
  name: basename(file.localPath),
  sizeBytes: file.sizeBytes,
  open: () => readSmall(file),
});

/**
 * Memory that small files are read into; if allocated for each, megabytes of it would wait for the garbage collector.
 */
const idle: Uint8Array<ArrayBuffer>[] = [];
const READ_BYTES = 64 * 1024;

async function* readSmall(file: PlacedFile): AsyncGenerator<Uint8Array, void, undefined> {
  const memory = file.sizeBytes <= READ_BYTES ? (idle.pop() ?? new Uint8Array(READ_BYTES)) : undefined;
  try {
    const bytes = await promptFiles.read(file.localPath, file, memory);
    // The consumer has copied it by the time it asks for the next.
    if (bytes !== undefined) return yield bytes;
  } finally {
    if (memory !== undefined) idle.push(memory);
  }
  const source = await fromPath(file.localPath);
  if (source.sizeBytes !== file.sizeBytes) {
    throw new CliError("changed", "It changed while it was being sent; the next run sends it again.");
  }
  yield* source.open();
}
