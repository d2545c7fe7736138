import { basename } from "node:path";
import { fromPath } from "@consigne/sdk";
import type { Client, UploadSource } from "@consigne/sdk";
import { CliError } from "../../command-line/errors.ts";
import { promptFiles } from "../trees/prompt-files.ts";
import type { PlacedFile, SentFile } from "../trees/remote-store.ts";
import type { BandwidthLimit } from "./bandwidth.ts";

/** Sends small files by requests of many. Of several at a time one is read, so that the first leaves while the next is read. */
export class SmallBatches {
  readonly #client: Client;
  readonly #bandwidth: BandwidthLimit | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(client: Client, bandwidth: BandwidthLimit | undefined) {
    this.#client = client;
    this.#bandwidth = bandwidth;
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
      return await this.#client.uploads.sendBatch(batch, { signal, onBytes, throttle });
    } finally {
      resolve();
    }
  }
}

const sourceOf = (file: PlacedFile): UploadSource => ({
  name: basename(file.localPath),
  sizeBytes: file.sizeBytes,
  open: () => readSmall(file),
});

async function* readSmall(file: PlacedFile): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = await promptFiles.read(file.localPath, file);
  if (bytes !== undefined) return yield bytes;
  const source = await fromPath(file.localPath);
  if (source.sizeBytes !== file.sizeBytes) {
    throw new CliError("changed", "It changed while it was being sent; the next run sends it again.");
  }
  yield* source.open();
}
