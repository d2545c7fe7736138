import { sleep } from "@consigne/sdk/wait";
import { type BatchEnd, type BatchPiece, sendBatch } from "./batch-request.ts";
import type { ByteRefusal } from "./byte-request.ts";
import { contentDigest, contentWhirlpool } from "./digest.ts";
import { GATEWAY, isPassing, PAYLOAD_TOO_LARGE } from "./passing.ts";
import { connections, refused, type SendTarget, type Sent, type UploadHooks } from "./sending.ts";

/** Per request, which is in memory while it is sent. A larger file goes alone. */
const MOST_BYTES = 8 * 1024 ** 2;
const MOST_FILES = 200;
/** Space for a file's header line, besides its bytes. */
const LINE_BYTES = 512;
/**
 * Each time the connection breaks during a file, its next request has this many times fewer other files, until it is
 * alone.
 */
const FEWER = 8;
/** What nginx accepts by default. */
const USUAL_LIMIT_BYTES = 1024 ** 2;
/** The next one is read while one is being sent. */
const REQUESTS_AT_ONCE = 2;
/** For a busy server, and bytes that were corrupted on the way. */
const MOST_WAITS = 8;
const LONGEST_WAIT_MS = 15_000;

/** What this page knows about sending a file; choosing the same file again creates another object. */
interface Way {
  /** It was in a request whose answer was lost. */
  mayBeThere: boolean;
  breaks: number;
}

/** A file that waits or is being sent. */
interface Sending {
  readonly file: File;
  readonly to: SendTarget;
  readonly hooks: UploadHooks;
  readonly way: Way;
  /** It has arrived, was refused, or was cancelled. */
  isOver: boolean;
  settle(sent: Sent): void;
  fail(error: unknown): void;
  /** Set while a request has to know when the file is cancelled. */
  onLeft?: (() => void) | undefined;
}

interface Loaded {
  readonly sending: Sending;
  readonly bytes: ArrayBuffer;
  readonly sha256: string;
}

const encoder = new TextEncoder();

/** Sends waiting files together: each is verified by its digest, and gets its own result. */
export class BatchSender {
  readonly #ways = new WeakMap<File, Way>();
  #waiting: Sending[] = [];
  #running = 0;
  #isGathering = false;
  #mostBytes = MOST_BYTES;

  /** Rejects when the signal aborts. */
  send(file: File, to: SendTarget, hooks: UploadHooks): Promise<Sent> {
    const { signal } = hooks;
    const sent = Promise.withResolvers<Sent>();
    const end = (settle: () => void) => {
      if (sending.isOver) return;
      sending.isOver = true;
      signal.removeEventListener("abort", leave);
      settle();
      sending.onLeft?.();
    };
    const leave = () => end(() => sent.reject(signal.reason));
    const sending: Sending = {
      file,
      to,
      hooks,
      way: this.#wayOf(file),
      isOver: false,
      settle: (outcome) => end(() => sent.resolve(outcome)),
      fail: (error) => end(() => sent.reject(error)),
    };
    signal.addEventListener("abort", leave);
    if (signal.aborted) leave();
    else this.#waiting.push(sending);
    this.#gather();
    return sent.promise;
  }

