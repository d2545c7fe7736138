import type { LinkPasswords } from "../admission/link-passwords.ts";
import { DomainError } from "../errors.ts";
import { admitToLink, type FileReference, type LinkedFile, requireSound, targetIdOf } from "../files/file-access.ts";
import type { StoredFile } from "../files/file.ts";
import type { TransferMeter } from "../housekeeping/transfer-meter.ts";
import type { Actor } from "../policy/actor.ts";
import { plainAddress } from "../policy/address-match.ts";
import { freshActor } from "../policy/fresh-actor.ts";
import type { BlobReader, BlobStore, ByteSpan } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Countries } from "../ports/countries.ts";
import type { Database, Repositories } from "../ports/database.ts";
import { newDownloadTokenText } from "../random-ids.ts";
import { isUnwritable } from "../unwritable.ts";
import { fileAt } from "../versions/file-version.ts";
import { ownVersion } from "../versions/version-access.ts";
import type { DownloadToken } from "./download-token.ts";
import type { FreeDownloads } from "./free-downloads.ts";
import { openStored } from "./open-stored.ts";
import { isSameProof, type ProvedPasswords, provedPasswords } from "./proved-passwords.ts";
import { freshToken, noSuchToken, type TokenUse, withdrawn } from "./token-use.ts";

export interface TokenOptions {
  password?: string | undefined;
  isInline?: boolean | undefined;
  /** Files for which a second token is made, for showing the file instead of saving it. */
  isPreviewed?: ((file: LinkedFile) => boolean) | undefined;
  /** Allow only one open stream at a time. */
  isSingle?: boolean | undefined;
  /** Download an older version; for the owner of the file. */
  versionId?: number | undefined;
  /** Aborts when nobody waits for the answer any more; no password is checked then. */
  signal?: AbortSignal | undefined;
}

/** A valid token, with its file. */
export interface OpenableDownload {
  file: StoredFile;
  isInline: boolean;
  /** False if only the whole file can be downloaded. */
  takesRanges: boolean;
  /** Binds the token to the caller and opens the bytes. Always `close` the stream. */
  open(span?: ByteSpan): Promise<DownloadStream>;
}

export interface DownloadStream {
  reader: BlobReader;
  /**
   * Asks the policy again, so that a long download ends when its right does. Also keeps the stream's slot, so call it
   * several times a minute. @throws {DomainError} when the right or the slot is lost
   */
  recheck(): Promise<void>;
  /** Ends the download; closes the reader too. */
  close(): Promise<void>;
}

type FileToken = DownloadToken & { readonly fileId: string };

/** A file that may be downloaded, and what was proved for it. */
interface AllowedFile {
  file: LinkedFile;
  proved: ProvedPasswords;
  isFree: boolean;
}

/** Turns the right to download a file into a short-lived token, and a token into bytes. */
export class DownloadService {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #passwords: LinkPasswords;
  readonly #countries: Countries;
  readonly #clock: Clock;
  readonly #free: FreeDownloads;
  readonly #meter: TransferMeter;
  readonly #tokens: TokenUse;

  constructor(input: {
    database: Database;
    blobs: BlobStore;
    passwords: LinkPasswords;
    countries: Countries;
    clock: Clock;
    free: FreeDownloads;
    meter: TransferMeter;
    tokens: TokenUse;
  }) {
    this.#free = input.free;
    this.#meter = input.meter;
    this.#passwords = input.passwords;
    this.#countries = input.countries;
    this.#database = input.database;
    this.#blobs = input.blobs;
    this.#clock = input.clock;
    this.#tokens = input.tokens;
  }

