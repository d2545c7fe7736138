import { Worker } from "node:worker_threads";
import type { FileFacts } from "./local-files.ts";

export interface WantedSpan {
  start: number;
  /** It is filled completely. */
  into: Uint8Array<SharedArrayBuffer>;
  /** 0: the SHA-256 of all bytes. Otherwise that of the SHA-256s of this many bytes each, one after the other. */
  leafBytes: number;
}

/** The result of reading a span of a file, and the state of the file when its last byte had been read. */
export interface ReadSpan {
  /** 64 lower-case hexadecimal digits. */
  sha256: string;
  /** Less than was requested if the file has become shorter. */
  readBytes: number;
  facts: FileFacts;
}

/**
 * What the worker runs. It is text, so that bundlers of this library have no second file to handle. Bytes are hashed
 * while they are still in the cache of the core that read them.
 */
const PROGRAM = `
const { createHash } = require("node:crypto");
const { closeSync, fstatSync, openSync, readSync } = require("node:fs");
const { parentPort } = require("node:worker_threads");
const PIECE_BYTES = 256 * 1024;
function leaves(leafBytes) {
  if (leafBytes === 0) return createHash("sha256");
  const whole = createHash("sha256");
  let leaf, left = 0;
  const endLeaf = () => {
    if (leaf !== undefined) whole.update(leaf.digest());
    leaf = undefined;
  };
  return {
    update(bytes) {
      for (let at = 0; at < bytes.length;) {
        if (leaf === undefined) [leaf, left] = [createHash("sha256"), leafBytes];
        const taken = bytes.subarray(at, at + left);
        leaf.update(taken);
        left -= taken.length;
        at += taken.length;
        if (left === 0) endLeaf();
      }
    },
    digest(encoding) {
      endLeaf();
      return whole.digest(encoding);
    },
  };
}
function read({ path, start, into, leafBytes }) {
  const file = openSync(path, "r");
  try {
    const hash = leaves(leafBytes);
    let at = 0;
    while (at < into.length) {
      const count = readSync(file, into, at, Math.min(PIECE_BYTES, into.length - at), start + at);
      if (count === 0) break;
      hash.update(into.subarray(at, at + count));
      at += count;
    }
    const { size: sizeBytes, mtimeMs: modifiedAtMs, ctimeMs: changedAtMs } = fstatSync(file);
    return { sha256: hash.digest("hex"), readBytes: at, facts: { sizeBytes, modifiedAtMs, changedAtMs } };
  } finally {
    closeSync(file);
  }
}
parentPort.on("message", (request) => {
  try {
    parentPort.postMessage({ id: request.id, span: read(request) });
  } catch (error) {
    // A clone of an error would lose its code.
    const { message, code, errno, syscall } = error;
    parentPort.postMessage({ id: request.id, failure: { message, code, errno, syscall } });
  }
});
`;

/** What the thread allocates between two collections: by default that would grow to 48 MiB, besides what it reads. */
const YOUNG_MIB = 2;

interface Answer {
  id: number;
  span?: ReadSpan;
  failure?: { message: string };
}

interface Waiting {
  resolve(span: ReadSpan): void;
  reject(error: unknown): void;
}

/** One thread for all, created when it is first needed, and again if it died. It does not keep the process alive. */
class ReadingWorker {
  readonly #worker = new Worker(PROGRAM, {
    eval: true,
    name: "reading",
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
  });
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  isDead = false;

  constructor() {
    this.#worker.unref();
    this.#worker.on("message", (answer: Answer) => this.#receive(answer));
    this.#worker.on("error", (error) => this.#fail(error));
    this.#worker.on("exit", () => this.#fail(new Error("The reading thread ended.")));
  }

  read(path: string, wanted: WantedSpan): Promise<ReadSpan> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<ReadSpan>((resolve, reject) => {
      if (this.#waiting.size === 0) this.#worker.ref();
      this.#waiting.set(id, { resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port between threads has no origin
      this.#worker.postMessage({ id, path, ...wanted });
    });
  }

  #receive({ id, span, failure }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (span === undefined) waiting?.reject(Object.assign(new Error(failure?.message), failure));
    else waiting?.resolve(span);
  }

  #fail(error: unknown): void {
    this.isDead = true;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

let worker: ReadingWorker | undefined;

/** Fills memory from `start` of a file on, and computes the SHA-256 of what was read, off the calling thread. */
export function readAndHash(path: string, wanted: WantedSpan): Promise<ReadSpan> {
  if (worker === undefined || worker.isDead) worker = new ReadingWorker();
  return worker.read(path, wanted);
}
