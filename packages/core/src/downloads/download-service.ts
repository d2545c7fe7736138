import { planInForce } from "../accounts/plans.ts";
import { DomainError } from "../errors.ts";
import type { LinkPasswords } from "../admission/link-passwords.ts";
import { admitToLink, type FileReference, requireSound } from "../files/file-access.ts";
import type { StoredFile } from "../files/file.ts";
import type { TransferMeter } from "../housekeeping/transfer-meter.ts";
import { noteEndOfKey } from "../keys/api-key-service.ts";
import { accountActor, type Actor, guest, isAccountActor } from "../policy/actor.ts";
import { plainAddress } from "../policy/address-match.ts";
import { countedAddress } from "../policy/counted-address.ts";
import { freshActor } from "../policy/fresh-actor.ts";
import { requireAllowed } from "../policy/decision.ts";
import { can } from "../policy/policy.ts";
import type { BlobReader, BlobStore, ByteSpan } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { Locker } from "../ports/locker.ts";
import { isLasting } from "../time-span.ts";
import { newDownloadTokenText } from "../random-ids.ts";
import { secretHash } from "../secret-hash.ts";
import { isUnwritable, noteEnd } from "../unwritable.ts";
import type { DownloadToken } from "./download-token.ts";
import { DownloadWaitError, type FreeDownloads, streamsOf, tooManyDownloads } from "./free-downloads.ts";
import { openStored } from "./open-stored.ts";
import { isSameProof, type ProvedPasswords, provedPasswords } from "./proved-passwords.ts";
import { StreamPlaces } from "./stream-places.ts";
import { UnwrittenTokens } from "./unwritten-tokens.ts";

const MINUTE_MS = 60_000;
/** The guide: a token starts within 5 minutes, a download may be resumed for 30. */
export const START_WINDOW_MS = 5 * MINUTE_MS;
export const RESUME_WINDOW_MS = 30 * MINUTE_MS;
/** Each open stream holds a file and buffers of 2 MiB, and a link needs no account: more than any program opens. */
const MAX_GUEST_STREAMS = 60;
const TOKEN_FORM = /^[A-Za-z0-9]{40}$/;

export interface TokenWishes {
  password?: string | undefined;
  isInline?: boolean | undefined;
  /** Of which files a second token is made, to be shown and not saved. */
  isPreviewed?: ((file: StoredFile) => boolean) | undefined;
  /** One open stream at a time. */
  isSingle?: boolean | undefined;
  /** Aborts when nobody waits for the answer any more: then no password is checked. */
  signal?: AbortSignal | undefined;
}

/** A token that stands, with the file it is for. */
export interface OpenableDownload {
  file: StoredFile;
  isInline: boolean;
  /** False where the whole file is to be had and no part of it. */
  takesRanges: boolean;
  /** Binds the token to the caller and opens the bytes. `close` the stream in every case. */
  open(span?: ByteSpan): Promise<DownloadStream>;
}

export interface DownloadStream {
  reader: BlobReader;
  /**
   * Asks the policy again: a long download ends when its right does. Keeps the place of the stream, too, so call it
   * several times a minute. @throws {DomainError} when right or place are gone
   */
  recheck(): Promise<void>;
  /** Ends it; closes the reader too. */
  close(): Promise<void>;
}

/** A file that may be fetched, and what was proved for it. */
interface AllowedFile {
  file: StoredFile;
  proved: ProvedPasswords;
  isFree: boolean;
}

/** Turns a right to a file into a short-lived token, and a token into bytes. */
export class DownloadService {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #locker: Locker;
  readonly #passwords: LinkPasswords;
  readonly #clock: Clock;
  readonly #free: FreeDownloads;
  readonly #meter: TransferMeter;
  readonly #unwritten = new UnwrittenTokens();

  constructor(input: {
    database: Database;
    blobs: BlobStore;
    locker: Locker;
    passwords: LinkPasswords;
    clock: Clock;
    free: FreeDownloads;
    meter: TransferMeter;
  }) {
    this.#free = input.free;
    this.#meter = input.meter;
    this.#passwords = input.passwords;
    this.#database = input.database;
    this.#blobs = input.blobs;
    this.#locker = input.locker;
    this.#clock = input.clock;
  }

