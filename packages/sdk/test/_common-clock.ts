import { setImmediate } from "node:timers/promises";
import { VirtualClock } from "@consigne/testkit";
import type { ClientHooks, PacingOptions } from "../src/client-options.ts";

interface Sleeper {
  atMs: number;
  wake: () => void;
}

/**
 * One clock for a server and its clients, so that a busy machine does not affect the test. It stands still during a
 * call and otherwise jumps to the next moment somebody waits for.
 */
export class CommonClock {
  /** For the server. */
  readonly ofServer = new VirtualClock();
  /** For clients that share `hooks`. */
  readonly ofClients: NonNullable<PacingOptions["clock"]> = {
    now: () => this.ofServer.now().getTime(),
    sleep: (ms, signal) => this.#sleep(ms, signal),
  };
  readonly hooks: ClientHooks = {
    beforeCall: () => void (this.#underWay += 1),
    afterCall: () => void (this.#underWay -= 1),
  };
  readonly #sleepers = new Set<Sleeper>();
  #underWay = 0;
  #isPumping = false;

  #sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const sleeper = { atMs: this.ofClients.now() + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      const stop = () => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener("abort", stop, { once: true });
      void this.#pump();
    });
  }

  async #pump(): Promise<void> {
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#sleepers.size > 0) {
      // Lets everything that was woken or answered reach its next call or wait.
      for (let quiet = 0; quiet < 5; quiet += 1) {
        await setImmediate();
        if (this.#underWay > 0) quiet = 0;
      }
      const [next] = [...this.#sleepers].toSorted((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#sleepers.delete(next);
      this.ofServer.advance(Math.max(0, next.atMs - this.ofClients.now()));
      next.wake();
    }
    this.#isPumping = false;
  }
}