  /**
   * @throws {DomainError} refusals of a link, `file-damaged`, `too-many-downloads`, `version-not-found`
   * @throws {DownloadWaitError} when a free download has to wait
   */
  async issueToken(
    actor: Actor,
    reference: FileReference,
    options: TokenOptions,
  ): Promise<{ text: string; file: StoredFile; previewText: string | undefined }> {
    const now = this.#clock.now();
    const action = "file.fetch";
    const { versionId } = options;
    const contentIn = (rows: Repositories, caller: Actor) =>
      versionId === undefined ? undefined : (file: LinkedFile) => ownVersion(rows, caller, { file, versionId }, now);
    const proof = await admitToLink(this.#database, actor, reference, {
      action,
      now,
      content: contentIn(this.#database, actor),
      proof: this.#passwords.given(options.password, actor, options.signal),
      countries: this.#countries,
    });
    requireSound(proof.file);
    await this.#tokens.requireTurn(actor);
    const isByPlace = proof.shared !== undefined;
    const text = newDownloadTokenText();
    const previewText = options.isPreviewed?.(proof.file) === true ? newDownloadTokenText() : undefined;
    const { file } = await this.#tokens.make(actor, async (rows) => {
      const caller = await freshActor(rows, actor);
      const ask = {
        action,
        now,
        proof,
        countries: this.#countries,
        content: contentIn(rows, caller),
        ...(isByPlace ? { isByPlace } : {}),
      } as const;
      const { file } = await admitToLink(rows, caller, { fileId: proof.file.id }, ask);
      const tokens = [
        newToken(text, file, actor, { ...options, isByShare: isByPlace }, now),
        ...(previewText === undefined
          ? []
          : [newToken(previewText, file, actor, { ...options, isByShare: isByPlace, isInline: true }, now)]),
      ];
      return { file, tokens, proved: provedPasswords(caller, file) };
    });
    return { text, file, previewText };
  }

  /**
   * Looks up a token. Looking (HEAD) counts no download.
   * @throws {DomainError} `download-token-not-found`, `download-token-expired`, `not-allowed`, `file-damaged`, refusals
   *   of a link
   */
  async find(tokenText: string, callerAddress: string): Promise<OpenableDownload> {
    const address = plainAddress(callerAddress);
    const token = await this.#tokens.require(tokenText, address);
    if (token.fileId === undefined) throw noSuchToken();
    const ofFile = { ...token, fileId: token.fileId };
    const allowed = await this.#tokens.allowUse(token, (isCounted) => this.#requireFile(ofFile, address, isCounted));
    return {
      file: allowed.file,
      isInline: token.isInline,
      takesRanges: !allowed.isFree || this.#free.rules.resumes,
      open: (span) => this.#open(ofFile, allowed, address, span),
    };
  }

  /** The policy is asked again when bytes are sent: rights may have ended since the token was made. */
  async #requireFile(token: FileToken, address: string, isCounted: boolean): Promise<AllowedFile> {
    const now = this.#clock.now();
    const actor = await this.#tokens.actorOf(token, address);
    const content = (file: LinkedFile) => this.#contentOf(token, file);
    const byShare = token.isByShare === true ? { isByPlace: true } : {};
    const ask = {
      action: "file.fetch",
      now,
      proof: "proved",
      isCounted,
      countries: this.#countries,
      content,
      ...byShare,
    } as const;
    const { file } = await admitToLink(this.#database, actor, { fileId: token.linkId ?? token.fileId }, ask);
    const proved = provedPasswords(actor, file);
    this.#tokens.requireStanding(token, proved);
    requireSound(file);
    return { file, proved, isFree: this.#free.isFree(actor) };
  }

  /** The file with the content that the token was made for, even if the file was replaced since. */
  async #contentOf<File extends StoredFile>({ blobId }: FileToken, file: File): Promise<File> {
    if (blobId === undefined || file.blobId === blobId) return file;
    const version = await this.#database.versions.findByContent(targetIdOf(file), blobId);
    if (version !== undefined) return fileAt(file, version);
    if (await this.#database.blobs.isMerged(blobId, file.blobId)) return file;
    throw new DomainError(
      "download-token-not-found",
      "This file has been replaced since; request a new download link.",
    );
  }

  async #open(
    token: FileToken,
    { file, proved, isFree }: AllowedFile,
    address: string,
    span: ByteSpan | undefined,
  ): Promise<DownloadStream> {
    const isOwnPreview = isShownToOwner(token, file);
    const isFirst = await this.#tokens.begin(token, proved, { address, isFree, isOwnPreview });
    if (isFirst && file.accountId === undefined) await this.#noteGuestUse(file.id);
    await using resources = new AsyncDisposableStack();
    const places = resources.use(await this.#tokens.takePlaces(token, address));
    const findById = async (id: string) => {
      const current = await this.#database.files.findById(id);
      return current === undefined ? undefined : this.#contentOf(token, current);
    };
    const stored = { blobs: this.#blobs, files: { findById }, rows: this.#database, now: this.#clock.now() };
    const reader = this.#meter.metered(
      await openStored(stored, { ...file, id: targetIdOf(file) }, span),
      isFirst && !isOwnPreview,
    );
    resources.defer(() => reader.close());
    const requireStill = await this.#tokens.watch(token);
    const held = resources.move();
    return {
      reader,
      recheck: async () => {
        await places.keep();
        await requireStill();
        const still = await this.#requireFile(token, address, true);
        if (!isSameProof(still.proved, proved)) throw withdrawn();
      },
      close: () => held.disposeAsync(),
    };
  }

  /** The download goes on even if this cannot be counted. */
  async #noteGuestUse(fileId: string): Promise<void> {
    try {
      await this.#database.files.noteGuestUse(fileId, this.#clock.now());
    } catch (error) {
      if (!isUnwritable(error)) throw error;
    }
  }
}

/** When owners look at their own file while signed in, as in the console, that does not count as a download. */
const isShownToOwner = (token: FileToken, { accountId }: LinkedFile): boolean =>
  token.isInline && token.sessionId !== undefined && token.linkId === undefined && token.accountId === accountId;

function newToken(
  text: string,
  file: LinkedFile,
  actor: Actor,
  options: TokenOptions & { isByShare: boolean },
  now: Date,
): DownloadToken {
  return {
    ...freshToken(text, actor, now),
    fileId: targetIdOf(file),
    blobId: file.blobId,
    linkId: file.link?.id,
    archive: undefined,
    isInline: options.isInline ?? file.isInline,
    isSingle: options.isSingle ?? false,
    ...(options.isByShare ? { isByShare: true } : {}),
  };
}
