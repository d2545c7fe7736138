import { openDiskBlobStore } from "@consigne/blobs-fs";
import {
  AesSealer,
  type BlobStore,
  type Clock,
  type Countries,
  type Mailer,
  matchStore,
  MemoryLocker,
  MemoryRateLimiter,
  noCountries,
  type Ports,
  type StoreMatch,
  systemClock,
} from "@consigne/core";
import { createGuardedFetch, createSourceFetcher } from "@consigne/fetch";
import { createImportSources } from "@consigne/import-sources";
import { createWhirlpoolHasher } from "@consigne/hashing";
import {
  emailConfirmationUrl,
  forgottenPasswordUrl,
  invitationUrl,
  keysUrl,
  passwordResetUrl,
} from "@consigne/contract/links";
import { openFolderMailer, openSmtpMailer } from "@consigne/mail";
import { openThumbnailStore, ProcessThumbnailMaker } from "@consigne/thumbnails";
import type { DataFolder } from "./data-folder.ts";
import { openSqlite, type OpenRows, type RowsOptions } from "./open-sqlite.ts";
import { loadSealingKey } from "./sealing-key.ts";
import { StartError } from "./start-error.ts";
import { UnknownStore } from "./unknown-store.ts";
import type { BytesConfig, CountsConfig, EngineConfig, MailConfig, RowsConfig } from "./read-engines.ts";

/** The store, which is closed with the ports. */
type OpenBytes = BlobStore & { close(): Promise<void> };

export interface OpenPorts extends Pick<OpenRows, "reading">, AsyncDisposable {
  ports: Ports;
}

/** How to open each engine: the only place that knows them. */
const rows: Record<RowsConfig["kind"], (folder: DataFolder, options: RowsOptions) => Promise<OpenRows>> = {
  sqlite: openSqlite,
};
const bytes: Record<
  BytesConfig["kind"],
  (folder: DataFolder, onTrouble: (text: string) => void) => Promise<OpenBytes>
> = {
  disk: ({ blobsDirectory }, onTrouble) => openDiskBlobStore(blobsDirectory, { onTrouble }),
};
const counts: Record<CountsConfig["kind"], (clock: Clock) => Pick<Ports, "limiter" | "locker">> = {
  memory: (clock) => ({ limiter: new MemoryRateLimiter(clock), locker: new MemoryLocker(clock) }),
};

function openMail(config: MailConfig, folder: DataFolder, { from, publicUrl }: MailIdentity): Mailer {
  const links = {
    passwordReset: (token: string) => passwordResetUrl(publicUrl(), token),
    emailConfirmation: (token: string) => emailConfirmationUrl(publicUrl(), token),
    invitation: (token: string) => invitationUrl(publicUrl(), token),
    forgottenPassword: () => forgottenPasswordUrl(publicUrl()),
    keys: () => keysUrl(publicUrl()),
  };
  const sender = { from: () => from ?? `Consigne <noreply@${hostOf(publicUrl())}>`, links };
  return config.kind === "folder"
    ? openFolderMailer(folder.outboxDirectory, sender)
    : openSmtpMailer(config.address(), sender);
}

/** Mail addresses have no port, and bare IP addresses in them need brackets. */
function hostOf(publicUrl: string): string {
  const host = URL.parse(publicUrl)?.hostname ?? "localhost";
  return /^[\d.]+$/.test(host) ? `[${host}]` : host;
}

/** The sender of mails. */
export interface MailIdentity {
  from: string | undefined;
  /** Base of the links in mails, read for each mail: never taken from a request. */
  publicUrl: () => string;
}

const usualIdentity: MailIdentity = { from: undefined, publicUrl: () => "http://localhost:8080" };

