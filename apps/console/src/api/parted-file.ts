import { isNotFoundError, type PartUpload } from "@consigne/sdk";
import { sleep } from "@consigne/sdk/wait";
import { type ByteRefusal, isReadable, refusalIn, sendBytes } from "./byte-request.ts";
import { client } from "./client.ts";
import { base64Of, digestOf } from "./digest.ts";
import { GATEWAY, isPassing, PAYLOAD_TOO_LARGE } from "./passing.ts";
import { connections, refused, type Sent, type UploadHooks } from "./sending.ts";

/** Parts that are read or sent at a time. */
const AT_ONCE = 3;
/** For when the same part is just being sent, such as by a dead connection of ours that the server considers alive. */
const MOST_WAITS = 8;
const LONGEST_WAIT_MS = 15_000;
/** Longer than any server takes to make 8 MiB durable, and longer than a working connection is silent. */
const SILENCE_MS = 90_000;
/** Error numbers of the API. */
const NO_SUCH_UPLOAD = 570;
const PART_DIFFERS = 585;

/** `ended`: this upload cannot be continued, and another one has to be begun. */
export type Carried = Sent | "ended";

/** Ends the work on all parts. */
class PartsEnded extends Error {
  readonly outcome: Carried;

  constructor(outcome: Carried) {
    super("The upload cannot go on.");
    this.outcome = outcome;
  }
}

export interface PartedFileInput {
  file: File;
  upload: PartUpload;
  /** Digests of the parts read so far, by number; grows. */
  digests: Map<number, string>;
  hooks: UploadHooks;
  /** The received parts belong to this file. */
  onSame(): void;
}

/** One file being sent: received parts are compared with it, missing ones are sent, a few at a time. */
export class PartedFile {
  readonly #input: PartedFileInput;
  #doneBytes = 0;
  #foundBytes = 0;
  readonly #movingBytes = new Map<number, number>();

  constructor(input: PartedFileInput) {
    this.#input = input;
  }

  /** @throws what calls throw, and the reason of the signal */
  async run(): Promise<Carried> {
    const { upload, hooks, onSame } = this.#input;
    try {
      const there = await this.#listThere();
      await this.#compare(there);
      onSame();
      const numbers = Array.from({ length: upload.partCount }, (_, at) => at + 1);
      const lacking = numbers.filter((number) => !there.has(number));
      hooks.onState("sending");
      await this.#each(lacking, (number, signal) => this.#send(number, signal));
      hooks.onState("verifying");
      return await this.#complete(lacking.length > 0);
    } catch (error) {
      if (error instanceof PartsEnded) return error.outcome;
      throw error;
    }
  }

