import type { ByteSource } from "@consigne/core";
import type { ServerResponse } from "node:http";
import { BufferRoom, type DownloadBuffers } from "./buffer-room.ts";

/** If a buffer is accepted this fast, the reader keeps up. */
const promptMs = 250;
const defaultStallTimeoutMs = 5 * 60_000;

export interface SentBlob {
  sentBytes: number;
  /** False if the client left, was cut off or `signal` aborted; the connection is closed then. */
  isComplete: boolean;
}

type Buffers = Pick<DownloadBuffers, "take" | "give" | "grow">;

export interface SendBlobOptions {
  /** The source of its buffers; the caller releases them. */
  buffers?: Buffers;
  /** A client that reads nothing for this long is cut off. */
  stallTimeoutMs?: number;
}

/**
 * Sends `lengthBytes` from a reader (all it has when undefined) after the head has been written, and in every case ends the
 * response and closes the reader. Two buffers alternate: one is filled while the other is sent, and neither is reused before
 * its write has called back. If the bytes cannot be completed, the connection is destroyed, so that a client never
 * mistakes a part for the whole.
 * @throws the reader's error, or one saying that it ended early
 */
export async function sendBlob(
  response: ServerResponse,
  reader: ByteSource,
  lengthBytes: number | undefined,
  signal?: AbortSignal,
  options: SendBlobOptions = {},
): Promise<SentBlob> {
  const sender = new Sender(response, options.stallTimeoutMs ?? defaultStallTimeoutMs);
  const onAbort = () => void response.destroy();
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    const { sentBytes, isWhole } = await copy(sender, reader, lengthBytes, options.buffers ?? usualBuffers());
    const isComplete = isWhole && (await sender.finish());
    return { sentBytes, isComplete };
  } catch (error) {
    response.destroy();
    throw error;
  } finally {
    signal?.removeEventListener("abort", onAbort);
    sender.release();
    // The bytes are sent or the first error is thrown; a handle that cannot be closed changes neither.
    await reader.close().catch(() => {});
  }
}

const usualBuffers = () => new BufferRoom(Infinity).open();

/** Returns how many bytes were sent before the end or before the client left, and whether that is all. */
async function copy(
  sender: Sender,
  reader: ByteSource,
  lengthBytes: number | undefined,
  buffers: Buffers,
): Promise<{ sentBytes: number; isWhole: boolean }> {
  let leftBytes = lengthBytes ?? Infinity;
  let free: Buffer | undefined;
  let leaving: { buffer: Buffer; taken: Promise<number> } | undefined;
  let [sentBytes, readBytes] = [0, 0];
  let isAtEnd = leftBytes === 0;
  /** Only reuses memory whose write has finished: after a broken connection, nobody knows what still reads it. */
  const settle = async () => {
    const takenBytes = (await leaving?.taken) ?? 0;
    if (takenBytes > 0) free = leaving?.buffer;
    leaving = undefined;
    sentBytes += takenBytes;
  };
  while (!isAtEnd && sender.isOpen) {
    const filling = buffers.take(leftBytes, free);
    free = undefined;
    const count = await reader.read(filling.subarray(0, Math.min(filling.length, leftBytes)));
    if (count === 0 && lengthBytes !== undefined) throw new Error(`The stored data ends ${leftBytes} bytes early.`);
    readBytes += count;
    leftBytes -= count;
    isAtEnd = count === 0 || leftBytes === 0;
    await settle();
    if (sentBytes > 0 && sender.lastWriteMs < promptMs) buffers.grow();
    if (count === 0) buffers.give(filling);
    else leaving = { buffer: filling, taken: sender.write(filling.subarray(0, count)) };
  }
  buffers.give(free);
  free = undefined;
  await settle();
  buffers.give(free);
  return { sentBytes, isWhole: isAtEnd && sentBytes === readBytes };
}

/** Writes that always settle: by their callback, when the connection closes, or by cutting off a stalled client. */
class Sender {
  readonly #response: ServerResponse;
  #settle: ((isTaken: boolean) => void) | undefined;
  #lastWriteMs = 0;
  readonly #onClose = (): void => this.#settle?.(false);
  readonly #onTimeout = (): void => {
    // Waiting for our own storage is not the client's fault; its next write restarts the timer.
    if (this.#settle) this.#response.destroy();
  };

  constructor(response: ServerResponse, stallTimeoutMs: number) {
    this.#response = response;
    // The socket's own timer notices when part of a write was sent, which its callback does not.
    response.setTimeout(stallTimeoutMs).on("timeout", this.#onTimeout);
    // A client that leaves is a result here, not an error: `close` follows.
    response.on("error", this.#onClose).on("close", this.#onClose);
  }

  get isOpen(): boolean {
    return !this.#response.destroyed && this.#response.socket?.destroyed !== true;
  }

  /** How long the last write took. */
  get lastWriteMs(): number {
    return this.#lastWriteMs;
  }

  /** Returns how many bytes were accepted: all of them, or none if the connection broke. */
  async write(chunk: Uint8Array): Promise<number> {
    const startMs = performance.now();
    const isTaken = await this.#settled((settle) => this.#response.write(chunk, (error) => settle(!error)));
    this.#lastWriteMs = performance.now() - startMs;
    return isTaken ? chunk.length : 0;
  }

  /** Resolves once everything was handed to the connection; false if it broke first. */
  finish(): Promise<boolean> {
    return this.#settled((settle) => this.#response.end(() => settle(true)));
  }

  release(): void {
    this.#response.off("close", this.#onClose).off("timeout", this.#onTimeout);
  }

  #settled(start: (settle: (isTaken: boolean) => void) => void): Promise<boolean> {
    return new Promise((resolve) => {
      if (!this.isOpen) return resolve(false);
      this.#settle = (isTaken) => {
        this.#settle = undefined;
        resolve(isTaken);
      };
      start((isTaken) => this.#settle?.(isTaken));
    });
  }
}
