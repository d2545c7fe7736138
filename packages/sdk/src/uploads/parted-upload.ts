import { type ByteContext, waitBeforeRetry } from "../byte-context.ts";
import { NotFoundError, UploadFailedError } from "../errors.ts";
import { isConnectionFailure } from "../platform/connection-failure.ts";
import { sentFileName } from "./file-name.ts";
import { hasNumber, isForLater, isForOneRequest, requireSameUpload, StartOver } from "./parted-failures.ts";
import { CONNECTIONS, PartReader, spanOf } from "./part-reader.ts";
import type { PartMemory } from "./part-memory.ts";
import { PART_ENDPOINT, type PartBody, sendPart } from "./part-sending.ts";
import { hasBytes, type PartProof, type ProofKind } from "./part-proof.ts";
import { isWorthRetrying, type PartUpload, type PartUploads, type SentPart, toPart } from "./part-uploads.ts";
import type { UploadMemory } from "./upload-memory.ts";
import type { UploadTracker } from "./upload-progress.ts";
import type { UploadedFile } from "./upload-report.ts";
import type { UploadSource } from "./upload-source.ts";

/** How often an upload that ended on the server, or has other bytes, is started again. */
const MOST_BEGINNINGS = 3;
/**
 * For somebody who is sending the same part at this moment, such as a connection of ours that the server considers
 * alive.
 */
const MOST_WAITS_FOR_OTHERS = 10;
const ABORT_TIMEOUT_MS = 5000;

export interface PartedUploadInput {
  context: ByteContext;
  parts: PartUploads;
  /** Of the client. */
  memory: PartMemory;
  /** How this server verifies the bytes of parts. */
  proof: ProofKind;
  source: UploadSource;
  settings: { folderId: number | undefined; domain: number | undefined; password: string | undefined };
  /** Links of files that this one will replace. */
  replaces: readonly string[];
  /** Where the upload is remembered; without it, an upload that fails leaves nothing on the server. */
  record: UploadMemory | undefined;
  throttle: ((chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>) | undefined;
  tracker: UploadTracker;
  signal: AbortSignal | undefined;
}

/**
 * One file in parts, several at a time. The digest of each part is sent with it: what the server acknowledges is what
 * was read. Parts that the server has from an earlier attempt are compared with the file before anything is sent, and
 * are not sent again.
 */
export class PartedUpload {
  readonly #input: PartedUploadInput;
  readonly #name: string;
  readonly #reader: PartReader;
  #record: UploadMemory | undefined;
  /** Of parts that are on the server. */
  #doneBytes = 0;
  readonly #movingBytes = new Map<number, number>();

  constructor(input: PartedUploadInput) {
    this.#input = input;
    this.#reader = new PartReader(input);
    this.#record = input.record;
    this.#name = sentFileName(input.source.name);
  }