  async #listThere(): Promise<Map<number, string>> {
    const { upload, hooks } = this.#input;
    const there = new Map<number, string>();
    if (upload.receivedParts === 0) return there;
    for await (const part of orEnded(client.partUploads.parts(upload.id, { signal: hooks.signal }))) {
      there.set(part.number, part.leavesSha256 ?? "");
    }
    return there;
  }

  /** Name, size and date prove little about bytes. What this page has read before is not read again. */
  async #compare(there: ReadonlyMap<number, string>): Promise<void> {
    const { digests, hooks } = this.#input;
    if ([...there.keys()].some((number) => !digests.has(number))) hooks.onState("comparing");
    await this.#each([...there.keys()], async (number) => {
      if ((await this.#digest(number)) !== there.get(number)) throw new PartsEnded({ kind: "differs" });
      this.#foundBytes += this.#slice(number).size;
      this.#arrived(number);
    });
  }

  async #send(number: number, signal: AbortSignal): Promise<void> {
    await connections.use(signal, async () => {
      const digest = await this.#digest(number);
      for (let failures = 0; ; failures += 1) {
        // An answer may have been lost, and another request may have sent it.
        if (failures > 0 && (await this.#isThere(number, digest, signal))) return;
        const refusal = await this.#put(number, digest, signal);
        if (refusal === undefined) return;
        if (!isPassing(refusal) || failures >= MOST_WAITS) throw new PartsEnded(outcomeOf(refusal));
        await sleep(refusal.waitMs ?? Math.min(LONGEST_WAIT_MS, 500 * 2 ** failures), signal);
      }
    });
    this.#arrived(number);
  }

  /** Undefined once it is durable. */
  async #put(
    number: number,
    digest: string,
    signal: AbortSignal,
  ): Promise<(ByteRefusal & { waitMs: number | undefined }) | undefined> {
    const part = this.#slice(number);
    const answer = await sendBytes({
      method: "PUT",
      path: `/x/v1/uploads/${this.#input.upload.id}/${number}`,
      headers: { "leaves-digest": `sha-256=:${base64Of(digest)}:` },
      body: part,
      silenceMs: SILENCE_MS,
      onSent: (bytes) => this.#moved(number, Math.min(bytes, part.size)),
      signal,
    });
    if (answer.kind === "answer" && answer.status === 200) return undefined;
    this.#moved(number, 0);
    if (answer.kind === "none") throw new PartsEnded({ kind: (await isReadable(part)) ? "lost" : "unreadable" });
    const seconds = Number(answer.retryAfter ?? "");
    const waitMs = seconds > 0 ? Math.min(LONGEST_WAIT_MS, seconds * 1000) : undefined;
    return { ...refusalIn(answer), waitMs };
  }

  async #isThere(part: number, digest: string, signal: AbortSignal): Promise<boolean> {
    const { id } = this.#input.upload;
    const { parts } = await ended(client.call("uploadsParts", { id, after: part - 1 }, { signal }));
    const [first] = parts;
    if (first?.part !== part) return false;
    if (first.leaves_sha256 !== digest) throw new PartsEnded({ kind: "differs" });
    return true;
  }

  /** @param isSure false: all of it was there, and its file may have been removed since */
  async #complete(isSure: boolean): Promise<Carried> {
    const { upload } = this.#input;
    // Without the signal: the server decides whether it was cancelled in time.
    const { url, name } = await ended(client.partUploads.complete(upload.id));
    if (!isSure) await ended(client.call("fileInfo", { url }));
    return { kind: "stored", url, name };
  }

  /** The first failure ends the others. */
  async #each(numbers: readonly number[], work: (number: number, signal: AbortSignal) => Promise<void>): Promise<void> {
    const failing = new AbortController();
    const signal = AbortSignal.any([this.#input.hooks.signal, failing.signal]);
    const queue = numbers.values();
    const run = async () => {
      for (const number of queue) {
        signal.throwIfAborted();
        await work(number, signal);
      }
    };
    const runs = Array.from({ length: Math.min(AT_ONCE, numbers.length) }, () =>
      run().catch((error: unknown) => failing.abort(error)),
    );
    await Promise.all(runs);
    signal.throwIfAborted();
  }

  async #digest(number: number): Promise<string> {
    const { digests } = this.#input;
    const known = digests.get(number);
    if (known !== undefined) return known;
    const part = this.#slice(number);
    try {
      const digest = await digestOf(part);
      digests.set(number, digest);
      return digest;
    } catch (error) {
      if (await isReadable(part)) throw error;
      throw new PartsEnded({ kind: "unreadable" });
    }
  }

  #slice(number: number): Blob {
    const { file, upload } = this.#input;
    return file.slice((number - 1) * upload.partBytes, number * upload.partBytes);
  }

  #moved(number: number, bytes: number): void {
    this.#movingBytes.set(number, bytes);
    this.#tell();
  }

  #arrived(number: number): void {
    this.#movingBytes.delete(number);
    this.#doneBytes += this.#slice(number).size;
    this.#input.hooks.onStored?.(this.#doneBytes);
    this.#tell();
  }

  #tell(): void {
    const moving = [...this.#movingBytes.values()].reduce((sum, bytes) => sum + bytes, 0);
    this.#input.hooks.onSent(this.#doneBytes + moving, this.#foundBytes);
  }
}

function outcomeOf(refusal: ByteRefusal): Carried {
  const { status, number } = refusal;
  if (number === NO_SUCH_UPLOAD) return "ended";
  if (number === PART_DIFFERS) return { kind: "differs" };
  if (number === undefined && GATEWAY.includes(status)) return { kind: "lost" };
  if (number === undefined && status === PAYLOAD_TOO_LARGE) return { kind: "tooLargeForProxy" };
  return refused(refusal);
}

/** The upload is gone, or the file that it became. */
async function ended<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (isNotFoundError(error) && isGone(error.number)) throw new PartsEnded("ended");
    throw error;
  }
}

async function* orEnded<T>(pages: AsyncGenerator<T, void>): AsyncGenerator<T, void> {
  for (;;) {
    const next = await ended(pages.next());
    if (next.done === true) return;
    yield next.value;
  }
}

const NO_SUCH_FILE = 469;
const isGone = (number: number | undefined): boolean => number === NO_SUCH_UPLOAD || number === NO_SUCH_FILE;
