import type { Dice } from "./_proof.ts";
import { type Leftovers, ReplayedDisk } from "./_replayed-disk.ts";
import { bytesIn, fileIn, type TracedCall, watchCalls } from "./_traced-calls.ts";

type Step = (disk: ReplayedDisk) => void;

/** How an answer is found: the nth one to this address and port, which the system may reuse. */
export interface AnswerPlace {
  to: string;
  /** From 1. */
  nth: number;
}

const CONNECTION = /^TCP:\[.*->([\d.:]+)\]$/;
const ANSWER = Buffer.from("HTTP/1.1 ");
const FLUSHES = new Set(["fsync", "fdatasync"]);
const WRITES = new Set(["write", "writev", "pwrite64", "pwritev", "pwritev2"]);
const NAMES = new Set(["rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat"]);
/** None of these would be replayed, so a server that uses them must not look safe. */
const UNKNOWN = new Set(
  "link linkat symlink symlinkat truncate fallocate copy_file_range sendfile sync_file_range creat open".split(" "),
);

/** What a traced server did to its folder, step by step, and after which step each answer was sent. */
export class RecordedRun {
  readonly #folder: string;
  readonly #steps: Step[] = [];
  readonly #answers = new Map<string, number>();
  readonly #answersTo = new Map<string, number>();
  readonly #positions = new Map<number, number>();
  readonly #peers = new Map<number, string>();
  /** Answers on connections whose other end strace did not identify. */
  readonly #nameless = new Set<string>();
  readonly #flushing = new Map<string, { finish?: () => void }>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param folder the server's data, empty before it was started */
  static async read(log: string, folder: string): Promise<RecordedRun> {
    const run = new RecordedRun(folder);
    await watchCalls(log, {
      began: (thread, call) => run.#began(thread, call),
      ended: (thread, call) => run.#ended(thread, call),
    });
    return run;
  }

  get stepCount(): number {
    return this.#steps.length;
  }

  /** The number of steps after which the answer was sent. @throws if it is not in the log */
  stepOf({ to, nth }: AnswerPlace): number {
    const step = this.#answers.get(`${to} ${nth}`);
    if (step === undefined) {
      const others = [...this.#nameless].join(", ");
      throw new Error(`answer ${nth} to ${to} is not in the log; whose these were is not known: ${others}`);
    }
    return step;
  }

  /** Goes through the run once, and stops after each of these steps. */
  async replay(
    stops: readonly { step: number; left: Leftovers; folder: string }[],
    dice: Dice,
    check: (stop: { step: number; left: Leftovers; folder: string }) => Promise<void>,
  ): Promise<void> {
    const disk = new ReplayedDisk(this.#folder);
    let done = 0;
    for (const stop of stops.toSorted((one, other) => one.step - other.step)) {
      for (; done < stop.step; done++) this.#steps[done]?.(disk);
      await disk.cut(stop.folder, stop.left, dice);
      await check(stop);
    }
  }

  #within(path: string): boolean {
    return path === this.#folder || path.startsWith(`${this.#folder}/`);
  }

  #began(thread: string, { name, parameters }: Pick<TracedCall, "name" | "parameters">): void {
    const file = fileIn(parameters);
    if (file === undefined) return;
    const to =
      CONNECTION.exec(file.path)?.[1] ?? (file.path.startsWith("/") ? undefined : this.#peers.get(file.descriptor));
    if (to !== undefined) return this.#sent(to, bytesIn(parameters));
    if (!file.path.startsWith("/") && isAnswer(bytesIn(parameters))) this.#nameless.add(parameters.slice(0, 60));
    if (!FLUSHES.has(name) || !this.#within(file.path)) return;
    const flush: { finish?: () => void } = {};
    this.#flushing.set(thread, flush);
    this.#steps.push((disk) => (flush.finish = disk.flush(file.path)));
  }

  #sent(to: string, bytes: readonly Buffer[]): void {
    if (!isAnswer(bytes)) return;
    const nth = (this.#answersTo.get(to) ?? 0) + 1;
    this.#answersTo.set(to, nth);
    this.#answers.set(`${to} ${nth}`, this.#steps.length);
  }

  #ended(thread: string, call: TracedCall): void {
    if (call.result < 0) return void this.#flushing.delete(thread);
    if (call.name === "openat") return this.#opened(call);
    if (call.name === "getpeername") return this.#met(call);
    if (NAMES.has(call.name)) return this.#renamed(call);
    if (UNKNOWN.has(call.name)) throw new Error(`${call.name} is not replayed`);
    const file = fileIn(call.parameters);
    if (file === undefined || !this.#within(file.path)) return;
    if (FLUSHES.has(call.name)) return this.#flushed(thread);
    if (WRITES.has(call.name)) return this.#wrote(call, file);
    if (call.name === "ftruncate") {
      const sizeBytes = Number(/, (\d+)$/.exec(call.parameters)?.[1]);
      this.#steps.push((disk) => disk.resize(file.path, sizeBytes));
    }
  }

  /** strace itself does not always identify the other end of a connection. */
  #met({ parameters }: TracedCall): void {
    const [, port] = /sin_port=htons\((\d+)\)/.exec(parameters) ?? [];
    const [address] = bytesIn(parameters);
    const file = fileIn(parameters);
    if (file !== undefined && port !== undefined) this.#peers.set(file.descriptor, `${String(address)}:${port}`);
  }

  #opened({ parameters, result, resultPath: path }: TracedCall): void {
    if (!this.#within(path)) return;
    this.#positions.set(result, 0);
    if (parameters.includes("O_APPEND")) throw new Error(`appending is not replayed: ${path}`);
    if (parameters.includes("O_CREAT")) this.#steps.push((disk) => disk.create(path));
    if (parameters.includes("O_TRUNC")) this.#steps.push((disk) => disk.resize(path, 0));
  }

  #renamed({ name, parameters }: TracedCall): void {
    const [from = "", to = ""] = bytesIn(parameters).map(String);
    if (!this.#within(from) && !this.#within(to)) return;
    if (name.startsWith("rename")) this.#steps.push((disk) => disk.rename(from, to));
    else if (name.startsWith("mkdir")) this.#steps.push((disk) => disk.makeFolder(from));
    else this.#steps.push((disk) => disk.remove(from));
  }

  #wrote({ name, parameters, result }: TracedCall, { descriptor, path }: { descriptor: number; path: string }): void {
    const bytes = Buffer.concat(bytesIn(parameters)).subarray(0, result);
    const isPlaced = name.startsWith("p");
    const place = name === "pwritev2" ? /, (\d+), \w+$/ : /, (\d+)$/;
    const at = isPlaced ? Number(place.exec(parameters)?.[1]) : (this.#positions.get(descriptor) ?? 0);
    if (!isPlaced) this.#positions.set(descriptor, at + result);
    if (!(at >= 0)) throw new Error(`a write without a place: ${parameters.slice(0, 100)}`);
    this.#steps.push((disk) => disk.write(path, at, bytes));
  }

  #flushed(thread: string): void {
    const flush = this.#flushing.get(thread);
    this.#flushing.delete(thread);
    this.#steps.push(() => flush?.finish?.());
  }
}

function isAnswer([first]: readonly Buffer[]): boolean {
  return first?.subarray(0, ANSWER.length).equals(ANSWER) === true;
}
