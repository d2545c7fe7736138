import { sleep } from "@consigne/sdk/wait";

/** Limits streams of bytes to a rate, shared by all users of one limit. */
export class BandwidthLimit {
  readonly #bytesPerSecond: number;
  readonly #nowMs: () => number;
  readonly #signal: AbortSignal | undefined;
  readonly #sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** When everything taken so far has passed at the allowed rate. */
  #paidUntilMs = 0;

  /** Waiting callers get the reason of the signal as soon as it aborts. */
  constructor(bytesPerSecond: number, signal: AbortSignal | undefined, clock: WaitingClock = systemClock) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#signal = signal;
    this.#nowMs = () => clock.nowMs();
    this.#sleep = (ms, stop) => clock.sleep(ms, stop);
  }

  /** Resolves when this many more bytes may pass. */
  async take(bytes: number): Promise<void> {
    const nowMs = this.#nowMs();
    // Unused allowance is not saved up: a pause does not permit a burst.
    this.#paidUntilMs = Math.max(this.#paidUntilMs, nowMs) + (bytes / this.#bytesPerSecond) * 1000;
    const aheadMs = this.#paidUntilMs - nowMs;
    if (aheadMs > SHORTEST_SLEEP_MS) await this.#sleep(aheadMs, this.#signal);
  }

  /** The same chunks, at the rate; long ones in pieces so that the rate is even. */
  async *throttle(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    const pieceBytes = Math.max(1024, Math.floor(this.#bytesPerSecond / 10));
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += pieceBytes) {
        const piece = chunk.subarray(at, at + pieceBytes);
        await this.take(piece.length);
        yield piece;
      }
    }
  }
}

/** Timers are not more accurate than this. */
const SHORTEST_SLEEP_MS = 5;

interface WaitingClock {
  nowMs(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

const systemClock: WaitingClock = { nowMs: () => performance.now(), sleep };
