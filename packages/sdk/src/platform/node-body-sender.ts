import type { ClientRequest } from "node:http";
import type { RequestBody } from "./platform.ts";

const BUFFER_BYTES = 1024 * 1024;

/** The body itself could not be read, which is not the network's fault. `cause` is what its source threw. */
export class SourceFailure extends Error {
  override name = "SourceFailure";
  constructor(cause: unknown) {
    super("The request body could not be read.", { cause });
  }
}

/**
 * Writes a body through two buffers, one being filled while the other is sent. Both are reused, so that memory use
 * stays flat whatever the size; small bodies get small ones. Chunks that last are sent from where they are.
 */
export class BodySender {
  readonly #outgoing: ClientRequest;
  #isStopped = false;

  constructor(outgoing: ClientRequest) {
    this.#outgoing = outgoing;
  }

  /** Resolves when everything was handed to the system, or when stopped. */
  async send(body: RequestBody | undefined): Promise<void> {
    if (body === undefined || body.sizeBytes === 0) {
      this.#outgoing.end();
      return;
    }
    await (body.isLasting === true ? this.#sendInPlace(body) : this.#sendCopied(body));
    if (!this.#isStopped) this.#outgoing.end();
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Each chunk from where it is, and as soon as it is there. */
  async #sendInPlace(body: RequestBody): Promise<void> {
    let sentBytes = 0;
    for await (const chunk of readable(body)) {
      for (let at = 0; at < chunk.byteLength; at += BUFFER_BYTES) {
        if (this.#isStopped) return;
        const bytes = chunk.subarray(at, at + BUFFER_BYTES);
        await this.#write(bytes);
        sentBytes += bytes.byteLength;
        body.onSent?.(sentBytes);
      }
    }
  }

  async #sendCopied(body: RequestBody): Promise<void> {
    const bufferBytes = Math.min(BUFFER_BYTES, body.sizeBytes);
    let filling = Buffer.allocUnsafeSlow(bufferBytes);
    let onItsWay = body.sizeBytes > bufferBytes ? Buffer.allocUnsafeSlow(bufferBytes) : filling;
    let filledBytes = 0;
    let sentBytes = 0;
    let write: Promise<void> | undefined;
    const flush = async () => {
      await write;
      const bytes = filling.subarray(0, filledBytes);
      const hasLeft = () => {
        sentBytes += bytes.length;
        body.onSent?.(sentBytes);
      };
      write = this.#write(bytes).then(hasLeft);
      write.catch(() => undefined);
      [filling, onItsWay] = [onItsWay, filling];
      filledBytes = 0;
    };
    for await (const chunk of readable(body)) {
      for (let at = 0; at < chunk.byteLength;) {
        if (this.#isStopped) return;
        const takenBytes = Math.min(chunk.byteLength - at, bufferBytes - filledBytes);
        filling.set(chunk.subarray(at, at + takenBytes), filledBytes);
        at += takenBytes;
        filledBytes += takenBytes;
        if (filledBytes === bufferBytes) await flush();
      }
    }
    if (filledBytes > 0) await flush();
    await write;
  }

  #write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      // A destroyed request does not call back writes that are waiting for a connection.
      const onClose = () => reject(new Error("The connection was closed while sending."));
      this.#outgoing.once("close", onClose);
      this.#outgoing.write(bytes, (error) => {
        this.#outgoing.off("close", onClose);
        if (error === null || error === undefined) resolve();
        else reject(error);
      });
    });
  }
}

async function* readable(body: RequestBody): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body.chunks();
  } catch (error) {
    throw new SourceFailure(error);
  }
}