  /** Undefined if the server does not accept this file in parts: it has to be sent in one request. */
  async run(): Promise<UploadedFile | undefined> {
    this.#input.tracker.begin([0]);
    for (let begun = 1; ; begun++) {
      const left = await this.#findLeft();
      const upload = left ?? (await this.#begin());
      if (upload === undefined) return undefined;
      const file = await this.#carry(upload, left !== undefined);
      if (file !== undefined) return file;
      if (begun >= MOST_BEGINNINGS) {
        throw new UploadFailedError(`${this.#name} did not arrive: its upload ended on the server. Send it again.`);
      }
    }
  }

  /** What an earlier attempt left on the server. */
  async #findLeft(): Promise<PartUpload | undefined> {
    const { parts, signal } = this.#input;
    const id = await this.#record?.load();
    if (id === undefined) return undefined;
    try {
      const upload = await parts.get(id, { signal });
      if (this.#isWanted(upload)) return upload;
      await this.#drop(id);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      await this.#record?.clear();
    }
    return undefined;
  }

  async #begin(): Promise<PartUpload | undefined> {
    const { context, parts, source, settings, signal } = this.#input;
    const { folderId = 0, domain, password } = settings;
    const wanted = {
      folderId,
      name: this.#name,
      sizeBytes: source.sizeBytes,
      ...(domain === undefined ? {} : { domain }),
      ...(password === undefined || password === "" ? {} : { password }),
    };
    for (let failures = 0; ; failures++) {
      try {
        const upload = (failures > 0 && (await this.#findBegun())) || (await parts.create(wanted, { signal }));
        await this.#remember(upload.id);
        return upload;
      } catch (error) {
        if (isForOneRequest(error)) {
          this.#debug(`not in parts: ${error.message}`);
          return undefined;
        }
        if (!isConnectionFailure(error) || failures >= context.retries) throw error;
        await waitBeforeRetry(context, { endpoint: "uploads.create", failures, error }, signal);
      }
    }
  }

  /**
   * An upload whose answer was lost: empty and just like ours. Another client's upload of the same file would do as
   * well.
   */
  async #findBegun(): Promise<PartUpload | undefined> {
    const { parts, settings, signal } = this.#input;
    if (settings.password !== undefined && settings.password !== "") return undefined;
    for await (const upload of parts.list({ signal })) {
      const isAlike = upload.name === this.#name && !upload.hasPassword && this.#isWanted(upload);
      if (isAlike && upload.receivedParts === 0 && !upload.isByTus) return upload;
    }
    return undefined;
  }

  #isWanted({ sizeBytes, folderId, domain }: PartUpload): boolean {
    const { source, settings } = this.#input;
    const isSameDomain = settings.domain === undefined || settings.domain === domain;
    return sizeBytes === source.sizeBytes && folderId === (settings.folderId ?? 0) && isSameDomain;
  }

  async #remember(id: string): Promise<void> {
    try {
      await this.#record?.save(id);
    } catch (error) {
      // A full disk here is no reason not to send.
      this.#record = undefined;
      this.#debug(`it cannot be resumed if it is interrupted: ${String(error)}`);
    }
  }

