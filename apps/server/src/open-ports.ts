import { openDiskBlobStore } from "@consigne/blobs-fs";
import {
  type BlobStore,
  type Clock,
  type Mailer,
  MemoryLocker,
  MemoryRateLimiter,
  type Ports,
  systemClock,
} from "@consigne/core";
import { createWhirlpoolHasher } from "@consigne/hashing";
import { emailConfirmationUrl, forgottenPasswordUrl, passwordResetUrl } from "@consigne/contract/links";
import { openFolderMailer, openSmtpMailer } from "@consigne/mail";
import type { DataFolder } from "./data-folder.ts";
import { openSqlite, type OpenRows } from "./open-sqlite.ts";
import type { BytesConfig, CountsConfig, EngineConfig, MailConfig, RowsConfig } from "./read-engines.ts";

/** The store, which is closed with the ports. */
type OpenBytes = BlobStore & { close(): Promise<void> };

export interface OpenPorts extends Pick<OpenRows, "reading">, AsyncDisposable {
  ports: Ports;
}

/** How each engine is opened: the only place that knows them. */
const rows: Record<RowsConfig["kind"], (folder: DataFolder) => Promise<OpenRows>> = {
  sqlite: openSqlite,
};
const bytes: Record<BytesConfig["kind"], (folder: DataFolder) => Promise<OpenBytes>> = {
  disk: ({ blobsDirectory }) => openDiskBlobStore(blobsDirectory),
};
const counts: Record<CountsConfig["kind"], (clock: Clock) => Pick<Ports, "limiter" | "locker">> = {
  memory: (clock) => ({ limiter: new MemoryRateLimiter(clock), locker: new MemoryLocker(clock) }),
};

function openMail(config: MailConfig, folder: DataFolder, { from, publicUrl }: MailIdentity): Mailer {
  const links = {
    passwordReset: (token: string) => passwordResetUrl(publicUrl(), token),
    emailConfirmation: (token: string) => emailConfirmationUrl(publicUrl(), token),
    forgottenPassword: () => forgottenPasswordUrl(publicUrl()),
  };
  const sender = { from: () => from ?? `Consigne <noreply@${hostOf(publicUrl())}>`, links };
  return config.kind === "folder"
    ? openFolderMailer(folder.outboxDirectory, sender)
    : openSmtpMailer(config.address(), sender);
}

/** Mail addresses have no port, and those of bare IP addresses stand in brackets. */
function hostOf(publicUrl: string): string {
  const host = URL.parse(publicUrl)?.hostname ?? "localhost";
  return /^[\d.]+$/.test(host) ? `[${host}]` : host;
}

/** Whose letters they are. */
export interface MailIdentity {
  from: string | undefined;
  /** Base of the links in letters, asked for with each: never what a caller says. */
  publicUrl: () => string;
}

const usualIdentity: MailIdentity = { from: undefined, publicUrl: () => "http://localhost:8080" };

/** Opens the engines that were chosen, on one data folder. Disposing closes them in the reverse order. */
export async function openPorts(
  engines: EngineConfig,
  folder: DataFolder,
  { clock = systemClock, mail = usualIdentity }: { clock?: Clock | undefined; mail?: MailIdentity } = {},
): Promise<OpenPorts> {
  await using opened = new AsyncDisposableStack();
  const { database, reading } = await rows[engines.rows.kind](folder);
  opened.defer(() => database.close());
  const blobs = await bytes[engines.bytes.kind](folder);
  opened.defer(() => blobs.close());
  const hasher = await createWhirlpoolHasher();
  opened.defer(() => hasher.close());
  const mailer = openMail(engines.mail, folder, mail);
  opened.defer(() => mailer.close());
  const kept = opened.move();
  return {
    ports: { database, blobs, hasher, mailer, ...counts[engines.counts.kind](clock), clock },
    reading,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
