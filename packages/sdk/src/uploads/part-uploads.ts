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
  /** Size of the whole file; at least 1. */
  sizeBytes: number;
  /** Size of every part but the last: a multiple of 4 MiB, at least 8 MiB. Default: the smallest that works. */
  partBytes?: number;
  contentType?: string;
  /** Number of the link's domain. */
  domain?: number;
  /** Password for the link. */
  password?: string;
  /**
   * The answer has the link of the file, valid from now on: until the file is complete, it reports how much has
   * arrived. Not for a file that will replace another, which would keep it as an additional link.
   */
  hasLink?: boolean;
}

/** A file that is being uploaded in parts. */
export interface PartUpload {
  id: string;
  folderId: number;
  name: string;
  /** Link of the file, if it was requested: valid before the file is complete. */
  url?: string;
  sizeBytes: number;
  /** Number of the link's domain. */
  domain: number;
  /** Whether the link will ask for a password. */
  hasPassword: boolean;
  /** It is uploaded by tus, as one stream of another client, and has no parts. */
  isByTus: boolean;
  partBytes: number;
  partCount: number;
  receivedParts: number;
  receivedBytes: number;
  createdAt: Date;
  /** When the server removes it, unless a part comes before: a week after the last one, a day after its creation. */
  expiresAt: Date;
}

/** A part that the server has. */
export interface SentPart {
  /** From 1. */
  number: number;
  /** 64 lower-case hexadecimal digits; "" if the sender did not give it. */
  sha256: string;
  /**
   * The SHA-256 of the concatenated SHA-256s, 32 bytes each, of every 4 MiB of the part and of the rest; in the same
   * form.
   */
  leavesSha256?: string;
}

export interface PartUploadedFile {
  id: string;
  url: string;
  name: string;
  sizeBytes: number;
}

/**
 * Uploads whose parts are sent in any order and several at a time, and that can be resumed after any interruption.
 * Consigne servers only: `about()` lists the extension `uploads`.
 */
export class PartUploads {
  readonly #context: ByteContext;

  constructor(context: ByteContext) {
    this.#context = context;
  }

  /** @throws {NotFoundError | QuotaError | BadRequestError} the upload could not succeed */
  async create(upload: NewPartUpload, options: CallOptions = {}): Promise<PartUpload> {
    const { folderId, path, name, sizeBytes, partBytes, contentType, domain, password, hasLink = false } = upload;
    const optional = present({ folder_id: folderId, path, part_size: partBytes, content_type: contentType, domain });
    const asked = { ...present({ pass: password }), ...(hasLink ? { link: 1 as const } : {}) };
    const body = { filename: name, size: sizeBytes, ...optional, ...asked };
    return toUpload((await this.#context.caller.call("uploadsCreate", body, options)).upload);
  }

  /** The unfinished ones of the account, newest first. */
  async *list(options: CallOptions = {}): AsyncGenerator<PartUpload, void> {
    for (let cursor: string | undefined; ;) {
      const page = await this.#context.caller.call("uploadsList", present({ cursor }), options);
      yield* page.uploads.map(toUpload);
      cursor = page.next;
      if (cursor === undefined) return;
    }
  }

  /** @throws {NotFoundError} it has ended, or never existed */
  async get(id: string, options: CallOptions = {}): Promise<PartUpload> {
    return toUpload((await this.#context.caller.call("uploadsParts", { id, after: 10_000 }, options)).upload);
  }

  /** The parts that the server has received, in the order of their numbers. @throws {NotFoundError} */
  async *parts(id: string, options: CallOptions = {}): AsyncGenerator<SentPart, void> {
    for (let after = 0; ;) {
      const page = await this.#context.caller.call("uploadsParts", { id, after }, options);
      yield* page.parts.map(toPart);
      if (page.next === undefined) return;
      after = page.next;
    }
  }

  /**
   * Sends one part. When it resolves, the server has stored it durably, with the given bytes. Sending it again does no
   * harm, so a broken connection and a busy server are retried. Bytes in memory are read once; those of a source once
   * for their digest and once for each attempt to send them.
   * @throws {ConflictError} the part was already sent with other bytes, or is being sent by somebody else
   * @throws {NotFoundError | QuotaError | BadRequestError | NetworkError}
   * @throws {UploadFailedError} a proxy in front of the server refuses requests of this size
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
      if (!isWorthRetrying(error) || failures >= this.#context.retries) throw error;
      await waitBeforeRetry(this.#context, { endpoint: PART_ENDPOINT, failures, error }, options.signal);
    }
  }

  /**
   * Creates the file from all parts; resolves when it is durable and listed. Repeated, it gives the same answer. The
   * server computes the Whirlpool of the whole file afterwards.
   * @throws {ConflictError} parts are missing
   * @throws {NotFoundError | QuotaError}
   */
  async complete(id: string, options: CallOptions = {}): Promise<PartUploadedFile> {
    return toFile((await this.#context.caller.call("uploadsComplete", { id }, options)).file);
  }

  /** Drops it with all its parts. @throws {NotFoundError} also if it is complete */
  async abort(id: string, options: CallOptions = {}): Promise<void> {
    await this.#context.caller.call("uploadsAbort", { id }, options);
  }
}

export const isWorthRetrying = (error: Error): boolean => isConnectionFailure(error) || error instanceof ServerError;

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