  /** Undefined: start again. */
  async #carry(upload: PartUpload, isResumed: boolean): Promise<UploadedFile | undefined> {
    const { tracker, context, settings } = this.#input;
    try {
      const there = isResumed ? await this.#compare(upload) : new Set<number>();
      const lacking = numbersOf(upload).filter((number) => !there.has(number));
      const { partBytes, partCount } = upload;
      const from = isResumed ? `; ${there.size} already on the server` : "";
      this.#debug(`in ${partCount} parts of ${partBytes} bytes, ${CONNECTIONS} at a time${from}`);
      await this.#reader.each(upload, lacking, (number, body, signal) => this.#send(upload, number, { body, signal }));
      tracker.enter("verifying");
      const file = await this.#complete(upload, { isSure: !isResumed || lacking.length > 0 });
      context.caller.noteChange?.(settings.folderId ?? 0);
      await this.#record?.clear();
      return { ...file, raw: file };
    } catch (error) {
      if (!(error instanceof StartOver)) return await this.#fail(upload, error);
      this.#debug(`starts over: ${error.message}`);
      await this.#drop(upload.id);
      return undefined;
    }
  }

  /** Reads the parts on the server once more from the file: date and size say little about bytes. */
  async #compare(upload: PartUpload): Promise<Set<number>> {
    const { parts, tracker, signal } = this.#input;
    const there = new Map<number, SentPart>();
    for await (const part of parts.parts(upload.id, { signal })) there.set(part.number, part);
    tracker.enter("comparing");
    await this.#reader.each(upload, [...there.keys()], async (number, { proof }) => {
      const known = there.get(number);
      if (known === undefined || !hasBytes(known, proof))
        throw new StartOver("the file is not the one of the earlier attempt");
      this.#arrived(upload, number);
      tracker.resumed(this.#doneBytes);
    });
    return new Set(there.keys());
  }

  async #send(
    upload: PartUpload,
    number: number,
    { body, signal }: { body: PartBody; signal: AbortSignal },
  ): Promise<void> {
    const { context } = this.#input;
    const onSent = (bytes: number) => this.#moved(number, bytes);
    const onConnected = (tookMs: number) => this.#reader.noteRoundTrip(tookMs);
    for (let failures = 0; ; failures++) {
      // An answer may have been lost: nothing that has arrived is sent again.
      if (failures > 0 && (await this.#isThere(upload.id, number, { proof: body.proof, signal }))) break;
      const error = await sendPart(context, { id: upload.id, number }, body, { signal, onSent, onConnected });
      if (error === undefined) break;
      this.#moved(number, 0);
      requireSameUpload(error);
      const isOthers = hasNumber(error, "uploadInProgress");
      const most = isOthers ? Math.max(MOST_WAITS_FOR_OTHERS, context.retries) : context.retries;
      const mayRepeat = isOthers || isWorthRetrying(error) || hasNumber(error, "digestWrong");
      if (!mayRepeat || failures >= most) throw error;
      await waitBeforeRetry(context, { endpoint: PART_ENDPOINT, failures, error }, signal);
    }
    this.#arrived(upload, number);
  }

  async #isThere(
    id: string,
    number: number,
    { proof, signal }: { proof: PartProof; signal: AbortSignal },
  ): Promise<boolean> {
    try {
      const { parts } = await this.#input.context.caller.call("uploadsParts", { id, after: number - 1 }, { signal });
      const [first] = parts;
      if (first?.part !== number) return false;
      if (!hasBytes(toPart(first), proof)) throw new StartOver(`part ${number} came with other bytes`);
      return true;
    } catch (error) {
      requireSameUpload(error);
      if (isConnectionFailure(error)) return false;
      throw error;
    }
  }

  /** @param isSure false: all of it was there already, and it is not known what happened to the file since */
  async #complete(upload: PartUpload, { isSure }: { isSure: boolean }): Promise<Omit<UploadedFile, "raw">> {
    const { parts, context, settings, replaces, signal } = this.#input;
    try {
      const { url, name, sizeBytes } = await parts.complete(upload.id, { signal });
      const file = { url, name, sizeBytes, whirlpool: "" };
      if (isSure) return file;
      const now = await context.caller.call("fileInfo", { url }, { signal });
      const isInPlace = now.folder_id === (settings.folderId ?? 0) && now.filename === name;
      // A file that is to be replaced may have other bytes by now, and one that replaces itself would be removed.
      if (isInPlace && now.damaged !== 1 && !replaces.includes(url)) return file;
    } catch (error) {
      requireSameUpload(error);
      if (isSure || !hasNumber(error, "resourceNotFound")) throw error;
    }
    throw new StartOver("its file was removed, moved or damaged since, or is to be replaced");
  }

  #moved(number: number, bytes: number): void {
    this.#movingBytes.set(number, bytes);
    this.#tell();
  }

  #arrived(upload: PartUpload, number: number): void {
    const { start, end } = spanOf(upload, number);
    this.#movingBytes.delete(number);
    this.#doneBytes += end - start;
    this.#tell();
  }

  #tell(): void {
    const moving = [...this.#movingBytes.values()].reduce((sum, bytes) => sum + bytes, 0);
    this.#input.tracker.sent([this.#doneBytes + moving]);
  }

  /** Keeps what arrived for the next attempt, or drops it if that would not help. */
  async #fail(upload: PartUpload, error: unknown): Promise<never> {
    const { source, signal } = this.#input;
    if (this.#record === undefined || !isForLater(error, signal)) {
      if (!isConnectionFailure(error)) await this.#drop(upload.id);
      throw error;
    }
    if (!(error instanceof Error) || !isWorthRetrying(error)) throw error;
    const stored = `${this.#doneBytes} of ${source.sizeBytes} bytes are kept on the server for a week`;
    throw new UploadFailedError(`${this.#name} did not arrive: ${error.message} ${stored}; run it again to continue.`, {
      cause: error,
    });
  }

  async #drop(id: string): Promise<void> {
    this.#doneBytes = 0;
    this.#movingBytes.clear();
    this.#input.tracker.resumed(0);
    this.#tell();
    await this.#record?.clear();
    // What stays on the server expires by itself.
    await this.#input.parts.abort(id, { retries: 0, timeoutMs: ABORT_TIMEOUT_MS }).catch(() => undefined);
  }

  #debug(what: string): void {
    this.#input.context.logger?.debug(`upload of ${this.#name}: ${what}`);
  }
}

const numbersOf = ({ partCount }: PartUpload): number[] => Array.from({ length: partCount }, (_, at) => at + 1);
