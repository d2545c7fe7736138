import { sleep } from "@consigne/sdk/wait";
import { type BatchEnd, type BatchPiece, sendBatch } from "./batch-request.ts";
import type { ByteRefusal } from "./byte-request.ts";
import { contentDigest, contentWhirlpool } from "./digest.ts";
import { GATEWAY, isPassing, PAYLOAD_TOO_LARGE } from "./passing.ts";
import { connections, refused, type SendTarget, type Sent, type UploadHooks } from "./sending.ts";

/** Of one request, which is in memory while it is under way. A larger file goes alone. */
const MOST_BYTES = 8 * 1024 ** 2;
const MOST_FILES = 200;
/** Room for the line of a file, beside its bytes. */
const LINE_BYTES = 512;
/** Each time the line breaks under a file it goes with so much fewer others, at last alone. */
const FEWER = 8;
/** What nginx takes where nobody has set it. */
const USUAL_LIMIT_BYTES = 1024 ** 2;
/** While one is under way the next one is read. */
const REQUESTS_AT_ONCE = 2;
/** For a server that is busy, and bytes that were changed on their way. */
const MOST_WAITS = 8;
const LONGEST_WAIT_MS = 15_000;

/** What this page knows of the way of a file; the same file chosen again is another one. */
interface Way {
  /** It was in a request whose answer nobody saw. */
  mayBeThere: boolean;
  breaks: number;
}

/** A file that waits or is on its way. */
interface Sending {
  readonly file: File;
  readonly to: SendTarget;
  readonly hooks: UploadHooks;
  readonly way: Way;
  /** It has arrived, is refused, or nobody wants it any more. */
  isOver: boolean;
  settle(sent: Sent): void;
  fail(error: unknown): void;
  /** Set while a request has to know when nobody wants the file any more. */
  onLeft?: (() => void) | undefined;
}

interface Loaded {
  readonly sending: Sending;
  readonly bytes: ArrayBuffer;
  readonly sha256: string;
}

const encoder = new TextEncoder();

/** Sends files together, as many as wait at a time: each is proved by its digest, and answered by itself. */
export class BatchDoor {
  readonly #ways = new WeakMap<File, Way>();
  #waiting: Sending[] = [];
  #running = 0;
  #isGathering = false;
  #mostBytes = MOST_BYTES;

  /** Rejects when the signal ends it. */
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

  /** Whoever comes at the same moment goes along. */
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
        // Those that were on their way with one that nobody wants any more, and those that were too many for a proxy.
        this.#waiting.unshift(...some.filter(({ isOver }) => !isOver));
        this.#begin();
      });
    }
  }

  /** The first of those that wait, and others that may be in one request with it. */
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

  /** What an answer that got lost would have told is not sent again. */
  async #ask(all: readonly Loaded[]): Promise<void> {
    const unsure = still(all).filter(({ sending: { way } }) => way.mayBeThere);
    if (unsure.length === 0) return;
    const digests = await Promise.all(unsure.map(({ bytes }) => contentWhirlpool(bytes)));
    const questions = unsure.map((each, at) => ({
      line: lineOf(each.sending, { whirlpool: digests[at] }),
      bytes: new ArrayBuffer(),
    }));
    for (const { sending } of unsure) sending.hooks.onState("comparing");
    // What is refused here is refused again when it is sent.
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
      // Somebody wants one of them no more: the others go again.
      if (end === undefined) return;
      if (end.kind === "none") return lose(left);
      // What the server has not told of is not there when it refuses the rest itself.
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

  /** All that have no answer. */
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

  /** Undefined where one of them was not wanted any more meanwhile: nobody knows of the others. */
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

/** To folders of the same account, and with the same to be done where their name is taken. */
const goAlike = (one: SendTarget, other: SendTarget): boolean =>
  one.base?.folderId === other.base?.folderId && (one.isReplacement === true) === (other.isReplacement === true);

const still = (all: readonly Loaded[]): Loaded[] => all.filter(({ sending }) => !sending.isOver);

function lose(all: readonly Loaded[]): void {
  for (const { sending } of still(all)) {
    sending.way.breaks += 1;
    sending.settle({ kind: "lost" });
  }
}

/** What cannot be read is told, and is not among them. */
async function loadAll(some: readonly Sending[]): Promise<Loaded[]> {
  const loaded: Loaded[] = [];
  // One after the other, as the disk has them: a digest of one is computed while the next one is read.
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

/** Undefined where it was changed or is gone. */
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
