import type { LinkPasswords, ShownPassword } from "../admission/link-passwords.ts";
import type { DownloadToken } from "../downloads/download-token.ts";
import type { FreeDownloads } from "../downloads/free-downloads.ts";
import { isSameProof, type ProvedPasswords, provedPasswords } from "../downloads/proved-passwords.ts";
import { freshToken, holderOf, networkOf, noSuchToken, type TokenUse, withdrawn } from "../downloads/token-use.ts";
import { admitToLink, requireKnownFile } from "../files/file-access.ts";
import { admitToSeeFolder, type FolderReference } from "../folders/folder-access.ts";
import type { Folder } from "../folders/folder.ts";
import type { TransferMeter } from "../housekeeping/transfer-meter.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";
import { plainAddress } from "../policy/address-match.ts";
import { freshActor } from "../policy/fresh-actor.ts";
import { can, type PolicyQuestion } from "../policy/policy.ts";
import type { BlobStore, ByteSource } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Countries } from "../ports/countries.ts";
import type { Database, Repositories } from "../ports/database.ts";
import { newDownloadTokenText } from "../random-ids.ts";
import { secretHash } from "../secret-hash.ts";
import {
  type AdmittedShare,
  admitToShared,
  isOpenByLink,
  isOpenShare,
  type ShareRows,
  wayTo,
} from "../shares/share-access.ts";
import { ArchiveContents, type LeftOutWords, noPassword } from "./archive-contents.ts";
import { ArchiveWalk } from "./archive-walk.ts";
import { DownloadCounts } from "./download-counts.ts";
import type { ArchiveSubject, PlannedArchive } from "./planned-archive.ts";
import { RunningArchives } from "./running-archives.ts";
import { PieceReader } from "./zip-reader.ts";

/** An archive that a token gives access to. */
export interface OpenableArchive {
  /** Without an extension. */
  name: string;
  /**
   * Binds the token to the caller. Always `close` the stream.
   * @param say explains to whoever opens the archive why something was left out
   * @param signal aborts when nobody waits any more
   */
  open(say: LeftOutWords, signal: AbortSignal): Promise<ArchiveStream>;
}

export interface ArchiveStream {
  reader: ByteSource;
  /** Like `recheck` of a download; also checks the file being sent. */
  recheck(): Promise<void>;
  close(): Promise<void>;
}

/** Who may have an archive now, and what it contains. */
interface AllowedArchive {
  actor: Actor;
  proved: ProvedPasswords;
  source: Extract<ArchiveSubject, { kind: "own" }> | ({ kind: "share" } & AdmittedShare);
}

