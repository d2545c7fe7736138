import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { constants, setPriority } from "node:os";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { type BlobReader, NoThumbnailsError, PictureRefusedError } from "@consigne/core";
import { HEAD_BYTES, LENGTH_BYTES, MOST_ANSWER_BYTES, NO_DECODER_EXIT, outcomes } from "./picture-messages.ts";

const program = fileURLToPath(new URL("./picture-child.ts", import.meta.url));

/** Memory of the decoding process. The system refuses it more, so that only it ends. */
const MOST_MEMORY_KIB = 768 * 1024;
/** Ends a process whose server was killed during decoding. */
const MOST_CPU_SECONDS = 1800;
const PIECE_BYTES = 256 * 1024;

/** Sets its own limits before it becomes the program; a system without one of them ignores it. */
const limited = `ulimit -d ${MOST_MEMORY_KIB} 2>/dev/null; ulimit -t ${MOST_CPU_SECONDS} 2>/dev/null; ulimit -c 0 2>/dev/null; exec "$0" "$@"`;

/** A process that decodes one picture at a time. After any error except a refusal it has ended. */
export class PictureProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #ended: Promise<number | undefined>;
  #count = 0;

  constructor() {
    const heap = "--max-old-space-size=64";
    const command = [process.execPath, heap, "--disable-warning=ExperimentalWarning", program];
    this.#child = spawn("/bin/sh", ["-c", limited, ...command], {
      stdio: ["pipe", "pipe", "ignore"],
      env: {},
      cwd: "/",
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once("error", () => resolve(undefined));
      this.#child.once("close", (code) => resolve(code ?? undefined));
    });
    // A failed write is reported by the end of the process.
    this.#child.stdin.on("error", () => undefined);
    this.#yieldToOthers();
  }

  /** Pictures so far. */
  get count(): number {
    return this.#count;
  }

  /** Whether it may be given another picture. */
  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid !== undefined;
  }

  /** @throws {PictureRefusedError} @throws {NoThumbnailsError} @throws the reason of `signal` */
  async make(picture: Pick<BlobReader, "read" | "sizeBytes">, signal: AbortSignal): Promise<Uint8Array> {
    signal.throwIfAborted();
    this.#count++;
    const kill = () => void this.#child.kill("SIGKILL");
    signal.addEventListener("abort", kill, { once: true });
    try {
      const [answer] = await Promise.all([this.#answer(), this.#send(picture)]);
      if (answer === undefined) throw new PictureRefusedError("This picture cannot be decoded.");
      return answer;
    } catch (error) {
      if (!(error instanceof PictureRefusedError)) kill();
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener("abort", kill);
    }
  }

  async end(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  async #send(picture: Pick<BlobReader, "read" | "sizeBytes">): Promise<void> {
    const { sizeBytes } = picture;
    const head = Buffer.alloc(LENGTH_BYTES);
    head.writeUInt32BE(sizeBytes);
    await this.#write(head);
    for (let left = sizeBytes; left > 0;) {
      const piece = new Uint8Array(Math.min(PIECE_BYTES, left));
      const count = await picture.read(piece);
      if (count === 0) throw new Error("The stored data of the picture is too short.");
      left -= count;
      await this.#write(piece.subarray(0, count));
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.#child.stdin.write(bytes) || !this.isAlive) return;
    const ended = new AbortController();
    await Promise.race([
      once(this.#child.stdin, "drain", { signal: ended.signal }).catch(() => undefined),
      this.#ended,
    ]).finally(() => ended.abort());
  }

  /** Undefined for a refusal. */
  #answer(): Promise<Uint8Array | undefined> {
    const { stdout } = this.#child;
    return new Promise<Uint8Array | undefined>((resolve, reject) => {
      let held = Buffer.alloc(0);
      const onData = (chunk: Buffer) => {
        held = Buffer.concat([held, chunk]);
        if (held.length > MOST_ANSWER_BYTES) reject(new Error("The answer is longer than any thumbnail."));
        if (held.length < HEAD_BYTES || held.length < HEAD_BYTES + held.readUInt32BE(1)) return;
        stdout.off("data", onData);
        resolve(held.readUInt8(0) === outcomes.done ? new Uint8Array(held.subarray(HEAD_BYTES)) : undefined);
      };
      stdout.on("data", onData);
      void this.#ended.then((code) => reject(endOf(code)));
    });
  }

  /** Requests of users have priority. */
  #yieldToOthers(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      setPriority(pid, constants.priority.PRIORITY_LOW);
    } catch {
      // It has ended already, or the system does not allow it.
    }
  }
}

const endOf = (code: number | undefined): Error =>
  code === NO_DECODER_EXIT
    ? new NoThumbnailsError("Pictures cannot be decoded here.")
    : new Error("The process that decoded the picture ended.");
