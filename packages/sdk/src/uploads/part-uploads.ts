import { type ByteContext, waitBeforeRetry } from "../byte-context.ts";
import type { CallAnswer, CallOptions } from "../calls/api-caller.ts";
import { ServerError } from "../errors.ts";
import { isConnectionFailure } from "../platform/connection-failure.ts";
import { present, readFlag } from "../resources/wire-values.ts";
import { PART_ENDPOINT, partBody, type PartSource, sendPart, type SendPartOptions } from "./part-sending.ts";

export interface NewPartUpload {
  /** 0: the root. */
  folderId?: number;
  /** Path of the folder from the root, in place of its id. */
  path?: string;
  name: string;
  /** Of the whole file; at least 1. */
  sizeBytes: number;
  /** Of every part but the last: a multiple of 4 MiB from 8 MiB on. Left out: the least that will do. */
  partBytes?: number;
  contentType?: string;
  /** Number of the link's domain. */
  domain?: number;
  /** For the link. */
  password?: string;
  /**
   * The answer has the link of the file, which is valid from now on: whoever follows it is told how far the file is. Not for a file that
   * is going to replace another, which would keep it as an additional link.
   */
  hasLink?: boolean;
}

/** One file on its way in parts. */
export interface PartUpload {
  id: string;
  folderId: number;
  name: string;
  /** Link of the file, where it was asked for: valid before the file is there. */
  url?: string;
  sizeBytes: number;
  /** Number of the link's domain. */
  domain: number;
  /** Whether the link will ask for a password. */
  hasPassword: boolean;
  /** It comes by tus, as one stream of another client, and takes no parts. */
  isByTus: boolean;
  partBytes: number;
  partCount: number;
  receivedParts: number;
  receivedBytes: number;
  createdAt: Date;
  /** When the server removes it, if no part comes before: a week after the last one, a day after its creation. */
  expiresAt: Date;
}

/** A part that the server has. */
export interface SentPart {
  /** From 1. */
  number: number;
  /** 64 lower-case hexadecimal digits; "" where no sender named it. */
  sha256: string;
  /** That of the SHA-256s, 32 bytes each, of every 4 MiB of the part and of what is left, one after the other; written so too. */
  leavesSha256?: string;
}

export interface PartUploadedFile {
  id: string;
  url: string;
  name: string;
  sizeBytes: number;
}

/**
 * Uploads whose parts go in any order and several at a time, and that go on where they were after whatever broke them off.
 * Servers of Consigne have this: `about()` names the extension `uploads`.
 */
export class PartUploads {
  readonly #context: ByteContext;

  constructor(context: ByteContext) {
    this.#context = context;
  }

  /** @throws {NotFoundError | QuotaError | BadRequestError} where nothing could come of it */
  async create(upload: NewPartUpload, options: CallOptions = {}): Promise<PartUpload> {
    const { folderId, path, name, sizeBytes, partBytes, contentType, domain, password, hasLink = false } = upload;
    const wishes = present({ folder_id: folderId, path, part_size: partBytes, content_type: contentType, domain });
    const asked = { ...present({ pass: password }), ...(hasLink ? { link: 1 as const } : {}) };
    const body = { filename: name, size: sizeBytes, ...wishes, ...asked };
    return toUpload((await this.#context.caller.call("uploadsCreate", body, options)).upload);
  }

  /** Those of the account that are not complete, newest first. */
  async *list(options: CallOptions = {}): AsyncGenerator<PartUpload, void> {
    for (let cursor: string | undefined; ;) {
      const page = await this.#context.caller.call("uploadsList", present({ cursor }), options);
      yield* page.uploads.map(toUpload);
      cursor = page.next;
      if (cursor === undefined) return;
    }
  }

  /** @throws {NotFoundError} it has ended, or never was */
  async get(id: string, options: CallOptions = {}): Promise<PartUpload> {
    return toUpload((await this.#context.caller.call("uploadsParts", { id, after: 10_000 }, options)).upload);
  }

  /** What the server has of it, in the order of the numbers. @throws {NotFoundError} */
  async *parts(id: string, options: CallOptions = {}): AsyncGenerator<SentPart, void> {
    for (let after = 0; ;) {
      const page = await this.#context.caller.call("uploadsParts", { id, after }, options);
      yield* page.parts.map(toPart);
      if (page.next === undefined) return;
      after = page.next;
    }
  }

  /**
   * Sends one part. When it resolves the server has it durably, and its bytes are those that were given. Sent again it does
   * no harm, so a broken connection and a busy server are tried again. Bytes that are in memory are read once; those of a
   * source go by, once for their digest and once for each attempt to send them.
   * @throws {ConflictError} the part came before with other bytes, or comes by somebody else
   * @throws {NotFoundError | QuotaError | BadRequestError | NetworkError}
   * @throws {UploadFailedError} a proxy before the server takes no requests of this size
   */
  async send(
    id: string,
    number: number,
    part: Uint8Array<ArrayBuffer> | PartSource,
    options: SendPartOptions = {},
  ): Promise<void> {
    const body = await partBody(part);
    for (let failures = 0; ; failures++) {
      const error = await sendPart(this.#context, { id, number }, body, options);
      if (error === undefined) return;
      if (!mayGoBetter(error) || failures >= this.#context.retries) throw error;
      await waitBeforeRetry(this.#context, { endpoint: PART_ENDPOINT, failures, error }, options.signal);
    }
  }

  /**
   * Makes the file of all parts; resolves when it is durable and listed. Asked again it answers the same. The server computes
   * the Whirlpool of the whole behind that.
   * @throws {ConflictError} parts are missing
   * @throws {NotFoundError | QuotaError}
   */
  async complete(id: string, options: CallOptions = {}): Promise<PartUploadedFile> {
    return toFile((await this.#context.caller.call("uploadsComplete", { id }, options)).file);
  }

  /** Drops it with all its parts. @throws {NotFoundError} also when it is complete */
  async abort(id: string, options: CallOptions = {}): Promise<void> {
    await this.#context.caller.call("uploadsAbort", { id }, options);
  }
}

export const mayGoBetter = (error: Error): boolean => isConnectionFailure(error) || error instanceof ServerError;

function toUpload(raw: CallAnswer<"uploadsCreate">["upload"]): PartUpload {
  return {
    id: raw.id,
    folderId: raw.folder_id,
    name: raw.filename,
    ...present({ url: raw.url }),
    sizeBytes: raw.size,
    domain: raw.domain,
    hasPassword: readFlag(raw.pass),
    isByTus: readFlag(raw.tus),
    partBytes: raw.part_size,
    partCount: raw.parts,
    receivedParts: raw.received_parts,
    receivedBytes: raw.received_size,
    createdAt: new Date(raw.created_at),
    expiresAt: new Date(raw.expires_at),
  };
}

export const toPart = (raw: CallAnswer<"uploadsParts">["parts"][number]): SentPart => ({
  number: raw.part,
  sha256: raw.sha256,
  ...present({ leavesSha256: raw.leaves_sha256 }),
});

function toFile(raw: CallAnswer<"uploadsComplete">["file"]): PartUploadedFile {
  return { id: raw.file_id, url: raw.url, name: raw.filename, sizeBytes: raw.size };
}