/** Folders as zip archives, created while they are sent. */
export class ArchiveService {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #passwords: LinkPasswords;
  readonly #countries: Countries;
  readonly #clock: Clock;
  readonly #free: FreeDownloads;
  readonly #meter: TransferMeter;
  readonly #tokens: TokenUse;
  readonly #running = new RunningArchives();

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
    this.#database = input.database;
    this.#blobs = input.blobs;
    this.#passwords = input.passwords;
    this.#countries = input.countries;
    this.#clock = input.clock;
    this.#free = input.free;
    this.#meter = input.meter;
    this.#tokens = input.tokens;
  }

  /**
   * A token for folders, with everything in them, and files: the actor's own, and those shared with its account.
   * @throws {DomainError} `folder-not-found`, `file-not-found`, as for the token of a file
   */
  async issueOwn(
    actor: Actor,
    chosen: { folders: readonly FolderReference[]; fileIds: readonly string[] },
  ): Promise<{ text: string; name: string }> {
    return this.#issue(actor, async (rows) => ({
      archive: await this.#planOwn(rows, await freshActor(rows, actor), chosen),
      ofFile: undefined,
      linkId: undefined,
    }));
  }

  /**
   * A token for what a folder's public page shows; through an additional link, for everything in the folder, or in the
   * folder `folderId` below it.
   * @throws {DomainError} as the page, and as the token of a file
   */
  async issueShared(
    actor: Actor,
    publicShareId: string,
    password: ShownPassword,
    { folderId, signal }: { folderId?: number | undefined; signal?: AbortSignal } = {},
  ): Promise<{ text: string; name: string }> {
    const given = this.#passwords.given(password, actor, signal);
    const now = () => this.#clock.now();
    const admitted = await admitToShared(
      this.#database,
      actor,
      { publicShareId, folderId, given, countries: this.#countries },
      now,
    );
    const ofFile = admitted.folder.sharePasswordHash;
    const subject = { kind: "share", publicShareId, folderId, proof: proofOf(ofFile) } as const;
    return this.#issue(actor, async (rows) => {
      // Whether the link is used up was checked a moment ago, and is checked again when the token is used.
      const { folder, way } = await this.#admitToShare(rows, actor, subject, true);
      return { archive: { name: way[0].name, subject }, ofFile, linkId: folder.link?.id };
    });
  }

  /** The archive that a token stands for. Looking (HEAD) uses nothing up. @throws {DomainError} as for a file */
  async find(tokenText: string, callerAddress: string): Promise<OpenableArchive> {
    const address = plainAddress(callerAddress);
    const token = await this.#tokens.require(tokenText, address);
    const { archive } = token;
    if (archive === undefined) throw noSuchToken();
    const allowed = await this.#tokens.allowUse(token, (isCounted) =>
      this.#allow(token, archive.subject, { address, isCounted }),
    );
    return {
      name: archive.name,
      open: (say, signal) => this.#open(token, archive, allowed, { address, say, signal }),
    };
  }

  async #issue(
    actor: Actor,
    admit: (
      rows: Repositories,
    ) => Promise<{ archive: PlannedArchive; ofFile: string | undefined; linkId: string | undefined }>,
  ): Promise<{ text: string; name: string }> {
    await this.#tokens.requireTurn(actor);
    const text = newDownloadTokenText();
    const { name } = await this.#tokens.make(actor, async (rows) => {
      const { archive, ofFile, linkId } = await admit(rows);
      const fresh = freshToken(text, actor, this.#clock.now());
      const token = {
        ...fresh,
        fileId: undefined,
        blobId: undefined,
        linkId,
        archive,
        isInline: false,
        isSingle: false,
      };
      return { name: archive.name, tokens: [token], proved: provedPasswords(actor, { passwordHash: ofFile }) };
    });
    return { text, name };
  }

  async #planOwn(
    rows: Repositories,
    actor: Actor,
    { folders, fileIds }: { folders: readonly FolderReference[]; fileIds: readonly string[] },
  ): Promise<PlannedArchive> {
    const now = this.#clock.now();
    const admitted = [];
    for (const reference of folders) admitted.push((await admitToSeeFolder(rows, actor, reference, now)).folder);
    const ask = {
      action: "file.inspect",
      now,
      proof: noPassword,
      countries: this.#countries,
      isByPlace: true,
    } as const;
    for (const fileId of fileIds) {
      // The id of an additional link does not identify a file in a folder.
      await requireKnownFile(rows, fileId);
      await admitToLink(rows, actor, { fileId }, ask);
    }
    const folderIds = [...new Set(admitted.map(({ id }) => id))];
    const [only] = folderIds.length === 1 && fileIds.length === 0 ? admitted : [];
    const subject = { kind: "own", folderIds, fileIds: [...new Set(fileIds)] } as const;
    return { name: only === undefined || only.name === "" ? "files" : only.name, subject };
  }

  async #allow(
    token: DownloadToken,
    subject: ArchiveSubject,
    { address, isCounted }: { address: string; isCounted: boolean },
  ): Promise<AllowedArchive> {
    const actor = await this.#tokens.actorOf(token, address);
    const source =
      subject.kind === "own"
        ? subject
        : ({ kind: "share", ...(await this.#admitToShare(this.#database, actor, subject, isCounted)) } as const);
    const ofFile = source.kind === "share" ? source.folder.sharePasswordHash : undefined;
    const proved = provedPasswords(actor, { passwordHash: ofFile });
    this.#tokens.requireStanding(token, proved);
    return { actor, proved, source };
  }

  /** A password that was correct when the token was made stays valid until it is changed. */
  #admitToShare(
    rows: ShareRows,
    actor: Actor,
    { publicShareId, folderId, proof }: Extract<ArchiveSubject, { kind: "share" }>,
    isCounted: boolean,
  ): Promise<AdmittedShare> {
    const judge = async (hash: string | undefined) => {
      if (hash === undefined) return "not-needed";
      if (proofOf(hash) !== proof) throw withdrawn();
      return "right";
    };
    const asked = { publicShareId, folderId, given: { judge }, countries: this.#countries, isCounted };
    return admitToShared(rows, actor, asked, () => this.#clock.now());
  }

  async #open(
    token: DownloadToken,
    archive: PlannedArchive,
    { actor, proved, source }: AllowedArchive,
    { address, say, signal }: { address: string; say: LeftOutWords; signal: AbortSignal },
  ): Promise<ArchiveStream> {
    await using resources = new AsyncDisposableStack();
    resources.use(this.#running.take(holderOf(token, address), networkOf(token, address)));
    const isFirst = await this.#tokens.begin(token, proved, { address, isFree: this.#free.isFree(actor) });
    const places = resources.use(await this.#tokens.takePlaces(token, address));
    const counts = resources.use(new DownloadCounts(this.#database.files, isFirst));
    const contents = this.#contents(archive.name, { actor, source, counts, say });
    const reader = this.#meter.meteredSource(new PieceReader(contents.pieces(signal)), isFirst);
    resources.defer(() => reader.close());
    const requireStill = await this.#tokens.watch(token);
    const held = resources.move();
    return {
      reader,
      recheck: async () => {
        await places.keep();
        await requireStill();
        const still = await this.#allow(token, archive.subject, { address, isCounted: true });
        if (!isSameProof(still.proved, proved)) throw withdrawn();
        await contents.recheck(still.actor);
      },
      close: () => held.disposeAsync(),
    };
  }

  #contents(
    name: string,
    {
      actor,
      source,
      counts,
      say,
    }: Pick<AllowedArchive, "actor" | "source"> & { counts: DownloadCounts; say: LeftOutWords },
  ): ArchiveContents {
    const isOwn = source.kind === "own";
    const link = isOwn ? undefined : source.folder.link;
    const requireIn = async (folderId: number) => {
      if (!isOwn && link !== undefined) await wayTo(this.#database, source.folder, folderId);
    };
    const requireSeen = async (folder: Folder) => {
      if (isAccountActor(actor) && folder.accountId === actor.account.id) return;
      await admitToSeeFolder(this.#database, actor, folder.id, this.#clock.now());
    };
    const walk = new ArchiveWalk({
      rows: this.#database,
      clock: this.#clock,
      enters: (folder) => {
        if (isOwn) return true;
        if (link !== undefined) return isOpenByLink(folder);
        return isOpenShare(folder) && this.#may(actor, { action: "share.list", folder, owner: source.owner });
      },
      requireIn: (folder) => (isOwn ? requireSeen(folder) : requireIn(folder.id)),
      shows: (listed) => isOwn || this.#may(actor, { action: "share.show", listed }),
    });
    return new ArchiveContents({
      database: this.#database,
      blobs: this.#blobs,
      countries: this.#countries,
      clock: this.#clock,
      name,
      actor,
      isOwn,
      say,
      walk: (place) =>
        isOwn ? walk.chosen(actor, source, place) : walk.inFolder(source.way[0], place.path, place.names),
      requireIn,
      onSent: (fileId) => counts.add(fileId),
    });
  }

  #may(actor: Actor, question: PolicyQuestion): boolean {
    return can(actor, question, { now: this.#clock.now(), linkPassword: "not-needed" }).isAllowed;
  }
}

const proofOf = (hash: string | undefined) => (hash === undefined ? undefined : secretHash(hash));