  #wayOf(file: File): Way {
    const way = this.#ways.get(file) ?? { mayBeThere: false, breaks: 0 };
    this.#ways.set(file, way);
    return way;
  }

  /** Files added at the same moment are sent together. */
  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    setTimeout(() => {
      this.#isGathering = false;
      this.#begin();
    });
  }

  #begin(): void {
    while (this.#running < REQUESTS_AT_ONCE) {
      const some = this.#takeSome();
      if (some.length === 0) return;
      this.#running += 1;
      void this.#carry(some).finally(() => {
        this.#running -= 1;
        // Those sent together with a cancelled one, and those that were too many for a proxy.
        this.#waiting.unshift(...some.filter(({ isOver }) => !isOver));
        this.#begin();
      });
    }
  }

  /** The first waiting file, and others that can go in the same request. */
  #takeSome(): Sending[] {
    this.#waiting = this.#waiting.filter(({ isOver }) => !isOver);
    const [first] = this.#waiting;
    const some: Sending[] = [];
    let bytes = 0;
    let most = MOST_FILES;
    for (const sending of this.#waiting) {
      const { file, to, way } = sending;
      if (first !== undefined && !goAlike(to, first.to)) continue;
      most = Math.min(most, Math.max(1, Math.floor(MOST_FILES / FEWER ** way.breaks)));
      bytes += file.size + LINE_BYTES;
      if (some.length > 0 && (some.length >= most || bytes > this.#mostBytes)) break;
      some.push(sending);
    }
    const taken = new Set(some);
    this.#waiting = this.#waiting.filter((sending) => !taken.has(sending));
    return some;
  }

  async #carry(some: readonly Sending[]): Promise<void> {
    const nobody = new AbortController();
    const leave = () => some.every(({ isOver }) => isOver) && nobody.abort();
    for (const sending of some) sending.onLeft = leave;
    try {
      await connections.use(nobody.signal, async () => {
        const loaded = await loadAll(some);
        await this.#ask(loaded);
        await this.#sendAll(loaded, nobody.signal);
      });
    } catch (error) {
      for (const sending of some) sending.fail(error);
    } finally {
      for (const sending of some) sending.onLeft = undefined;
    }
  }

  /** Asks about files whose answer was lost, so that they are not sent again. */
  async #ask(all: readonly Loaded[]): Promise<void> {
    const unsure = still(all).filter(({ sending: { way } }) => way.mayBeThere);
    if (unsure.length === 0) return;
    const digests = await Promise.all(unsure.map(({ bytes }) => contentWhirlpool(bytes)));
    const questions = unsure.map((each, at) => ({
      line: lineOf(each.sending, { whirlpool: digests[at] }),
      bytes: new ArrayBuffer(),
    }));
    for (const { sending } of unsure) sending.hooks.onState("comparing");
    // A refusal here will be repeated when the file is sent.
    const end = await this.#exchange(unsure, questions, { onRefused: () => undefined, onWhole: "comparing" });
    if (end?.kind === "none") return lose(unsure);
    for (const { sending } of still(unsure)) sending.hooks.onState("sending");
  }

  async #sendAll(all: readonly Loaded[], signal: AbortSignal): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      const left = still(all);
      if (left.length === 0) return;
      const pieces = left.map(({ sending, sha256, bytes }) => ({ line: lineOf(sending, { sha256 }), bytes }));
      let willPass = false;
      const onRefused = (sending: Sending, refusal: ByteRefusal) => {
        if (isPassing(refusal) && failures < MOST_WAITS) willPass = true;
        else sending.settle(refused(refusal));
      };
      const end = await this.#exchange(left, pieces, { onRefused, onWhole: "verifying" });
      // One of them was cancelled: the others are sent again.
      if (end === undefined) return;
      if (end.kind === "none") return lose(left);
      // If the server itself refuses the request, files that it has not reported are not there.
      const isRefused = end.kind === "refused" && end.refusal.number !== undefined;
      if (isRefused) for (const { sending } of still(left)) sending.way.mayBeThere = false;
      if (end.kind === "refused" && !(isPassing(end.refusal) && failures < MOST_WAITS)) {
        return this.#refuse(left, end.refusal);
      }
      if (end.kind === "done" && !willPass) return lose(left);
      const waitMs = end.kind === "refused" ? end.waitMs : undefined;
      for (const { sending } of still(left)) sending.hooks.onState("sending");
      await sleep(Math.min(LONGEST_WAIT_MS, waitMs ?? 500 * 2 ** failures), signal);
    }
  }

  /** Refuses all that have no answer. */
  #refuse(all: readonly Loaded[], refusal: ByteRefusal): void {
    const left = still(all);
    if (refusal.number === undefined && GATEWAY.includes(refusal.status)) return lose(left);
    if (refusal.number !== undefined || refusal.status !== PAYLOAD_TOO_LARGE) {
      for (const { sending } of left) sending.settle(refused(refusal));
    } else if (left.length === 1) {
      left[0]?.sending.settle({ kind: "tooLargeForProxy" });
    } else {
      const bytes = left.reduce((sum, { sending }) => sum + sending.file.size + LINE_BYTES, 0);
      this.#mostBytes = Math.min(this.#mostBytes, bytes > USUAL_LIMIT_BYTES ? USUAL_LIMIT_BYTES : bytes / 2);
    }
  }

  /** Undefined if one of them was cancelled meanwhile: the state of the others is unknown. */
  async #exchange(
    files: readonly Loaded[],
    pieces: readonly BatchPiece[],
    {
      onRefused,
      onWhole,
    }: {
      onRefused(sending: Sending, refusal: ByteRefusal): void;
      onWhole: "comparing" | "verifying";
    },
  ): Promise<BatchEnd | undefined> {
    const leaving = new AbortController();
    const before = files.map(({ sending }) => sending.onLeft);
    for (const { sending } of files) {
      sending.way.mayBeThere = true;
      sending.onLeft = () => {
        if (sending.hooks.signal.aborted) leaving.abort();
      };
    }
    try {
      return await sendBatch({
        baseId: files[0]?.sending.to.base?.folderId ?? 0,
        isReplacement: files[0]?.sending.to.isReplacement === true,
        pieces,
        onSent: (at, bytes) => files[at]?.sending.hooks.onSent(bytes),
        onWhole: () => {
          for (const { sending } of still(files)) sending.hooks.onState(onWhole);
        },
        onAnswer: (at, answer) => {
          const sending = files[at]?.sending;
          if (sending === undefined) return;
          sending.way.mayBeThere = false;
          if (answer.kind === "stored") sending.settle(answer);
          else if (answer.kind === "refused") onRefused(sending, answer);
        },
        signal: leaving.signal,
      });
    } catch (error) {
      if (!leaving.signal.aborted) throw error;
      for (const { sending } of still(files)) sending.hooks.onSent(0);
      return undefined;
    } finally {
      for (const [at, { sending }] of files.entries()) sending.onLeft = before[at];
    }
  }
}