  /**
   * @throws {DomainError} refusals of a link, `file-damaged`, `too-many-downloads`
   * @throws {DownloadWaitError} where a free download has to wait
   */
  async issueToken(
    actor: Actor,
    reference: FileReference,
    wishes: TokenWishes,
  ): Promise<{ text: string; file: StoredFile; previewText: string | undefined }> {
    const now = this.#clock.now();
    const action = "file.fetch";
    const proof = await admitToLink(this.#database, actor, reference, {
      action,
      now,
      proof: this.#passwords.given(wishes.password, actor, wishes.signal),
    });
    requireSound(proof.file);
    if (this.#free.isFree(actor))
      await this.#free.requireTurn(holderOf({ accountId: accountIdOf(actor) }, actor.address));
    const text = newDownloadTokenText();
    const previewText = wishes.isPreviewed?.(proof.file) === true ? newDownloadTokenText() : undefined;
    const tokensOf = (file: StoredFile) => [
      newToken(text, file, actor, wishes, now),
      ...(previewText === undefined ? [] : [newToken(previewText, file, actor, { ...wishes, isInline: true }, now)]),
    ];
    const admitAgain = async (rows: Pick<Repositories, "accounts" | "apiKeys" | "files" | "folders" | "sessions">) => {
      const caller = await freshActor(rows, actor);
      const { file } = await admitToLink(rows, caller, { fileId: proof.file.id }, { action, now, proof });
      return { file, proved: provedPasswords(caller, file) };
    };
    try {
      // Asked again where nothing can come in between: a token made after the password was changed would outlive the change.
      return await this.#database.transaction(async (rows) => {
        const { file } = await admitAgain(rows);
        for (const token of tokensOf(file)) await rows.downloadTokens.create(token);
        return { text, file, previewText };
      });
    } catch (error) {
      if (!isUnwritable(error)) throw error;
      const { file, proved } = await admitAgain(this.#database);
      for (const token of tokensOf(file)) this.#unwritten.keep(token, proved, holderOf(token, actor.address));
      return { text, file, previewText };
    }
  }

  /**
   * What a token stands for. Looking (HEAD) uses nothing up.
   * @throws {DomainError} `download-token-not-found`, `download-token-expired`, `not-allowed`, `file-damaged`, refusals of
   *   a link
   */
  async find(tokenText: string, callerAddress: string): Promise<OpenableDownload> {
    const address = plainAddress(callerAddress);
    const token = await this.#requireToken(tokenText, address);
    const allowed = await this.#requireFile(token, address);
    return {
      file: allowed.file,
      isInline: token.isInline,
      takesRanges: !allowed.isFree || this.#free.rules.resumes,
      open: (span) => this.#open(token, allowed, address, span),
    };
  }

  async #requireToken(tokenText: string, address: string): Promise<DownloadToken> {
    const token = TOKEN_FORM.test(tokenText) ? await this.#findToken(secretHash(tokenText)) : undefined;
    if (token === undefined)
      throw new DomainError("download-token-not-found", "There is no such download link; request a new one.");
    const endsAt = token.startedAt === undefined ? token.startBefore : token.expiresAt;
    if (!isLasting({ beganAt: token.createdAt, endsAt }, this.#clock.now())) {
      if (endsAt.getTime() > 0) await this.#noteEnd(token.hash);
      throw new DomainError("download-token-expired", "This download link has expired; request a new one.");
    }
    if (token.clientAddress !== undefined && token.clientAddress !== address) {
      throw new DomainError("not-allowed", "This download link is bound to the address that used it first.");
    }
    return token;
  }

  async #noteEnd(hash: string): Promise<void> {
    this.#unwritten.forget(hash);
    await noteEnd(() => this.#database.downloadTokens.expire(hash));
  }

  async #findToken(hash: string): Promise<DownloadToken | undefined> {
    return this.#unwritten.find(hash) ?? (await this.#database.downloadTokens.findByHash(hash));
  }

  /** The policy is asked when bytes are sent too: rights may have ended since the token was made. */
  async #requireFile(token: DownloadToken, address: string): Promise<AllowedFile> {
    const now = this.#clock.now();
    const actor = await this.#actorOf(token, address);
    if (isAccountActor(actor) && actor.key !== undefined) {
      await noteEndOfKey(this.#database, actor.key, now);
      requireAllowed(
        can(
          actor,
          { action: "api.use", area: "downloads", right: "read", isForCustomers: true },
          { now, linkPassword: "not-needed" },
        ),
      );
    }
    const ask = { action: "file.fetch", now, proof: "proved" } as const;
    const { file } = await admitToLink(this.#database, actor, { fileId: token.fileId }, ask);
    const proved = provedPasswords(actor, file);
    if (!this.#unwritten.isStanding(token, proved)) throw withdrawn();
    requireSound(file);
    return { file, proved, isFree: this.#free.isFree(actor) };
  }

  async #actorOf(token: DownloadToken, address: string): Promise<Actor> {
    if (token.accountId === undefined) return guest(address);
    const account = await this.#database.accounts.findById(token.accountId);
    const key = token.apiKeyId === undefined ? undefined : await this.#database.apiKeys.findById(token.apiKeyId);
    if (account === undefined || (token.apiKeyId !== undefined && key === undefined)) {
      throw new DomainError(
        "download-token-not-found",
        "The account or key behind this download link is gone; request a new one.",
      );
    }
    return accountActor({ account, key, address });
  }

  async #open(
    token: DownloadToken,
    { file, proved, isFree }: AllowedFile,
    address: string,
    span: ByteSpan | undefined,
  ): Promise<DownloadStream> {
    const isFirst = await this.#bind(token, proved, address);
    if (isFirst && isFree) await this.#beginFree(token, address);
    if (isFirst && file.accountId === undefined) await this.#noteGuestUse(file.id);
    await using resources = new AsyncDisposableStack();
    const places = resources.use(await this.#takePlaces(token, address));
    const stored = { blobs: this.#blobs, files: this.#database.files, rows: this.#database, now: this.#clock.now() };
    const reader = this.#meter.metered(await openStored(stored, file, span), isFirst);
    resources.defer(() => reader.close());
    const held = resources.move();
    return {
      reader,
      recheck: async () => {
        await places.keep();
        const still = await this.#requireFile(await this.#stillToken(token), address);
        if (!isSameProof(still.proved, proved)) throw withdrawn();
      },
      close: () => held.disposeAsync(),
    };
  }

  /** A running download may outlast the time to resume, but neither a revoked key, a changed password nor a removed file. */
  async #stillToken(token: DownloadToken): Promise<DownloadToken> {
    const isOver = !isLasting({ beganAt: token.createdAt, endsAt: token.expiresAt }, this.#clock.now());
    if (!isOver && (await this.#findToken(token.hash)) === undefined) throw withdrawn();
    return token;
  }

  /** Whether that can be noted or not, the file is to be had. */
  async #noteGuestUse(fileId: string): Promise<void> {
    try {
      await this.#database.files.noteGuestUse(fileId, this.#clock.now());
    } catch (error) {
      if (!isUnwritable(error)) throw error;
    }
  }

  /** Of several that were got before any of them began, one may: the others end, or they would be free of the wait. */
  async #beginFree(token: DownloadToken, address: string): Promise<void> {
    try {
      await this.#free.begin(holderOf(token, address));
    } catch (error) {
      if (error instanceof DownloadWaitError) await this.#noteEnd(token.hash);
      throw error;
    }
  }

  /** True when the token was first used by this call. */
  async #bind(token: DownloadToken, proved: ProvedPasswords, address: string): Promise<boolean> {
    if (token.startedAt !== undefined) return false;
    if (await this.#start(token, proved, address)) return true;
    const current = await this.#findToken(token.hash);
    if (current === undefined) throw withdrawn();
    if (current.clientAddress !== address) {
      throw new DomainError("not-allowed", "This download link is bound to the address that used it first.");
    }
    return false;
  }

  /** False when it was started before, or is gone. */
  async #start(token: DownloadToken, proved: ProvedPasswords, address: string): Promise<boolean> {
    const now = this.#clock.now();
    try {
      if (this.#unwritten.find(token.hash) === undefined) {
        return await this.#database.downloadTokens.start(token.hash, now, address);
      }
    } catch (error) {
      if (!isUnwritable(error)) throw error;
    }
    if (this.#unwritten.find(token.hash)?.startedAt !== undefined) return false;
    this.#unwritten.keep({ ...token, startedAt: now, clientAddress: address }, proved, holderOf(token, address));
    return true;
  }

  async #takePlaces(token: DownloadToken, address: string): Promise<StreamPlaces> {
    const { accountId } = token;
    const mostOfGuests = this.#free.rules.isOneAtATime ? 1 : MAX_GUEST_STREAMS;
    const most = accountId === undefined ? mostOfGuests : await this.#mostStreams(accountId);
    const ofHolder = { name: streamsOf(holderOf(token, address)), most, refusal: tooManyDownloads(most) };
    const ofToken = { name: `download ${token.hash}`, most: 1, refusal: inUse() };
    return StreamPlaces.take(this.#locker, token.isSingle ? [ofToken, ofHolder] : [ofHolder]);
  }

  async #mostStreams(accountId: string): Promise<number> {
    const account = await this.#database.accounts.findById(accountId);
    const plan = account === undefined ? undefined : planInForce(account, this.#clock.now());
    return plan?.maxParallelDownloads ?? Infinity;
  }
}

const inUse = () =>
  new DomainError("download-token-in-use", "This download link allows one download at a time, and one is running.");

const accountIdOf = (actor: Actor): string | undefined => (isAccountActor(actor) ? actor.account.id : undefined);

function newToken(text: string, file: StoredFile, actor: Actor, wishes: TokenWishes, now: Date): DownloadToken {
  return {
    hash: secretHash(text),
    fileId: file.id,
    accountId: accountIdOf(actor),
    apiKeyId: isAccountActor(actor) ? actor.key?.id : undefined,
    sessionId: isAccountActor(actor) ? actor.session?.id : undefined,
    isInline: wishes.isInline ?? file.isInline,
    isSingle: wishes.isSingle ?? false,
    createdAt: now,
    startBefore: new Date(now.getTime() + START_WINDOW_MS),
    expiresAt: new Date(now.getTime() + RESUME_WINDOW_MS),
    startedAt: undefined,
    clientAddress: undefined,
  };
}

/** Whose share of a bound a token or its stream takes: that of its account, or of the guests at an address. */
function holderOf({ accountId }: Pick<DownloadToken, "accountId">, address: string): string {
  return accountId ?? `guest at ${countedAddress(address)}`;
}

const withdrawn = () => new DomainError("download-token-not-found", "This download link was withdrawn.");