/** @throws {StartError} if the bytes do not belong to the database */
function refuseOtherStore(match: StoreMatch, { databaseFile, blobsDirectory }: DataFolder): void {
  if (match === "own" || match === "unknown") return;
  const found =
    match === "foreign"
      ? `The bytes in ${blobsDirectory} belong to another database than ${databaseFile}.`
      : `The folder ${blobsDirectory} holds none of the bytes of the files in ${databaseFile}: it is empty, it is the wrong folder, or its disk is not mounted.`;
  throw new StartError(
    `${found} No file was changed or removed. Put back the folder of bytes that belongs to this database (a backup has both), ` +
      "or mount its disk, and start again. If those bytes are gone for good, `consigne-server fsck --accept-bytes` accepts the folder as it is " +
      "and lists the files that are lost.",
  );
}

/** Opens the configured engines on one data folder. Disposing closes them in reverse order. @throws {StartError} */
export async function openPorts(
  engines: EngineConfig,
  folder: DataFolder,
  {
    clock = systemClock,
    mail = usualIdentity,
    remoteAllow = [],
    sealingKey,
    countries = noCountries,
    thumbnailBytes = 0,
    mayBeAnyStore = false,
    mayMigrate = true,
    onMigrated = () => undefined,
    onBytesTrouble = () => undefined,
  }: {
    clock?: Clock | undefined;
    mail?: MailIdentity;
    /** Networks that may be fetched from although they are not public. */
    remoteAllow?: readonly string[];
    /** Undefined: the key in the data folder. */
    sealingKey?: Uint8Array | undefined;
    countries?: Countries | undefined;
    /** Space for thumbnails in the data folder; 0: none are made. */
    thumbnailBytes?: number | undefined;
    mayBeAnyStore?: boolean | undefined;
    /** False: refuse a database of an older version. */
    mayMigrate?: boolean | undefined;
    /** Called with the names of the migrations applied to existing data. */
    onMigrated?: ((names: readonly string[]) => void) | undefined;
    /** Called with problems of the byte store for the operator, while the server continues. */
    onBytesTrouble?: ((text: string) => void) | undefined;
  } = {},
): Promise<OpenPorts> {
  await using opened = new AsyncDisposableStack();
  const unknown = new UnknownStore(folder);
  const openRows = await rows[engines.rows.kind](folder, {
    refusal: () => unknown.refusal(),
    mayMigrate,
    onMigrated,
  });
  const { database } = openRows;
  opened.defer(() => database.close());
  const store = await bytes[engines.bytes.kind](folder, onBytesTrouble);
  opened.defer(() => store.close());
  const match = await matchStore({ database, blobs: store }, { mayBeAny: mayBeAnyStore });
  refuseOtherStore(match, folder);
  const blobs = match === "unknown" ? unknown.guarding(store) : store;
  const reading = match === "unknown" ? unknown.hold({ database, blobs }, openRows.reading) : openRows.reading;
  const hasher = await createWhirlpoolHasher();
  opened.defer(() => hasher.close());
  const mailer = openMail(engines.mail, folder, mail);
  opened.defer(() => mailer.close());
  const sources = createSourceFetcher({ allow: remoteAllow, clock });
  const calls = createGuardedFetch({ allow: remoteAllow, clock });
  const importSources = createImportSources({ fetch: calls, sources, clock, stateFolder: folder.paceDirectory });
  const sealer = new AesSealer(async () => sealingKey ?? loadSealingKey(folder.sealingKeyFile));
  const thumbnails = thumbnailBytes === 0 ? undefined : openThumbnails(opened, folder, thumbnailBytes);
  const resources = opened.move();
  return {
    ports: {
      database,
      blobs,
      hasher,
      mailer,
      sources,
      importSources,
      sealer,
      countries,
      ...counts[engines.counts.kind](clock),
      clock,
      thumbnails,
    },
    reading,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function openThumbnails(
  opened: AsyncDisposableStack,
  { thumbnailsFile }: DataFolder,
  mostBytes: number,
): Ports["thumbnails"] {
  const store = opened.use(openThumbnailStore(thumbnailsFile, { mostBytes }));
  return { store, maker: opened.use(new ProcessThumbnailMaker()) };
}