/** They go to folders of the same account, with the same handling of taken names. */
const goAlike = (one: SendTarget, other: SendTarget): boolean =>
  one.base?.folderId === other.base?.folderId && (one.isReplacement === true) === (other.isReplacement === true);

const still = (all: readonly Loaded[]): Loaded[] => all.filter(({ sending }) => !sending.isOver);

function lose(all: readonly Loaded[]): void {
  for (const { sending } of still(all)) {
    sending.way.breaks += 1;
    sending.settle({ kind: "lost" });
  }
}

/** Unreadable files are reported and left out. */
async function loadAll(some: readonly Sending[]): Promise<Loaded[]> {
  const loaded: Loaded[] = [];
  // One after the other, as the disk has them: a digest is computed while the next file is read.
  const digesting: Promise<void>[] = [];
  for (const sending of some) {
    if (sending.isOver) continue;
    const bytes = await bytesOf(sending.file);
    if (bytes === undefined) {
      sending.settle({ kind: "unreadable" });
      continue;
    }
    digesting.push(contentDigest(bytes).then((sha256) => void loaded.push({ sending, bytes, sha256 })));
  }
  await Promise.all(digesting);
  return loaded;
}

/** Undefined if it was changed or is gone. */
async function bytesOf(file: File): Promise<ArrayBuffer | undefined> {
  try {
    const bytes = await file.arrayBuffer();
    return bytes.byteLength === file.size ? bytes : undefined;
  } catch {
    return undefined;
  }
}

function lineOf({ file, to: { folderId, name } }: Sending, digest: object): Uint8Array<ArrayBuffer> {
  const type = file.type === "" ? {} : { content_type: file.type.slice(0, 200) };
  return encoder.encode(
    `${JSON.stringify({ folder_id: folderId, path: name, size: file.size, ...type, ...digest })}\n`,
  );
}
