import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";

const PATIENCE_MS = 50_000;
/** Sending gigabytes through this process may take long on a busy machine. */
const SENDING_MS = 5 * 60_000;
/** Connections opened concurrently: a listening socket has a queue. */
const OPENED_AT_ONCE = 100;

export interface WaitingCaller {
  socket: Socket;
  /** What came back so far. */
  received(): string;
  isClosed(): boolean;
}

/** Callers that send given bytes and then wait, from this many loopback addresses. */
export class WaitingCallers implements Disposable {
  readonly callers: WaitingCaller[] = [];

  /** `bytesOf` is what each sends at once. */
  static async open(
    port: number,
    count: number,
    options: { addresses: readonly string[]; send?: readonly (string | Buffer)[]; readsNothing?: boolean },
  ): Promise<WaitingCallers> {
    const all = new WaitingCallers();
    for (let from = 0; from < count; from += OPENED_AT_ONCE) {
      const some = Array.from({ length: Math.min(OPENED_AT_ONCE, count - from) }, (_, at) => {
        const localAddress = options.addresses[(from + at) % options.addresses.length];
        return all.#add(
          options.readsNothing !== true,
          connect({ port, host: "127.0.0.1", ...(localAddress === undefined ? {} : { localAddress }) }),
        );
      });
      await Promise.all(some.map(({ socket }) => eventOf(socket, "connect", "close")));
      for (const { socket } of some) for (const chunk of options.send ?? []) if (!socket.destroyed) socket.write(chunk);
    }
    return all;
  }

  #add(reads: boolean, socket: Socket): WaitingCaller {
    let received = "";
    socket.on("error", () => undefined);
    if (reads) socket.on("data", (chunk: Buffer) => (received += chunk.toString("latin1")));
    else socket.pause();
    const caller = { socket, received: () => received, isClosed: () => socket.closed };
    this.callers.push(caller);
    return caller;
  }

  get openCount(): number {
    return this.callers.filter((caller) => !caller.isClosed()).length;
  }

  /** Until each has sent everything, or was cut. */
  async sent(): Promise<void> {
    await this.#all("their bytes to be taken", SENDING_MS, ({ socket }) =>
      socket.writableLength === 0 ? undefined : eventOf(socket, "drain", "close"),
    );
  }

  async oneClosed(what: string): Promise<void> {
    const first = Promise.race(
      this.callers.map(async ({ socket }) => (socket.closed ? undefined : eventOf(socket, "close"))),
    );
    await this.#all(what, PATIENCE_MS, () => first);
  }

  async closed(what: string): Promise<void> {
    await this.#all(what, PATIENCE_MS, ({ socket }) => eventOf(socket, "close"));
  }

  async #all(
    what: string,
    patienceMs: number,
    done: (caller: WaitingCaller) => Promise<void> | undefined,
  ): Promise<void> {
    const open = this.callers.filter(({ socket }) => !socket.destroyed);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const say = () =>
        reject(new Error(`After ${patienceMs / 1000} s ${this.openCount} callers still wait: ${what}.`));
      timer = setTimeout(say, patienceMs);
    });
    await Promise.race([Promise.all(open.map(async (caller) => done(caller))), late]).finally(() =>
      clearTimeout(timer),
    );
  }

  [Symbol.dispose](): void {
    for (const { socket } of this.callers) socket.destroy();
  }
}

/**
 * Whichever comes first; unlike `once` it does not treat an error as failure, since connections that are cut have one.
 */
function eventOf(socket: Socket, ...events: ("connect" | "drain" | "close")[]): Promise<void> {
  return new Promise((resolve) => {
    for (const event of events) socket.once(event, () => resolve());
  });
}

/** The peak memory of the process in RAM. */
export function peakMemoryBytes(pid: number): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  assert.ok(kib !== undefined, `no memory is reported for process ${pid}`);
  return Number(kib) * 1024;
}
